"""Numbers and names in words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.report import words
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

STRIDE, REPETITION = words.words_for("walking"), words.words_for("repetitions")


def plain(text: str) -> str:
    return text.replace(words.NBSP, " ").replace(words.MINUS, "-")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -float("inf"), pd.NA, np.float64("nan")])
def test_what_is_not_a_number_reads_not_determinable(value):
    assert words.number(value, 1, "s") == NOT_DETERMINABLE
    assert words.significant(value, "uV") == NOT_DETERMINABLE
    assert words.percent(value) == NOT_DETERMINABLE
    assert words.edge(value, STRIDE) == NOT_DETERMINABLE
    assert words.interval(value, 3.0) == words.interval(3.0, value) == NOT_DETERMINABLE
    assert words.integer(value) == NOT_DETERMINABLE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0 %"),
        (-0.04, "0.0 %"),
        (-2.1, "-2.1 %"),
        (99.94, "99.9 %"),
        (99.97, "99.97 %"),
        (99.9999, "99.9999 %"),
        (100.0, "100.0 %"),
    ],
)
def test_percent_below_100_never_reads_as_100(value, text):
    assert plain(words.percent(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (61.24, "61.2 %"),
        (100.0, "100.0 % (0.0 % of the next stride)"),
        (109.3, "109.3 % (9.3 % of the next stride)"),
        (215.0, "215.0 % (15.0 % of 2 strides later)"),
    ],
)
def test_an_offset_past_the_contact_says_where_in_the_next_stride(value, text):
    assert plain(words.edge(value, STRIDE)) == text


def test_edges_of_repetitions_are_not_wrapped():
    assert plain(words.edge(-5.0, REPETITION)) == "-5.0 % (before its start)"
    assert plain(words.edge(110.0, REPETITION)) == "110.0 % (after its end)"


@settings(deadline=None)
@given(st.floats(1e-6, 1e7))
def test_significant_keeps_three_digits_and_no_exponent(value):
    text = words.significant(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=5.1e-3)


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(2, 60))
def test_shortened_text_has_at_most_that_length(text, length):
    short = words.shorten(text, length)
    assert len(short) <= length
    assert short == text or "\u2026" in short


def test_manifest_values_as_text():
    assert words.stated(None) == words.stated("") == words.stated([]) == words.stated({}) == NOT_RECORDED
    assert words.stated({"heel": 0.5, "on": True}) == "heel = 0.5, on = yes"
    assert words.stated(["a", 2.0, 3]) == "a, 2, 3"
    assert words.named(None) == NOT_RECORDED
    assert words.named("tibialis_anterior") == "tibialis anterior"
