"""What a process of a batch goes without is there again as soon as something asks for it."""

import subprocess
import sys

import pytest

CODE = """
import sys
from emgkit.batch.lighter import leave_out
leave_out()
import scipy.signal
assert "scipy.stats._stats_py" not in sys.modules
{}
"""
USES = (
    "from scipy import stats; assert stats.norm.cdf(0) == 0.5",
    "from scipy.stats import norm; assert norm.cdf(0) == 0.5",
    "import scipy.stats; assert scipy.stats.scoreatpercentile([1, 2, 3], 50) == 2",
    "import numpy as np; x = np.sin(np.arange(200) / 5)\n"
    "found = scipy.signal.find_peaks_cwt(x, [5]); assert abs(found[0] - 8) <= 1",
)


@pytest.mark.parametrize("use", USES)
def test_it_is_loaded_when_it_is_used_and_not_before(use):
    subprocess.run([sys.executable, "-c", CODE.format(use)], check=True)


def test_what_is_loaded_already_stays():
    code = (
        "import sys, scipy.stats\n"
        "from emgkit.batch.lighter import leave_out\n"
        "leave_out()\n"
        "assert sys.modules['scipy.stats'] is scipy.stats\n"
        "assert scipy.stats.norm.cdf(0) == 0.5\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_session_needs_nothing_of_it():
    code = (
        "import sys\n"
        "from emgkit.batch.lighter import leave_out\n"
        "leave_out()\n"
        "import emgkit\n"
        "from emgkit.report.files import render\n"
        "assert len(render(emgkit.analyze(emgkit.simulate(n_cycles=6, seed=1)))) > 8\n"
        "assert 'scipy.stats._stats_py' not in sys.modules\n"
        "assert sys.modules['pyarrow'] is None\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
