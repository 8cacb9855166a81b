"""The mask of runs against a loop over the runs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emgkit.masks import filled

RUN = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@given(st.lists(RUN, max_size=8))
def test_runs_that_overlap_in_any_order(runs):
    expected = np.zeros(30, dtype=bool)
    for start, stop in runs:
        expected[start:stop] = True
    start, stop = np.array(runs, dtype=np.int64).reshape(-1, 2).T
    np.testing.assert_array_equal(filled(start, stop, 30), expected)
