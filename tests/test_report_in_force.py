"""The settings in the report: those that had a part in the result, the others not."""

from dataclasses import replace

import pytest
from report_fakes import fake

from emgkit import table_values
from emgkit.report import in_force, record
from emgkit.report.build import build
from emgkit.report.words import words_for
from emgkit.result import Analysis
from emgkit.settings import Settings

SWITCHES = {"gait.debounce_s", "gait.thresholds_v", "gait.min_stance_s", "gait.min_cycle_s"}


def shown(an: Analysis) -> set[str]:
    return {row[0] for row in in_force.settings_table(an).rows}


def with_study(an: Analysis, **study) -> Analysis:
    return replace(an, study=replace(an.study, **study))


def test_a_walk_with_stimulation_shows_all_but_those_of_repetitions_and_of_the_other_envelope():
    an = fake(3)
    every = {f"{group}.{name}" for group, part in an.settings for name in type(part).model_fields}
    left_out = {name for name in every if name.startswith("repetitions.")} | {"condition.envelope_window_s"}
    assert shown(an) == every - left_out
    rms = replace(an, settings=Settings(condition={"envelope": "rms"}))
    assert shown(rms) - shown(an) == {"condition.envelope_window_s"}
    assert shown(an) - shown(rms) == {"condition.envelope_cutoff_hz"}


def test_repetitions_have_no_feet_and_only_a_channel_of_motion_has_thresholds():
    an = with_study(fake(3), activity="repetitions", cycle_source="repetitions")
    assert not shown(an) & SWITCHES
    assert {"gait.pause_s", "gait.skip_first", "gait.edge_s", "repetitions.phases"} <= shown(an)
    assert "repetitions.up" not in shown(an)
    assert "repetitions.up" in shown(with_study(an, cycle_source="motion, repetitions"))


def test_without_a_trial_of_stimulation_nothing_of_it_was_set():
    an = fake(3)
    assert "stimulation.search_s" in shown(an)
    bare = replace(an, stimulation=table_values.build("stimulation", []))
    assert not any(name.startswith("stimulation.") for name in shown(bare))


def test_the_report_says_that_others_are_left_out():
    (section,) = (s for s in build(fake(3)).sections if s.key == "settings")
    assert section.blocks[1].text == in_force.OTHERS


@pytest.mark.parametrize(
    ("study", "rows"),
    [
        ({"activity": "repetitions", "cycle_source": "repetitions"}, ["repetitions bounded by"]),
        ({"cycle_source": "events"}, ["sites and channels", "coding", "strides bounded by"]),
        (
            {"cycle_source": "switches", "foot_switches": ("heel: FSW_HEEL",)},
            ["sites and channels", "coding", "debounce", "strides bounded by"],
        ),
        (
            {"cycle_source": "events", "foot_switch_levels": ("walk_1: heel: FSW_HEEL, 0 and 5 V",)},
            ["sites and channels", "coding", "debounce", "strides bounded by"],
        ),
    ],
)
def test_the_record_names_debounce_only_where_switches_were_read(study, rows):
    an = with_study(replace(fake(3), manifest=None), **study)
    facts = record.acquisition(an, words_for(an.study.activity))[3]
    assert [name for name, _ in facts.rows] == rows
