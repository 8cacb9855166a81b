"""Edits applied to a trial: what changes in the tables, and that nothing else does."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from edit_fakes import SETTINGS, analysed, edit, of_burst, of_cycle, of_trial, walk

import emgkit
from emgkit import tables
from emgkit.analysis import run
from emgkit.editing import edited
from emgkit.gait.bounds import cut
from emgkit.result import Analysis, edited_after_signature

TABLES = [name for name in tables.TABLES if name != "edits"]


@pytest.fixture(scope="module")
def trial():
    return walk()


@pytest.fixture(scope="module")
def automatic(trial):
    return analysed(trial)


def shifted(trial, k=3, by_s=0.03, **more):
    return of_burst(trial, k, "move_onset", start_s=trial.detection.onset_s[k] + by_s, **more)


def differing(before, after):
    """Return the cells (row, column) that differ; NaN equals NaN.

    Numbers may differ in their last digits: sums over a cycle are differences of running sums.
    """
    assert list(before.columns) == list(after.columns)
    same = (before == after) | (before.isna() & after.isna())
    for name in before.columns[before.dtypes == "float64"]:
        same[name] |= np.isclose(before[name], after[name], rtol=1e-9, atol=0)
    rows, columns = np.nonzero(~same.fillna(False).to_numpy(dtype=bool))
    return {(int(r), before.columns[c]) for r, c in zip(rows, columns, strict=True)}


def test_without_edits_the_trial_is_the_very_same(trial):
    assert edited([trial], [], SETTINGS) == (trial,)


def test_a_moved_onset_changes_that_burst_and_its_cycle_alone(trial, automatic):
    an = analysed(trial, shifted(trial))
    burst = differing(automatic.bursts, an.bursts)
    assert {row for row, _ in burst} == {3}
    assert {column for _, column in burst} <= {
        *("onset_s", "onset_pct", "duration_s", "mean_uv", "peak_uv", "iemg_uvs", "edited", "probability"),
        *("onset_low_pct", "onset_high_pct", "onset_low_s", "onset_high_s", "rms_uv", "net_rms_uv"),
        *("net_mean_uv", "robustness"),
    }
    assert an.bursts.onset_s[3] == pytest.approx(automatic.bursts.onset_s[3] + 0.03, abs=1e-12)
    assert an.bursts.loc[3, ["onset_low_s", "onset_high_pct", "probability"]].isna().all()
    assert an.bursts.loc[3, ["offset_low_s", "offset_high_pct"]].notna().all()
    assert an.bursts.robustness[3] == tables.NOT_DETERMINABLE
    cycle = int(an.bursts.cycle[3])
    ledger = differing(automatic.cycles, an.cycles)
    assert {column for _, column in ledger} <= {"active_pct", "snr_db", "edited"}
    assert {row for row, column in ledger if column != "edited"} == {cycle - 1}
    assert an.bursts.wraps[3]  # so that the next cycle holds an edited burst, too
    assert an.cycles.cycle[an.cycles.edited].tolist() == [cycle, cycle + 1]


def test_quality_faults_and_gait_do_not_depend_on_edited_bursts(trial, automatic):
    plan = [
        shifted(trial),
        of_burst(trial, 5, "delete_burst", 2),
        of_trial(trial, "add_burst", 3, start_s=trial.detection.offset_s[1] + 0.1,
                 end_s=trial.detection.offset_s[1] + 0.3),
    ]  # fmt: skip
    an = analysed(trial, *plan)
    for name in ("quality", "faults", "gait", "phases"):
        pd.testing.assert_frame_equal(getattr(an, name), getattr(automatic, name))
    assert an.study.noise_uv == automatic.study.noise_uv
    assert an.study.verdict == automatic.study.verdict


def test_both_values_stand_in_the_table_of_edits(trial, automatic):
    k = 3
    (row,) = analysed(trial, shifted(trial, k)).edits.to_dict("records")
    assert row["found_onset_s"] == automatic.bursts.onset_s[k]
    assert row["found_offset_s"] == row["offset_s"] == automatic.bursts.offset_s[k]
    assert row["onset_s"] == pytest.approx(row["found_onset_s"] + 0.03, abs=1e-12)
    assert (row["number"], row["cycle"], row["action"]) == (1, automatic.bursts.cycle[k], "move_onset")
    assert (row["by"], row["when"], row["why"]) == ("AB", "2026-03-04T10:00:00+01:00", "seen on the trace")


def test_a_deleted_burst_leaves_its_cycle_with_none(trial, automatic):
    an = analysed(trial, of_burst(trial, 3, "delete_burst"))
    at = int(automatic.bursts.cycle[3]) - 1
    assert an.cycles.n_bursts[at] == automatic.cycles.n_bursts[at] - 1 == 0
    assert len(an.bursts) == len(automatic.bursts) - 1
    assert not an.bursts.edited.any()
    assert an.cycles.edited[at]
    assert an.edits.loc[0, ["onset_s", "offset_s"]].isna().all()
    assert 0 in set(an.summary.modality)


def test_delete_and_add_again_gives_the_same_edges_and_magnitudes(trial, automatic):
    onset, offset = trial.detection.onset_s[3], trial.detection.offset_s[3]
    an = analysed(
        trial,
        of_burst(trial, 3, "delete_burst"),
        of_trial(trial, "add_burst", 2, start_s=onset, end_s=offset),
    )
    changed = {column for _, column in differing(automatic.bursts, an.bursts)}
    assert {c for c in changed if not re.search("_low_|_high_", c)} == {"edited", "probability", "robustness"}
    assert {column for _, column in differing(automatic.cycles, an.cycles)} == {"edited"}


def test_leave_out_all_but_five(trial, automatic):
    plan = [of_cycle(trial, n, "leave_out", n) for n in range(1, 6)]
    an = analysed(trial, *plan)
    assert an.cycles.cycle[an.cycles.used].tolist() == [6, 7, 8, 9, 10]
    assert an.cycles.reason[:5].tolist() == ["edited_out"] * 5
    assert an.summary.n_cycles.sum() == 5
    # the profile is that of the five alone: the mean of all ten is the mean of both halves
    rest = analysed(trial, *(of_cycle(trial, n, "leave_out", n) for n in range(6, 11)))
    both = (an.profile.mean_uv + rest.profile.mean_uv) / 2
    np.testing.assert_allclose(both, automatic.profile.mean_uv, rtol=1e-9)
    pd.testing.assert_frame_equal(
        an.cycles[tables_of_signal(an)].iloc[5:], automatic.cycles[tables_of_signal(an)].iloc[5:]
    )


def tables_of_signal(an):
    return [c for c in an.cycles.columns if c not in ("used", "reason", "reason_detail", "edited")]


def test_leaving_out_strides_does_not_hide_that_the_wire_moved(trial):
    n = 10
    an = analysed(trial, *(of_cycle(trial, k, "leave_out", k) for k in range(1, 8)))
    seen = {name: an.quality[an.quality.check == name] for name in ("wire_movement", "cycles")}
    whole = analysed(trial).quality
    assert seen["wire_movement"].value.item() == whole[whole.check == "wire_movement"].value.item()
    used = seen["cycles"][seen["cycles"].trial == "all"]
    assert used.value.item() == n - 7


def test_no_cycle_left_is_an_error_that_says_why(trial):
    with pytest.raises(emgkit.InsufficientDataError, match="edited_out: edit 1 by AB: seen on the trace"):
        analysed(trial, *(of_cycle(trial, k, "leave_out", k) for k in range(1, 11)))


def test_a_long_stride_is_taken_in_and_counts(trial):
    at = 3.0
    events = trial.recording.events
    contacts = events[(events.kind == "foot_contact") & (events.side == trial.cycles.side)].time_s.to_numpy()
    missed = contacts[np.searchsorted(contacts, at)]
    rec = trial.recording.with_events(events[events.time_s != missed])
    t = run(rec, cut(rec, SETTINGS.gait, "walking", SETTINGS.repetitions), SETTINGS)
    number = t.cycles.reason.index("duration_outlier") + 1
    take = of_cycle(t, number, "take_in", found_reason="duration_outlier")
    before, an = analysed(t), analysed(t, take)
    assert differing(before.cycles, an.cycles) == {
        (number - 1, column) for column in ("used", "reason", "reason_detail", "edited")
    }
    counted = [one.summary.drop_duplicates("modality").n_cycles.sum() for one in (before, an)]
    assert counted[1] == counted[0] + 1
    (row,) = an.edits.to_dict("records")
    assert (row["found_reason"], row["reason"]) == ("duration_outlier", "none")


def test_a_stride_at_the_end_of_the_filters_is_not_taken_in(trial):
    end_s = float(trial.cycles.end_s[9]) + 0.05
    rec = trial.recording
    short = dataclasses.replace(
        rec, emg_uv=rec.emg_uv[: int(end_s * rec.rate_hz)], switches={}, truth=None, neighbours={}
    )
    t = run(short, cut(short, SETTINGS.gait, "walking", SETTINGS.repetitions), SETTINGS)
    assert t.cycles.reason[9] == "filter_edge"
    take = of_cycle(t, 10, "take_in", found_reason="filter_edge")
    with pytest.raises(emgkit.InputError, match=r"cannot be used \(filter_edge: .* s from an end"):
        edited([t], [take], SETTINGS)


def test_a_burst_moved_over_the_contact_belongs_to_the_other_cycle(trial, automatic):
    k = 3
    contact = trial.cycles.end_s[int(automatic.bursts.cycle[k]) - 1]
    an = analysed(trial, of_burst(trial, k, "move_onset", start_s=contact + 0.01))
    assert an.bursts.cycle[k] == automatic.bursts.cycle[k] + 1
    assert not an.bursts.wraps[k]
    assert automatic.bursts.wraps[k]
    assert an.bursts.onset_pct[k] < 2
    assert an.edits.cycle[0] == an.bursts.cycle[k]
    assert an.cycles.edited[int(automatic.bursts.cycle[k]) - 1]


def test_repetitions_are_edited_like_strides():
    t = walk("repetitions")
    k = 4
    start = t.cycles.start_s[k]
    an = analysed(
        t,
        of_burst(t, k, "move_onset", start_s=start - 0.05),
        of_cycle(t, 2, "leave_out", 2),
    )
    assert an.bursts.cycle[k] == k + 1
    assert an.bursts.onset_pct[k] < 0  # it begins in the pause before
    assert an.cycles.cycle[an.cycles.edited].tolist() == [2, 5]
    assert (
        "1 of the 9 used repetitions hold edits; 1 of 10 repetitions is left out by a person." in an.notes[0]
    )


def test_all_misfits_are_said_at_once_and_nothing_is_applied(trial):
    elsewhere = dataclasses.replace(shifted(trial, number=1), recording_sha256="f" * 12, line=3)
    plan = [
        elsewhere,
        edit("leave_out", 2, cycle=1, trial="walk_9", found_start_s=1.0, found_end_s=2.0),
        of_cycle(trial, 2, "take_in", 3, found_reason="pause"),
        of_burst(trial, 3, "move_onset", 4, start_s=1000.0),
        edit("delete_burst", 5, trial="gone", found_start_s=1.0, found_end_s=2.0),
    ]
    with pytest.raises(emgkit.InputError) as caught:
        edited([trial], plan, SETTINGS, left_out=["gone"])
    said = str(caught.value)
    assert said.startswith("edits.toml: ")
    places = [said.index(words) for words in (
        "edit 1 (line 3), move_onset: the recording of",
        "edit 2, leave_out: there is no trial 'walk_9'; there is: ",
        "edit 3, take_in: the cycle is used already",
        "edit 4, move_onset: 1000.0000 s lies outside",
        "edit 5, delete_burst: the trial 'gone' was left out",
    )]  # fmt: skip
    assert places == sorted(places)


def test_an_edit_of_another_trial_leaves_this_one_alone(trial):
    other = walk(seed=4)
    other = dataclasses.replace(
        other,
        recording=dataclasses.replace(other.recording, trial="walk_2"),
        signal=dataclasses.replace(other.signal, trial="walk_2"),
    )
    one = dataclasses.replace(shifted(trial), trial=trial.signal.trial)
    now = edited([trial, other], [one], SETTINGS)
    assert now[1] is other
    assert now[0].edited.automatic is trial


def test_counts_stand_in_summary_findings_profile_and_notes(trial, automatic):
    plan = [shifted(trial), of_cycle(trial, 9, "leave_out", 2)]
    an = analysed(trial, *plan)
    said = "Edited by hand: 2 of the 9 used strides hold edits; 1 of"
    assert said in an.study.profile
    assert all(said in text for text in an.findings.statement)
    assert an.notes[0].startswith("2 edits by hand (AB, 2026-03-04) are applied over the automatic result;")
    assert an.summary.n_edited.sum() == 1
    for before in (automatic.study.profile, *automatic.findings.statement, *automatic.notes):
        assert "by hand" not in before
    assert automatic.summary.n_edited.sum() == 0


def test_a_result_with_edits_is_read_back_the_same(trial):
    an = analysed(trial, shifted(trial), of_cycle(trial, 9, "leave_out", 2))
    back = Analysis.from_json(an.to_json())
    assert back.to_json() == an.to_json()
    assert back.edits.shape == an.edits.shape


@pytest.mark.parametrize(
    ("day", "late"), [("2026-03-03", True), ("2026-03-04", False), ("2026-03-05", False)]
)
def test_an_edit_after_the_signature_is_said(trial, day, late):
    an = analysed(trial, shifted(trial), manifest={"signature": {"by": "CD", "date": day}})
    assert edited_after_signature(an) == late
    assert any(f"after the day of the signature, {day}" in note for note in an.notes) == late


def test_without_a_signature_nothing_is_after_it(trial, automatic):
    assert not edited_after_signature(analysed(trial, shifted(trial)))
    assert not edited_after_signature(automatic)


@pytest.mark.parametrize("muscle", ["LMG", "RMG"])
def test_a_real_walk_is_edited_and_only_there(shared_data, muscle):
    file = sorted((shared_data / "gait_burst_labels").glob("*.c3d"))[0]
    rec = emgkit.read(file, emg=muscle)
    t = run(rec, cut(rec, SETTINGS.gait, "walking", SETTINGS.repetitions), SETTINGS)
    k = t.detection.onset_s.size // 2
    middle_s = (t.detection.onset_s[k] + t.detection.offset_s[k]) / 2
    before, an = analysed(t), analysed(t, of_burst(t, k, "move_offset", end_s=middle_s))
    assert {row for row, _ in differing(before.bursts, an.bursts)} == {k}
    assert an.bursts.offset_s[k] == middle_s
    assert an.bursts.loc[k, ["offset_low_s", "offset_high_s"]].isna().all()
    changed = {row for row, column in differing(before.cycles, an.cycles) if column == "active_pct"}
    assert changed <= set(np.flatnonzero(an.cycles.edited))
    pd.testing.assert_frame_equal(an.quality, before.quality)


def test_the_same_edits_give_the_same_bytes(trial):
    plan = [shifted(trial), of_cycle(trial, 9, "leave_out", 2)]
    assert analysed(trial, *plan).to_json() == analysed(trial, *plan).to_json()
    pd.testing.assert_frame_equal(analysed(trial, *plan).bursts, analysed(trial, *reversed(plan)).bursts)
