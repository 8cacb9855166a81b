"""Quantiles are those of numpy, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emgkit.quantiles import median, of_ordered, quantile

VALUES = arrays(
    np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.5, 5.0])
)


@given(VALUES, st.floats(0, 1) | st.sampled_from([0.0, 0.0005, 0.5, 0.95, 0.9995, 1.0]))
def test_quantiles_are_those_of_numpy(values, part):
    expected = np.quantile(values, part)
    assert quantile(values, part) == expected
    assert of_ordered(np.sort(values), part) == expected


@given(VALUES)
def test_the_median_is_that_of_numpy(values):
    assert median(values) == np.median(values)


def test_the_values_stay_as_they_are():
    values = np.random.default_rng(0).normal(size=1000)
    before = values.copy()
    quantile(values, 0.3)
    median(values)
    np.testing.assert_array_equal(values, before)
