"""Each rule on bursts whose deviation is known; what must not be said is tested beside what must.

Tables are built with the same declarations as in an analysis; the summary of one modality is the mean of what
was put in, with an interval of known width.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit import table_values, tables
from emgkit.errors import InputError
from emgkit.reference import RULES, ReferenceSet, find, shipped

TOL = 5.0
# scaled to a foot-off of 62 %, the reference is as in the table
NOMINAL = 62.0


def make(patterns, *, foot_off=NOMINAL, half=1.0, jitter=0.0, unused=0):
    """Return summary, cycles and bursts for a list of cycles, each a list of (onset, offset) in percent."""
    n = len(patterns) + unused
    patterns = [*patterns, *[[] for _ in range(unused)]]
    rng = np.random.default_rng(0)
    cycles, bursts = [], []
    for c, pattern in enumerate(patterns, start=1):
        row = {k.name: np.nan for k in tables.CYCLES}
        cycles.append(
            row
            | {
                "trial": "walk",
                "cycle": c,
                "side": "left",
                "start_s": c - 1.0,
                "end_s": float(c),
                "duration_s": 1.0,
                "foot_off_pct": foot_off,
                "used": c <= n - unused,
                "reason": "none" if c <= n - unused else "duration_outlier",
                "n_bursts": len(pattern),
                "active_pct": min(100.0, sum(off - on for on, off in pattern)),
            }
        )
        for b, (on, off) in enumerate(pattern, start=1):
            move = jitter * rng.standard_normal(2)
            row = {k.name: np.nan for k in tables.BURSTS}
            bursts.append(
                row
                | {
                    "trial": "walk",
                    "cycle": c,
                    "burst": b,
                    "onset_pct": on + move[0],
                    "offset_pct": off + move[1],
                    "onset_s": c - 1 + (on + move[0]) / 100,
                    "offset_s": c - 1 + (off + move[1]) / 100,
                    "wraps": off > 100,
                    "edited": False,
                    "cut": "none",
                }
            )
    counted = patterns[: n - unused]
    rows = []
    for m in sorted({len(p) for p in counted}):
        alike = [p for p in counted if len(p) == m]
        base = {k.name: np.nan for k in tables.SUMMARY} | {
            "modality": m,
            "n_cycles": len(alike),
            "frequency_pct": 100 * len(alike) / len(counted),
            "burst": None,
        }
        if m == 0:
            rows.append(base)
        for b in range(m):
            on, off = (float(np.mean([p[b][e] for p in alike])) for e in (0, 1))
            rows.append(
                base
                | {
                    "burst": b + 1,
                    "onset_pct": on,
                    "offset_pct": off,
                    "onset_ci_low_pct": on - half,
                    "onset_ci_high_pct": on + half,
                    "offset_ci_low_pct": off - half,
                    "offset_ci_high_pct": off + half,
                }
            )
    built = table_values.build("bursts", bursts) if bursts else table_values.build("bursts", [])
    return table_values.build("summary", rows), table_values.build("cycles", cycles), built


def found(muscle, patterns, *, tolerance=TOL, walking=True, reference=None, **options):
    return find(*make(patterns, **options), muscle, tolerance, walking=walking, reference=reference)


def without_alternates():
    (one,) = shipped().references
    return ReferenceSet((replace(one, windows=tuple(w for w in one.windows if w.variant == "usual")),))


def terms(frame):
    return list(frame["term"])


def same(pattern, n=8):
    return [pattern] * n


# soleus: one variant, 3 to 52 %; every edge in and out of tolerance
@pytest.mark.parametrize(
    ("on", "off", "expected", "values"),
    [
        (3, 52, ["within tolerance", "within tolerance"], [0, 0]),
        (7.9, 47.1, ["within tolerance", "within tolerance"], [4.9, -4.9]),
        (12, 52, ["delayed", "within tolerance"], [9, 0]),
        (93, 152, ["premature", "within tolerance"], [-10, 0]),
        (3, 70, ["within tolerance", "prolonged"], [0, 18]),
        (3, 40, ["within tolerance", "curtailed"], [0, -12]),
        (20, 30, ["delayed", "curtailed"], [17, -22]),
        (87, 174, ["premature", "prolonged"], [-16, 22]),
    ],
)
def test_edges_against_one_window(on, off, expected, values):
    frame = found("soleus", same([(on, off)]))
    assert terms(frame) == expected
    np.testing.assert_allclose(frame["value"], values, atol=1e-9)
    shown = ~frame["term"].eq("within tolerance")
    assert (frame["n_cycles"][shown] == 8).all()
    assert (frame["of_cycles"] == 8).all()


def test_a_finding_carries_its_numbers_and_its_source():
    row = found("soleus", same([(12, 52)])).iloc[0]
    assert row["statement"] == (
        "Onset of burst 1 at 12.0 % of the cycle (95 % interval of the mean 11.0 to 13.0), 9.0 % after the "
        "reference of 3.0 %; tolerance 5 %. Beyond it in 8 of 8 used cycles."
    )
    assert row["reference"].startswith("perry_1992 version 1, soleus, usual burst 1: 3-52 %")
    assert "secondary transcription" in row["source"]


def test_more_than_half_a_cycle_late_is_late_and_not_early():
    frame = found("gastrocnemius", same([(6, 88)]))
    assert terms(frame) == ["within tolerance", "prolonged"]
    assert frame["value"][1] == pytest.approx(40.0)


@pytest.mark.parametrize(("half", "expected"), [(3.9, "delayed"), (4.1, "undecided"), (np.nan, "undecided")])
def test_a_finding_needs_its_whole_interval_beyond_the_tolerance(half, expected):
    frame = found("soleus", same([(12, 52)]), half=half)
    assert terms(frame) == [expected, "within tolerance"]
    assert frame["value"][0] == pytest.approx(9.0)


def test_cycles_are_counted_one_by_one():
    patterns = [[(12, 52)]] * 6 + [[(4, 52)]] * 2
    row = found("soleus", patterns).iloc[0]
    assert (row["term"], row["n_cycles"], row["of_cycles"]) == ("delayed", 6, 8)
    assert row["value"] == pytest.approx(7.0)


# tibialis anterior: usual 54 to 9, alternate 54 to 20
@pytest.mark.parametrize(
    ("off", "expected", "value", "variant"),
    [
        (109, "within tolerance", 0, "usual"),
        (114, "within tolerance", 5, "usual"),
        (116, "within tolerance", -4, "alternate"),
        (120, "within tolerance", 0, "alternate"),
        (130, "prolonged", 10, "alternate"),
        (101, "curtailed", -8, "usual"),
    ],
)
def test_an_alternate_counts_and_the_sentence_says_which(off, expected, value, variant):
    row = found("tibialis_anterior", same([(54, off)])).iloc[1]
    assert (row["term"], row["value"]) == (expected, pytest.approx(value))
    assert f"the {variant} (nearest of 2) reference" in row["statement"]
    assert variant in row["reference"]


def test_biceps_short_head_may_follow_either_pattern():
    for on, off in ((62, 81), (31, 44)):
        assert set(terms(found("biceps_femoris_short_head", same([(on, off)])))) == {"within tolerance"}


# tibialis posterior: usual 0-15 and 27-51, alternate 0-51; no onset is given
@pytest.mark.parametrize("pattern", [[(0, 15), (27, 51)], [(0, 51)], [(96, 151)], [(2, 49)]])
def test_tibialis_posterior_has_two_patterns(pattern):
    assert set(terms(found("tibialis_posterior", same(pattern)))) == {"within tolerance"}


def test_an_early_onset_where_the_reference_gives_none_is_not_called_within_tolerance():
    row = found("tibialis_posterior", same([(80, 151)])).iloc[0]
    assert row["term"] == "not determinable"
    assert row["value"] == pytest.approx(-20.0)
    assert "at 80.0 % of the cycle (95 % interval of the mean 79.0 to 81.0)" in row["statement"]
    assert "gives no limit for an earlier onset" in row["statement"]


def test_tibialis_posterior_late_is_delayed():
    frame = found("tibialis_posterior", same([(10, 51)]))
    assert terms(frame)[0] == "delayed"
    assert frame["value"][0] == pytest.approx(10.0)


def test_a_pause_that_is_skipped_is_prolonged_where_there_is_no_alternate():
    frame = found("tibialis_posterior", same([(0, 51)]), reference=without_alternates())
    assert terms(frame) == ["within tolerance", "within tolerance", "prolonged"]
    assert frame["value"][2] == pytest.approx(12.0)
    assert frame["n_cycles"][2] == 8


def test_one_of_two_reference_bursts_without_activity():
    frame = found("tibialis_posterior", same([(27, 51)]), reference=without_alternates())
    assert terms(frame) == ["within tolerance", "within tolerance", "not detected"]
    assert "from 0.0 to 15.0 %" in frame["statement"][2]


def test_a_burst_in_two_parts_is_compared_at_its_outer_edges():
    frame = found("gastrocnemius", same([(6, 20), (30, 48)]))
    assert terms(frame) == ["within tolerance", "within tolerance"]
    assert "Onset of burst 1" in frame["statement"][0]
    assert "Offset of burst 2" in frame["statement"][1]


def test_reference_is_scaled_to_the_foot_off_of_the_patient():
    # foot-off at 72 %: 3 % becomes 3.48 %, 52 % becomes 60.39 %
    frame = found("soleus", same([(3.48, 60.39)]), foot_off=72.0)
    np.testing.assert_allclose(frame["value"], [0, 0], atol=0.01)
    assert "mean foot-off of 72.0 %" in frame["reference"][0]
    frame = found("soleus", same([(3, 52)]), foot_off=np.nan)
    np.testing.assert_allclose(frame["value"], [0, 0], atol=1e-9)
    assert "not scaled, foot-off not determinable" in frame["reference"][0]


def test_out_of_phase_in_swing_and_in_stance():
    frame = found("soleus", same([(70, 90)]))
    assert terms(frame) == ["out of phase", "not detected"]
    assert (frame["n_cycles"][0], frame["of_cycles"][0]) == (8, 8)
    # an extra burst beside one in its place
    frame = found("tibialis_anterior", same([(20, 40), (54, 109)]))
    assert terms(frame) == ["out of phase", "within tolerance", "within tolerance"]


def test_out_of_phase_in_some_cycles_only_is_undecided():
    patterns = [[(66, 90)]] * 6 + [[(45, 69)]] * 2
    row = found("soleus", patterns).iloc[0]
    assert (row["term"], row["n_cycles"], row["of_cycles"]) == ("undecided", 6, 8)


def test_a_stray_burst_in_the_same_phase_is_outside_the_reference():
    frame = found("soleus", same([(3, 52), (55, 60)]))
    assert terms(frame) == ["within tolerance", "within tolerance", "outside the reference"]


def test_continuous():
    frame = found("soleus", [[(0, 95)]] * 8 + [[(3, 52)]] * 2)
    assert terms(frame) == ["continuous"]
    assert (frame["n_cycles"][0], frame["of_cycles"][0]) == (8, 10)
    assert frame["value"][0] == pytest.approx(95 - 49)
    assert "continuous" not in terms(found("soleus", [[(0, 95)]] * 7 + [[(3, 52)]] * 3))


def test_continuous_with_one_burst_over_all_cycles():
    # one burst, started in the first cycle, is on in all: no burst starts in the others
    summary, cycles, bursts = make([[(0, 100)]] + [[]] * 7)
    cycles["active_pct"] = 100.0
    assert terms(find(summary, cycles, bursts, "soleus", TOL)) == ["continuous"]


def test_nothing_detected_is_not_called_absent():
    frame = found("soleus", [[]] * 8 + [[(3, 52)]] * 2)
    assert terms(frame) == ["not detected"]
    assert "cannot be said" in frame["statement"][0]
    assert (frame["n_cycles"][0], frame["of_cycles"][0]) == (8, 10)


def test_mostly_nothing_is_not_determinable():
    frame = found("soleus", [[]] * 6 + [[(3, 52)]] * 4)
    assert terms(frame) == ["not determinable"]


def test_the_most_frequent_pattern_is_compared():
    patterns = [[(12, 52)]] * 6 + [[(3, 20), (30, 52)]] * 3
    assert terms(found("soleus", patterns))[0] == "delayed"


@pytest.mark.parametrize(
    ("muscle", "patterns", "options", "words"),
    [
        ("soleus", same([(3, 52)], 4), {}, "Too few strides: 4 used, 5 needed"),
        ("soleus", same([(3, 52)], 4), {"unused": 9}, "Too few strides: 4 used, 5 needed"),
        ("soleus", [], {"unused": 2}, "Too few strides: 0 used"),
        ("soleus", [[(3, 52)]] * 3 + [[(3, 20), (30, 52)]] * 3, {}, "same number of bursts"),
        ("flexor_carpi_ulnaris", same([(3, 52)]), {}, "no timing for flexor carpi ulnaris"),
        (None, same([(3, 52)]), {}, "not named"),
        ("soleus", same([(3, 52)]), {"walking": False}, "not walking"),
    ],
)
def test_what_cannot_be_said_is_one_row(muscle, patterns, options, words):
    frame = found(muscle, patterns, **options)
    assert terms(frame) == ["not determinable"]
    assert words in frame["statement"][0]
    assert np.isnan(frame["value"][0])
    assert frame["n_cycles"][0] == 0


def test_the_head_of_a_muscle_says_that_the_reference_is_of_the_whole():
    frame = found("gastrocnemius_medialis", same([(6, 48)]))
    assert "gastrocnemius as a whole (none of its own for gastrocnemius medialis)" in frame["reference"][0]


def test_no_sentence_names_a_cause_or_gives_advice():
    words = (
        "diagnos",
        "caus",
        "because",
        "weak",
        "should",
        "recommend",
        "spastic",
        "patholog",
        "abnormal",
        "lesion",
    )
    patterns = [same([(a, a + length)]) for a in range(0, 100, 15) for length in (10, 40, 85, 97)]
    for muscle in ("soleus", "tibialis_anterior", "tibialis_posterior", "gracilis"):
        for pattern in patterns:
            text = " ".join(found(muscle, pattern)["statement"]).lower()
            assert not [w for w in words if w in text]


def test_terms_and_rules_are_those_declared():
    declared = {(rule.id, rule.term) for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    frame = pd.concat(
        [
            found(m, same([(a, a + 30)]))
            for m in ("soleus", "gracilis", "tibialis_anterior")
            for a in range(0, 100, 10)
        ]
    )
    assert set(zip(frame["rule"], frame["term"], strict=True)) <= declared


@pytest.mark.parametrize("tolerance", [0.0, -1.0, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_positive_number_is_an_input_error(tolerance):
    with pytest.raises(InputError, match="tolerance"):
        found("soleus", same([(3, 52)]), tolerance=tolerance)


def test_a_small_tolerance_is_used_and_printed():
    frame = found("soleus", same([(7, 52)]), tolerance=2.0)
    assert terms(frame)[0] == "delayed"
    assert "tolerance 2 %" in frame["statement"][0]


MUSCLES = st.sampled_from(
    ["soleus", "tibialis_anterior", "tibialis_posterior", "gracilis", "vastus_intermedius"]
)


@given(
    MUSCLES,
    st.lists(st.tuples(st.floats(0, 99.9), st.floats(0.5, 60)), min_size=1, max_size=3),
    st.floats(35, 80),
    st.floats(0.1, 4),
)
@settings(deadline=None, max_examples=40)
def test_any_pattern_gives_a_table_that_says_something(muscle, bursts, foot_off, half):
    pattern = sorted((on, on + length) for on, length in bursts)
    frame = found(muscle, same(pattern), foot_off=foot_off, half=half)
    assert len(frame) >= 1
    assert frame["statement"].str.len().min() > 20
    assert (frame["n_cycles"] <= frame["of_cycles"]).all()
    beyond = frame["term"].isin(["premature", "delayed", "curtailed"])
    assert (frame["value"][beyond].abs() > TOL + half - 1e-6).all()
    assert (frame["value"][frame["term"].isin(["premature", "curtailed"])] < 0).all()
    assert (frame["value"][frame["term"].isin(["delayed", "prolonged"])] > 0).all()
    pd.testing.assert_frame_equal(frame, found(muscle, same(pattern), foot_off=foot_off, half=half))


@given(st.floats(0, 99.9), st.floats(1, 80), st.floats(0, 99.9))
@settings(deadline=None, max_examples=30)
def test_turning_the_contact_does_not_change_the_deviation(on, length, turn):
    """Overlap and deviation depend on the circle, not on where it is cut."""
    from emgkit.reference.arcs import Arc, aligned, overlap

    burst, window = Arc(on, on + length), Arc(20, 50)
    if overlap(burst, window) > 0.01:
        d = aligned(burst, window).on - window.on
        other = aligned(Arc((on + turn) % 100, (on + turn) % 100 + length), window.moved(turn)).on
        assert other - (window.on + turn) == pytest.approx(d, abs=1e-6)


def test_an_offset_past_the_contact_is_shown_on_one_axis_with_its_interval():
    row = found("tibialis_anterior", same([(54, 109)])).iloc[1]
    assert "at 9.0 % of the cycle (95 % interval of the mean 8.0 to 10.0)" in row["statement"]


def test_a_late_offset_where_the_reference_gives_none():
    # gracilis: usual 64 to 78, alternate 46 to 100 and on
    frame = found("gracilis", same([(46, 125)]))
    assert terms(frame) == ["within tolerance", "not determinable"]
    assert frame["value"][1] == pytest.approx(25.0)


def test_scattered_bursts_are_not_out_of_phase_because_their_mean_is():
    # short bursts in swing in three cycles, in stance in the others: the mean lies in swing
    patterns = [[(84, 90)]] * 3 + [[(95, 99)]] * 2 + [[(60, 64)]]
    row = found("gastrocnemius", patterns).iloc[0]
    assert row["term"] == "undecided"
    assert row["of_cycles"] == 6


def test_cycles_without_such_a_burst_do_not_show_it():
    row = found("soleus", [[(12, 52)]] * 6 + [[]] * 3).iloc[0]
    assert (row["term"], row["n_cycles"], row["of_cycles"]) == ("delayed", 6, 9)


# semitendinosus: usual 87 to 4, alternate 85 to 30
@pytest.mark.parametrize(
    ("off", "expected", "value"),
    [
        (104, "within tolerance", 0),
        (109, "within tolerance", 5),
        (110, "undecided", 6),
        (124, "undecided", -6),
        (125, "within tolerance", -5),
        (136, "prolonged", 6),
    ],
)
def test_an_edge_between_two_patterns_is_neither_early_nor_late(off, expected, value):
    row = found("semitendinosus", same([(87, off)]), half=0.5).iloc[1]
    assert (row["term"], row["value"]) == (expected, pytest.approx(value))
    if off == 124:
        assert "6.0 % before the alternate (nearest of 2) reference of 30.0 %" in row["statement"]
        assert (
            "It is 20.0 % after that of the usual pattern, 4.0 %, and so lies between the two."
            in row["statement"]
        )
