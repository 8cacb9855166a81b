"""A process that writes one report after the other, such as a worker of a batch, does not grow with them."""

import subprocess
import sys
from pathlib import Path

import pytest

MOST_GROWTH_MB = 40
_CODE = """
from pathlib import Path
from report_fakes import fake
from emgkit.report.build import build
from emgkit.report.pdf import render_pdf

def memory_mb():
    line = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmRSS"))
    return int(line.split()[1]) / 1024

documents = [build(fake(n)) for n in (12, 14)]
found = []
for document in documents * 3:
    render_pdf(document)
    found.append(memory_mb())
print(found[1], found[-1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_does_not_grow_with_the_number_of_reports():
    folder = Path(__file__).parent
    run = [sys.executable, "-c", _CODE]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True)
    second_mb, last_mb = map(float, done.stdout.split())
    assert last_mb - second_mb < MOST_GROWTH_MB
