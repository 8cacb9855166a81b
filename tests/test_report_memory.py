"""Memory that is free goes back to the system, where the C library can do that."""

import ctypes
import sys

import numpy as np
import pytest

from emgkit.report.memory import give_back


def resident_mb():
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * 4096 / 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="only the C library of Linux has the call")
def test_what_is_free_between_blocks_in_use_goes_back():
    blocks = [np.ones(1000) for _ in range(10_000)]  # 80 MB in pieces that are not mapped one by one
    kept = blocks[::500]
    full = resident_mb()
    del blocks
    give_back()
    assert resident_mb() < full - 60
    assert all(block[0] == 1 for block in kept)


def test_a_c_library_without_the_call(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    give_back()
