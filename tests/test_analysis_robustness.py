"""Robustness in the tables, in what is stored, and in the report."""

import json
from dataclasses import replace

import numpy as np
import pytest
from report_fakes import fake
from test_report_build import said, section

import emgkit
from emgkit import tables
from emgkit.report import robustness
from emgkit.report.build import build
from emgkit.report.words import words_for
from emgkit.result import Analysis

WALKING = words_for("walking")


@pytest.fixture(scope="module")
def recording():
    return emgkit.simulate(n_cycles=5, seed=2)


@pytest.fixture(scope="module")
def analysis(recording):
    return emgkit.analyze(recording)


def test_every_burst_has_a_word_and_the_summary_counts_them(analysis):
    words = analysis.bursts["robustness"]
    assert words.isin((tables.ROBUST, tables.BY_SETTING, tables.BY_DETECTOR)).all()
    robust = analysis.bursts["robustness"] == tables.ROBUST
    assert (analysis.bursts.loc[robust, ["onset_shift_ms", "offset_shift_ms"]].abs() < 60).all(axis=None)
    assert (analysis.summary["n_robust"] <= analysis.summary["n_onsets"]).all()
    assert [one["kind"] for one in analysis.study.sensitivity] == ["setting"] * 3 + ["detector"]


def test_off_says_so_and_changes_nothing_else(recording, analysis):
    off = emgkit.analyze(recording, {"detect": {"sensitivity": "off"}})
    assert (off.bursts["robustness"] == tables.NOT_ASSESSED).all()
    assert off.bursts[["onset_shift_ms", "offset_shift_ms"]].isna().all(axis=None)
    assert off.summary["n_robust"].isna().all()
    assert off.study.sensitivity == ()
    same = [c.name for c in tables.BURSTS if c.name not in tables.LATER["bursts"]]
    assert off.bursts[same].equals(analysis.bursts[same])
    assert "was not assessed" in robustness.summary(off, WALKING)


def test_what_is_stored_comes_back_and_older_results_can_be_read(analysis):
    again = Analysis.from_json(analysis.to_json())
    assert again.to_json() == analysis.to_json()
    document = json.loads(analysis.to_json())
    for name, columns in tables.LATER.items():
        for column in columns:
            del document["tables"][name][column]
    del document["study"]["sensitivity"], document["settings"]["detect"]["sensitivity"]
    older = Analysis.from_json(json.dumps(document))
    assert (older.bursts["robustness"] == tables.NOT_DETERMINABLE).all()
    assert older.summary["n_robust"].isna().all()
    assert tables.NOT_DETERMINABLE in robustness.summary(older, WALKING)
    del document["tables"]["bursts"]["onset_s"]
    with pytest.raises(emgkit.InputError, match="onset_s"):
        Analysis.from_json(json.dumps(document))


def test_first_page_and_evidence_of_the_report():
    document = build(fake(12))
    shown = said(section(document, "robustness"))
    assert "13 of 14 bursts are robust" in shown
    assert "with 2 other settings of the detector and with the detector double threshold" in shown
    assert "1 depends on the detector: read such edges" in shown
    table = section(document, "bursts").blocks[0]
    assert [row[-1] for row in table.rows] == ["no burst starts", "7 of 8", "3 of 3", "3 of 3"]
    assert "band_low_hz = 50" in shown
    assert "second detector, double threshold" in shown


def test_no_burst_says_what_the_second_detector_finds():
    an = fake(4, bursts=False)
    assert "No burst starts in a used stride; the detector double threshold finds 13" in robustness.summary(
        an, WALKING
    )


def test_an_alternate_that_was_not_run_is_not_counted():
    an = fake(4)
    failed = {**an.study.sensitivity[2], "not_run": "the rate is too low"}
    an = replace(an, study=replace(an.study, sensitivity=(*an.study.sensitivity[:2], failed)))
    assert "double threshold" not in robustness.summary(an, WALKING)
    assert "not run: the rate is too low" in said(robustness.table(an))


def test_a_trial_without_a_used_cycle_is_not_determinable(recording):
    from emgkit.analysis import run
    from emgkit.gait.bounds import cut

    chosen = emgkit.Settings()
    cycles = cut(recording, chosen.gait, None)
    unused = replace(cycles, reason=("duration_outlier",) * len(cycles.reason))
    found = run(recording, unused, chosen).sensitivity
    assert set(found.robustness) == {tables.NOT_DETERMINABLE}
    assert np.isnan(found.onset_shift_s).all()


def test_the_sentence_names_no_interval_where_there_is_none():
    an = fake(12)
    assert "no edge over 30 ms beyond its 95 % interval." in robustness.summary(an, WALKING)
    an = replace(an, bursts=an.bursts.assign(onset_low_s=np.nan))
    assert "no edge over 30 ms off." in robustness.summary(an, WALKING)


def test_the_sentence_says_that_others_find_bursts_where_none_is_reported():
    an = fake(12)
    none = [{**one, "further": 0} for one in an.study.sensitivity]
    several = [*none[:2], {**none[2], "further": 7}]
    for rows, expected in ((none, None), (several, "the detector double threshold finds 7 further bursts")):
        text = robustness.summary(replace(an, study=replace(an.study, sensitivity=tuple(rows))), WALKING)
        assert ("Where none is reported" in text) == (expected is not None)
        assert (expected or "") in text
