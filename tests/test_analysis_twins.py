"""The same walks as C3D and as EDF+ give the same cycles and bursts, without a needless warning.

The EDF twins are cut to whole seconds and requantised to 16 bits, so the last stride may be missing there.
"""

import numpy as np
import pytest

import emgkit

MUSCLES = ("LTA", "LMG", "RTA", "RMG")
MARGIN_S = 0.3
"""Bursts that end within this of the end of the shorter recording may be cut there."""
ALONE = {"detect": {"sensitivity": "off"}}
"""Only the bursts themselves are compared here, not how far they move with other settings."""


@pytest.mark.parametrize("muscle", MUSCLES)
def test_twins_agree(shared_data, muscle):
    files = sorted((shared_data / "gait_burst_labels").glob("*.c3d"))
    assert len(files) == 18
    for file in files:
        one, two = (
            emgkit.analyze(emgkit.read(path, emg=muscle), ALONE) for path in (file, file.with_suffix(".edf"))
        )
        where = f"{file.stem} {muscle}"
        _same_cycles(one.cycles, two.cycles, where)
        duration_s = two.traces[0].emg_uv.size / two.traces[0].rate_hz
        _same_bursts(one.bursts, two.bursts, duration_s - MARGIN_S, where)
        assert one.study.muscle == two.study.muscle
        assert one.study.side == two.study.side == ("left" if muscle[0] == "L" else "right")


def _same_cycles(one, two, where):
    assert two.used.any(), where
    used = two[two.used]
    same = one.set_index("cycle").loc[used.cycle]
    assert same.used.all(), where
    for name in ("start_s", "end_s", "foot_off_pct"):
        np.testing.assert_allclose(same[name], used[name], atol=2e-3, err_msg=where)


def _same_bursts(one, two, until_s, where):
    one, two = (bursts[bursts.offset_s < until_s] for bursts in (one, two))
    assert len(one) == len(two), where
    for name in ("onset_s", "offset_s"):
        np.testing.assert_allclose(one[name], two[name], atol=2e-3, err_msg=where)
    both = one.onset_pct.notna().to_numpy() & two.onset_pct.notna().to_numpy()
    np.testing.assert_allclose(one.onset_pct[both], two.onset_pct[both], atol=0.3, err_msg=where)
    assert one.cycle[both].tolist() == two.cycle[both].tolist(), where
