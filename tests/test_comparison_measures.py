"""Two results side by side: known differences, symmetry, the circle, and what may not be compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_fakes import HOSTILE, MANIFEST, fake
from scipy import stats

import emgkit
from emgkit import table_values
from emgkit.comparison.measures import Value, difference, shared_modality
from emgkit.errors import InputError
from emgkit.found import AmplitudeReference
from emgkit.model import Source

A = fake(14)
AMPLITUDES = ["mean", "peak", "burst_mean", "variance_ratio", "profile_cv"]


def other(**changes):
    """The same as `A` from another recording, with `changes`."""
    return replace(A, **({"inputs": (Source("brace.c3d", "cd" * 32, "C3D", "uV"),)} | changes))


def rows(a, b):
    t = emgkit.compare(a, b).table
    return t.drop_duplicates("measure").set_index("measure")


def moved(an, on, off):
    summary = an.summary.copy()
    columns = [c for c in summary if c.startswith("onset_") and "sd" not in c]
    summary[columns] += on
    summary[[c.replace("onset", "offset") for c in columns]] += off
    return replace(an, summary=summary)


def manifest(**changes):
    return {key: MANIFEST[key] | changes.get(key, {}) for key in MANIFEST}


def test_a_result_beside_itself_differs_by_nothing():
    t = emgkit.compare(A, other()).table
    known = t[t["a"].notna()]
    assert len(known) >= 10
    assert (known["difference"] == 0).all()
    assert (known["comparable"] == "yes").all()
    bounded = known[known["difference_low"].notna()]
    assert (bounded["difference_low"] < 0).all()
    assert (bounded["difference_high"] > 0).all()


@pytest.mark.parametrize(
    ("on", "longer"), [(0.0, 0.0), (3.5, -1.25), (-30.0, 15.0), (30.0, -15.0), (45.0, 4.0)]
)
def test_bursts_that_are_moved_differ_by_the_move(on, longer):
    t = rows(A, moved(A, on, on + longer))
    assert t.difference["onset"] == pytest.approx(on, abs=1e-6)
    assert t.difference["offset"] == pytest.approx(on + longer, abs=1e-6)
    width = t.difference_high["onset"] - t.difference_low["onset"]
    assert width == pytest.approx(2 * np.sqrt(2) * 1.5)


@pytest.mark.parametrize(("on_a", "on_b", "expected"), [(98, 2, 4), (2, 98, -4), (97, 90, -7)])
def test_onsets_on_both_sides_of_the_contact_differ_by_the_short_way(on_a, on_b, expected):
    start = A.summary.set_index(["modality", "burst"]).loc[(1, 1), "onset_pct"]
    a, b = moved(A, on_a - start, on_a - start), moved(A, on_b - start, on_b - start)
    t = rows(a, b)
    assert t.difference["onset"] == pytest.approx(expected)
    assert t.difference["offset"] == pytest.approx(expected)


def test_swapping_the_results_swaps_the_signs():
    b = moved(other(), 3.0, 5.0)
    forward, back = emgkit.compare(A, b).table, emgkit.compare(b, A).table
    for one, two in (("difference", "difference"), ("difference_low", "difference_high")):
        np.testing.assert_allclose(forward[one], -back[two])
    pd.testing.assert_series_equal(forward["comparable"], back["comparable"])


def test_the_interval_of_a_difference_of_frequencies_is_newcombes():
    """56 of 70 and 48 of 80: his example, 0.0524 to 0.3339."""
    values = []
    for k, n in ((48, 80), (56, 70)):
        ci = stats.binomtest(k, n).proportion_ci(method="wilson")
        values.append(Value(k / n, ci.low, ci.high, n))
    assert difference(*values) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_interval_of_a_difference_holds_the_true_difference():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(600):
        values = []
        for mean, n in ((10.0, 8), (12.0, 20)):
            x = rng.normal(mean, 3, n)
            low, high = stats.t.interval(0.95, n - 1, x.mean(), stats.sem(x))
            values.append(Value(float(x.mean()), low, high, n))
        _, low, high = difference(*values)
        held.append(low <= 2 <= high)
    assert 0.93 <= np.mean(held) <= 0.985


def test_bursts_are_paired_by_place_and_not_by_number():
    """Two bursts a stride, the later of which moves across the contact."""

    def two(places):
        summary = A.summary[A.summary["modality"] == 2].copy().sort_values("burst")
        summary["n_cycles"], summary["frequency_pct"] = 14, 100.0
        for name, add in (("onset", 0.0), ("offset", 20.0)):
            summary[f"{name}_pct"] = [at + add for at in places]
            summary[f"{name}_ci_low_pct"], summary[f"{name}_ci_high_pct"] = (
                summary[f"{name}_pct"] - 1,
                summary[f"{name}_pct"] + 1,
            )
        return replace(A, summary=summary)

    t = emgkit.compare(two([55, 97]), two([3, 57])).table
    onset = t[t.measure == "onset"]
    assert onset.burst_a.tolist() == [1, 2]
    assert onset.burst_b.tolist() == [2, 1]
    assert onset.difference.tolist() == pytest.approx([2, 6])
    assert t[t.measure == "offset"].difference.tolist() == pytest.approx([2, 6])


def test_another_detector_leaves_no_difference_of_timing():
    study = replace(A.study, detector=A.study.detector | {"method": "double_threshold"})
    t = rows(A, other(study=study))
    for name in ("active_share", "onset", "offset", "modality_frequency"):
        assert t.comparable[name] == "no: found by other detectors or parameters (hmm and double_threshold)"
        assert np.isnan(t.difference[name])
        assert t.a[name] == t.b[name]
    assert t.comparable["stride_time"] == "yes"


def test_what_the_detector_learned_is_no_setting():
    study = replace(A.study, detector=A.study.detector | {"learned": {"walk_1": {"learned_noise_uv": 3.0}}})
    assert rows(A, other(study=study)).comparable["onset"] == "yes"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"session": {"date": "2025-06-01"}}, "another insertion of the wire (date"),
        ({"session": {"id": "GL-0999"}}, "another insertion of the wire (session"),
        ({"electrode": {"insertion": "lower third"}}, "another insertion of the wire (insertion of"),
        ({"session": {"date": None}}, "whether it is one insertion is not known, the date of B"),
    ],
)
def test_another_insertion_leaves_no_difference_of_amplitude(changed, why):
    t = rows(A, other(manifest=manifest(**changed)))
    for name in AMPLITUDES:
        assert t.comparable[name].startswith(f"no: {why}")
        assert np.isnan(t.difference[name])
    for name in ("onset", "offset", "active_share", "stride_time", "foot_off"):
        assert t.comparable[name] == "yes"


def test_another_channel_of_the_same_session_is_another_wire():
    t = rows(A, other(study=replace(A.study, label="TIBANT_DEEP")))
    assert t.comparable["mean"].startswith("no: another wire (channels ")
    assert t.comparable["onset"] == "yes"


def test_an_insertion_that_is_not_recorded_is_taken_on_trust_and_said():
    bare = manifest()
    del bare["electrode"]["insertion"]
    found = emgkit.compare(replace(A, manifest=bare), other(manifest=bare))
    assert found.table.set_index("measure").comparable["mean"] == "yes"
    assert any("rests on the same session and date" in text for text in found.remarks)
    assert not any("rests on the same session" in text for text in emgkit.compare(A, other()).remarks)


def test_profiles_of_two_scalings_are_said():
    scaled = A.settings.measure.model_copy(update={"profile_scaling": "stance_swing"})
    b = other(settings=A.settings.model_copy(update={"measure": scaled}))
    assert "The scaling of the profile differs: A cycle, B stance_swing." in emgkit.compare(A, b).remarks


def test_without_a_manifest_the_insertion_is_not_known():
    t = rows(A, other(manifest=None))
    assert "the session of B is not recorded" in t.comparable["mean"]


@pytest.mark.parametrize(
    ("study", "why"),
    [
        ({"rate_hz": 4000.0}, "another rate (2000 Hz; 4000 Hz)"),
        ({"band": "20 to 450 Hz"}, "another band"),
    ],
)
def test_another_band_leaves_no_difference_of_amplitude(study, why):
    t = rows(A, other(study=replace(A.study, **study)))
    assert t.comparable["mean"].startswith(f"no: {why}")
    assert t.comparable["onset"] == "yes"


def test_another_reference_leaves_only_microvolts():
    bursts = A.bursts.assign(mean_pct_ref=40.0)
    a, b = (
        replace(A, bursts=bursts, study=replace(A.study, amplitude=AmplitudeReference("maximum", "", uv)))
        for uv in (100.0, 120.0)
    )
    assert rows(a, b).comparable["burst_mean"] == (
        "no: normalised to another reference (maximum test (100.0 uV); maximum test (120.0 uV))"
    )
    assert rows(a, b).comparable["mean"] == "yes"
    assert rows(a, a).difference["burst_mean"] == 0


def test_what_speaks_against_a_maximum_in_one_walk_does_not_make_it_another_reference():
    bursts = A.bursts.assign(mean_pct_ref=40.0)
    a, b = (
        replace(
            A,
            bursts=bursts,
            study=replace(A.study, amplitude=AmplitudeReference("maximum", "", 100.0, against=against)),
        )
        for against in ((), ("it is not twice as loud as the quiet signal",))
    )
    assert rows(a, b).comparable["burst_mean"] == "yes"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"muscle": "soleus"}, "muscles"),
        ({"side": "right"}, "sides"),
        ({"activity": "repetitions"}, "activities"),
    ],
)
def test_two_muscles_sides_or_activities_are_refused(change, what):
    with pytest.raises(InputError, match=f"two {what}.*Accepted: two results"):
        emgkit.compare(A, other(study=replace(A.study, **change)), labels=["before", "after"])


def test_a_muscle_that_is_not_recorded_is_said():
    found = emgkit.compare(A, other(study=replace(A.study, muscle=None)))
    assert any("B: muscle not recorded" in text for text in found.remarks)


def test_what_differs_besides_is_said():
    quality = A.quality.copy()
    b = other(
        versions=dict(A.versions) | {"emgkit": "0.2.0"},
        settings=A.settings.model_copy(
            update={"measure": A.settings.measure.model_copy(update={"confidence": 0.9})}
        ),
        study=replace(A.study, cycle_source="switches", foot_switches_left_out=("toe: T, dead",)),
        quality=quality,
    )
    found = emgkit.compare(A, b, labels=("barefoot", "brace"))
    said = " ".join(found.remarks)
    for part in (
        "The version of emgkit differs: barefoot 0.1.0, brace 0.2.0.",
        "The level of the intervals differs",
        "The source of the cycles differs: barefoot events, brace switches.",
        "brace: foot switch left out (toe: T, dead)",
        "barefoot: not usable by the checks saturation (walk_1)",
    ):
        assert part in said
    t = found.table
    assert t["difference_low"].isna().all()  # intervals of two levels make none
    assert t.set_index("measure").difference["stride_time"] == 0


def test_the_same_recording_twice_is_said():
    assert any("Both rest on the same recording: walk_1.c3d" in text for text in emgkit.compare(A, A).remarks)


def test_a_number_of_bursts_that_both_share_is_compared_and_named():
    summary = A.summary.copy()
    summary.loc[summary["modality"] == 1, ["n_cycles", "frequency_pct"]] = (6, 20.0)
    found = emgkit.compare(A, other(summary=summary))
    assert shared_modality(found.a, found.b) == 1
    assert "B: 6 cycles, 20 %, not its most frequent number" in found.remarks[0]


def test_without_a_shared_number_of_bursts_onsets_do_not_compare():
    t = rows(A, fake(14, bursts=False))
    for name in ("onset", "offset", "modality_frequency"):
        assert t.comparable[name] == "no: no number of bursts occurs in 5 cycles of both"
        assert np.isnan(t.difference[name])


def test_too_few_strides_are_not_determinable():
    t = rows(A, fake(3))
    assert t.comparable["stride_time"] == "no: not determinable in B"
    assert (t.a_n["stride_time"], t.b_n["stride_time"]) == (14, 3)


def test_a_result_of_an_older_version_lacks_what_it_lacks():
    older = other(variability=table_values.build("variability", []))
    t = rows(A, older)
    assert t.comparable["variance_ratio"] == "no: not determinable in B"
    assert t.comparable["onset"] == "yes"


@pytest.mark.parametrize(
    "labels", [("one",), ("a", "a"), ("a", " a "), ("", "b"), "ab", 3, ("a", 4), ("a", "b", "c")]
)
def test_labels_that_are_none(labels):
    with pytest.raises(InputError):
        emgkit.compare(A, A, labels=labels)


def test_what_is_no_analysis_is_refused():
    with pytest.raises(InputError, match="This is no analysis"):
        emgkit.compare(A, A.summary)


def test_results_read_back_compare_like_those_that_were_made():
    a, b = fake(12), moved(other(), 2.0, 2.0)
    back = [emgkit.Analysis.from_json(an.to_json()) for an in (a, b)]
    made, read = emgkit.compare(a, b, ["x", "y"]), emgkit.compare(*back, ["x", "y"])
    pd.testing.assert_frame_equal(made.table, read.table)
    assert made.remarks == read.remarks


def test_a_result_compares_with_itself_read_back():
    study = replace(A.study, detector=A.study.detector | {"levels": (1.5, 2.0), "limit_hz": float("nan")})
    manifest_ = manifest(electrode={"reference": ("tibia", "ankle")})
    made = replace(A, study=study, manifest=manifest_)
    t = emgkit.compare(made, emgkit.Analysis.from_json(made.to_json())).table
    assert (t.loc[t["a"].notna(), "comparable"] == "yes").all()


def test_hostile_texts_pass_through():
    found = emgkit.compare(fake(12, hostile=True), fake(12, hostile=True), labels=(HOSTILE, "b" + HOSTILE))
    assert found.labels[0] == HOSTILE


def test_walks_with_a_known_difference():
    """The same walk with bursts that start 10 % later and end 5 % later."""
    a, b = (
        emgkit.analyze(emgkit.simulate(n_cycles=10, seed=4, bursts_pct=window))
        for window in ([(50.0, 70.0)], [(60.0, 75.0)])
    )
    t = rows(a, b)
    assert t.difference_low["onset"] < 10 < t.difference_high["onset"]
    assert t.difference_low["offset"] < 5 < t.difference_high["offset"]
    assert abs(t.difference["onset"] - 10) < 1.5
    assert t.difference_high["active_share"] < 0
