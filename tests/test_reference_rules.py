"""Clonic bursts, and amplitudes against a reference that states them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reference_findings import TOL, found, make, same, terms

import emgkit
from emgkit import table_values
from emgkit.reference import Reference, ReferenceSet, ReferenceWindow, find


def train(rate_hz, n, start=10.0, length=5.0):
    """Return n bursts at a rate in a cycle of one second, in percent of it."""
    return [(start + 100 / rate_hz * k, start + 100 / rate_hz * k + length) for k in range(n)]


def clonic_rows(frame):
    return frame[frame["statement"].str.contains("bursts in a row")]


@given(st.floats(3, 15), st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_clonic_is_three_bursts_or_more_at_five_to_eight_hertz(rate_hz, n):
    pattern = train(rate_hz, n, length=3.5)
    rows = clonic_rows(found("soleus", same([b for b in pattern if b[1] < 100], 5)))
    n_inside = sum(b[1] < 100 for b in pattern)
    if n_inside >= 3 and 5 <= rate_hz <= 8:
        assert terms(rows) == ["clonic"]
        assert rows["value"].iloc[0] == pytest.approx(rate_hz)
        assert rows["unit"].iloc[0] == "Hz"
        assert (rows["n_cycles"].iloc[0], rows["of_cycles"].iloc[0]) == (5, 5)
    elif not (4.99 < rate_hz < 5 or 8 < rate_hz < 8.01):
        # at other rates the last burst of a cycle and the first of the next may be apart by such an interval,
        # but not twice in a row
        assert rows.empty


def test_clonic_says_its_numbers_and_needs_no_reference():
    for muscle in ("soleus", "flexor_carpi_ulnaris", None):
        frame = found(muscle, [train(6.25, 4)] * 6 + [[(3, 52)]] * 4)
        row = frame.iloc[0]
        assert (row["rule"], row["reference"], row["source"]) == ("timing.clonic", "none", "none")
        assert row["statement"] == (
            "3 or more bursts in a row repeat at 5 to 8 Hz (median 6.2 Hz), starting in 6 of 10 used cycles."
        )
        assert len(frame) > 1


def test_a_row_of_bursts_may_go_on_into_the_next_cycle():
    # 84, 100 and 116 %: two in one cycle, one in the next
    patterns = [[(0, 5), (16, 21), (84, 89)]] * 6
    row = clonic_rows(found("soleus", patterns)).iloc[0]
    assert (row["term"], row["n_cycles"]) == ("clonic", 5)


def test_clonic_in_few_cycles_is_undecided_and_in_none_is_not_said():
    frame = found("soleus", [train(6.25, 3)] * 4 + [[(3, 52)]] * 6)
    row = clonic_rows(frame).iloc[0]
    assert (row["term"], row["n_cycles"], row["of_cycles"]) == ("undecided", 4, 10)
    assert row["statement"].endswith("Too few for a finding.")
    assert clonic_rows(found("soleus", same([(3, 52)]))).empty


def test_bursts_that_repeat_in_a_simulated_walk_are_found_as_clonic_from_the_signal():
    recording = emgkit.simulate(
        muscle="soleus",
        n_cycles=8,
        cycle_s=1.0,
        cycle_sd_s=0.01,
        bursts_pct=((5, 11), (21, 27), (37, 43), (53, 59)),
        edge_sd_pct=0.3,
        ramp_s=0.01,
        seed=1,
    )
    rows = clonic_rows(emgkit.analyze(recording, {"detect": {"sensitivity": "off"}}).findings)
    assert terms(rows) == ["clonic"]
    assert rows["value"].iloc[0] == pytest.approx(6.25, abs=0.2)
    assert rows["n_cycles"].iloc[0] >= 7


@pytest.mark.parametrize("length", [1.0, 2.9])
def test_single_potentials_of_a_motor_unit_are_not_clonic(length):
    assert clonic_rows(found("soleus", same(train(6.25, 4, length=length), 5))).empty


def test_a_short_burst_between_breaks_the_row():
    bursts = train(6.25, 3)
    assert clonic_rows(found("soleus", same([bursts[0], (20, 21), *bursts[1:]], 5))).empty


def test_bursts_of_two_trials_are_not_one_row():
    summary, cycles, bursts = make(same([(10, 15), (26, 31)], 6))
    second = bursts.copy()
    second["trial"] = "walk_2"
    second["onset_s"] += 0.32
    second["offset_s"] += 0.32
    both = table_values.build(
        "bursts",
        {c: np.concatenate([bursts[c].to_numpy(object), second[c].to_numpy(object)]) for c in bursts.columns},
    )
    assert clonic_rows(find(summary, cycles, both, "soleus", TOL)).empty


WINDOW = ReferenceWindow(
    "soleus",
    "usual",
    1,
    3.0,
    52.0,
    "a test",
    "made up",
    mean_low_pct_ref=20.0,
    mean_high_pct_ref=50.0,
    normalisation="maximum",
)


def with_amplitude(*windows):
    return ReferenceSet((Reference("test", "1", "none", "made up", windows, "test.csv", "0" * 64),))


def magnitude_rows(mean_pct_ref, *, reference=None, pattern=((3, 52),), n=8, **options):
    summary, cycles, bursts = make(same(list(pattern), n))
    bursts["mean_pct_ref"] = np.resize(np.asarray(mean_pct_ref, dtype=float), len(bursts))
    options = {"maximum_credible": True, "normalisation": "maximum"} | options
    frame = find(
        summary, cycles, bursts, "soleus", TOL, reference=reference or with_amplitude(WINDOW), **options
    )
    return frame[frame["statement"].str.contains("mplitude")]


@pytest.mark.parametrize(
    ("mean", "expected", "value", "n"),
    [
        (35, "within tolerance", 0, 8),
        (20, "within tolerance", 0, 8),
        (50, "within tolerance", 0, 8),
        (58, "excessive", 8, 8),
        (9, "inadequate", -11, 8),
    ],
)
def test_an_amplitude_beyond_the_limits_of_the_reference(mean, expected, value, n):
    rows = magnitude_rows([mean])
    assert terms(rows) == [expected]
    row = rows.iloc[0]
    assert (row["value"], row["unit"]) == (pytest.approx(value), "% of the reference amplitude")
    assert (row["n_cycles"], row["of_cycles"]) == (n, 8)
    assert f"Mean amplitude of burst 1 {mean} % of the maximum test" in row["statement"]
    assert "usual by the reference: 20 to 50 %" in row["statement"]


def test_an_amplitude_whose_interval_reaches_the_limit_is_undecided():
    rows = magnitude_rows([30, 75, 40, 65])
    assert terms(rows) == ["undecided"]
    assert rows["n_cycles"].iloc[0] == 4


def test_without_a_stated_amplitude_nothing_is_said_about_magnitude():
    assert magnitude_rows([500], reference=with_amplitude(replace(WINDOW, **NOTHING_STATED))).empty
    summary, cycles, bursts = make(same([(3, 52)]))
    bursts["mean_pct_ref"] = 500.0
    options = {"maximum_credible": True, "normalisation": "maximum"}
    for muscle in ("soleus", "tibialis_anterior", "tibialis_posterior"):
        frame = find(summary, cycles, bursts, muscle, TOL, **options)
        assert not frame["rule"].str.startswith("magnitude").any()
        assert not frame["statement"].str.contains("mplitude").any()


NOTHING_STATED = {"mean_low_pct_ref": np.nan, "mean_high_pct_ref": np.nan, "normalisation": ""}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"normalisation": None}, "it is not normalised"),
        ({"normalisation": "task_peak"}, "the reference is in percent of the maximum test"),
        ({"maximum_credible": False}, "the maximum test is not known to be credible"),
        ({"pattern": ((3, 20), (30, 52))}, "do not answer to those of the reference one by one"),
    ],
)
def test_an_amplitude_that_does_not_compare_says_why(options, words):
    rows = magnitude_rows([500], **options)
    assert set(terms(rows)) == {"not determinable"}
    assert rows["statement"].str.contains(words).all()
    assert rows["value"].isna().all()


def test_too_few_amplitudes_say_so():
    rows = magnitude_rows([500, np.nan])
    assert terms(rows) == ["not determinable"]
    assert "4 bursts have one, 5 needed" in rows["statement"].iloc[0]


def test_a_limit_on_one_side_only():
    low_only = with_amplitude(replace(WINDOW, mean_high_pct_ref=np.nan))
    assert terms(magnitude_rows([500], reference=low_only)) == ["within tolerance"]
    assert "20 % or more" in magnitude_rows([500], reference=low_only)["statement"].iloc[0]
    high_only = with_amplitude(replace(WINDOW, mean_low_pct_ref=np.nan))
    assert terms(magnitude_rows([1], reference=high_only)) == ["within tolerance"]
    assert terms(magnitude_rows([60], reference=high_only)) == ["excessive"]


def test_an_amplitude_has_to_differ_from_every_variant_that_states_one():
    alternate = replace(WINDOW, variant="alternate", mean_low_pct_ref=55.0, mean_high_pct_ref=70.0)
    both = with_amplitude(WINDOW, alternate)
    assert terms(magnitude_rows([60], reference=both)) == ["within tolerance"]
    between = magnitude_rows([52], reference=both)
    assert terms(between) == ["undecided"]
    assert "between the limits of two patterns" in between["statement"].iloc[0]
    row = magnitude_rows([80], reference=both).iloc[0]
    assert (row["term"], row["value"]) == ("excessive", pytest.approx(10))
    assert "alternate (nearest of 2)" in row["statement"]
