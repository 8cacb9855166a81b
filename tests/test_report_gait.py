"""The section of times and phases, and its figures."""

from dataclasses import replace

import numpy as np
import pytest
from gait_fakes import WALK, cycles
from report_fakes import HOSTILE, fake
from test_report_build import said, section

import emgkit
from emgkit import table_values, tables
from emgkit.gait.parameters import gait_rows, repetition_rows
from emgkit.gait.perry import phase_rows
from emgkit.report import figures, style
from emgkit.report.build import build
from emgkit.report.footsteps import footsteps_figure
from emgkit.report.model import Picture, Table
from emgkit.report.words import NBSP
from emgkit.result import Footsteps, SwitchTrace
from emgkit.tables import NOT_DETERMINABLE


def of(*trials, **changes):
    """An analysis with the times and phases of these trials."""
    gait, phases = gait_rows(trials), phase_rows(trials)
    return fake(
        3, gait=table_values.build("gait", gait), phases=table_values.build("phases", phases), **changes
    )


def shown(an):
    return section(build(an), "gait")


def rows(an, title):
    found = next(b for b in shown(an).blocks if isinstance(b, Table) and b.title.startswith(title))
    return {row[0]: [cell.replace(NBSP, " ") for cell in row] for row in found.rows}


STEPS = Footsteps(
    trial="walk_1",
    start_s=1.0,
    stop_s=4.0,
    switches=(
        SwitchTrace("heel", "FSW_HEEL", 1000.0, np.repeat([0.0, 4.0, 0.0], 1000), (0.4, 0.8)),
        SwitchTrace("toe", HOSTILE, 1000.0, np.repeat([4.0, 0.0, 4.0], 1000), ()),
    ),
    states=((1.2, 1.4, "H"), (1.4, 1.8, "F"), (1.8, 1.81, "P"), (3.0, 3.5, "P")),
    contact_s=np.array([1.2, 3.0]),
    stride=(4, 5),
    foot_off_s=np.array([1.81]),
    opposite=((1.0, 1.3), (1.7, 3.1)),
    levels=("first_metatarsal: FSW_MT, closes above 0.8 V", "heel: a_b, closes above 1 V"),
)


def test_the_tables_repeat_the_numbers():
    an = of(cycles(*[WALK] * 2, WALK | {"foot_off": 64.0}, duration_s=1.0))
    parts = rows(an, "Parts")
    assert parts["Stance"] == ["Stance", "left", "0.620 s", "0.017 s", "62.0 %", "1.7 %", "3"]
    assert parts["Double support, total"][1:5] == ["both", "0.250 s", "0.017 s", "25.0 %"]
    phases = rows(an, "Phases")
    assert phases["Initial swing (ISw)"] == [
        "Initial swing (ISw)",
        "62.0 %",
        "1.7 %",
        "75.0 %",
        "3",
        "Own events",
    ]
    assert phases["Mid swing (MSw)"][2] == "not measured"
    assert phases["Mid swing (MSw)"][5].startswith("Scaled to own events: needs kinematics")
    assert "120.0 steps/min" in said(shown(an))


def test_without_the_other_foot_the_report_says_so_once():
    an = of(cycles({"foot_off": 61.0}, {"foot_off": 62.0}, both=False))
    assert rows(an, "Parts")["Single support"][2:] == [NOT_DETERMINABLE] * 4 + ["0"]
    assert said(shown(an)).count("the other foot was not recorded") == 1
    assert f"(H heel, F flat, P push-off, S swing): {NOT_DETERMINABLE}, because" in said(shown(an))


def test_sequences_of_contact_states_are_said_with_their_share():
    sequences = ("HFPS", "HFPS", "PFPS", "FPS", "PS", "HS", "HFPS", "HFPS")
    text = said(shown(of(cycles(*[WALK] * 8, sequence=sequences))))
    assert (
        "HFPS in 50.0 %, FPS in 12.5 %, HS in 12.5 %, PFPS in 12.5 %, 1 rarer in gait.csv of 8 strides"
        in text
    )


def test_repetitions_have_times_and_no_phases():
    an = emgkit.analyze(
        emgkit.simulate(activity="repetitions", muscle="flexor_carpi_ulnaris", n_cycles=4, seed=2)
    )
    text = said(shown(an))
    assert "Rest between repetitions" in text
    assert "(3 repetitions)" in text
    assert "Phases" not in text
    one = fake(
        1,
        study=replace(fake(1).study, activity="repetitions"),
        gait=table_values.build("gait", repetition_rows([])),
    )
    assert "not part of this stored result" in said(shown(one))


def test_a_stored_result_says_that_it_has_no_voltages():
    an = fake(3)
    stored = replace(an, traces=(), study=replace(an.study, foot_switches=("heel: FSW_HEEL",)))
    assert "voltages of the foot switches are not part of a stored result" in said(shown(stored))


def test_each_switch_state_and_stance_is_drawn():
    figure = footsteps_figure(STEPS)
    assert len(figure.axes) == 4
    heel, toe, states, other = figure.axes
    assert [line.get_ydata()[0] for line in heel.lines[1:]] == [0.4, 0.8]
    assert len(toe.lines) == 1
    assert (len(states.patches), len(states.collections)) == (4, 2)  # the states; contacts and foot-offs
    assert [t.get_text() for t in states.texts] == ["H", "F", "P", "states"]  # the short P would not be read
    assert (len(other.patches), len(other.collections)) == (2, 2)
    assert [t.get_text() for t in heel.texts][-2:] == ["stride 4", "stride 5"]
    assert {tuple(ax.get_xlim()) for ax in figure.axes} == {(1.0, 4.0)}
    assert "script" not in style.to_svg(figure)


def test_levels_and_thresholds_are_shown_beneath_the_figure():
    text = said(shown(fake(3, footsteps=STEPS)))
    assert "First metatarsal: FSW_MT, closes above 0.8 V; heel: a_b, closes above 1 V." in text
    assert "Dashed across: thresholds. H heel, F flat, P push-off. Grey: the other foot" in text
    stuck = replace(STEPS, states=((1.0, 1.5, "?"),))
    assert "? while a switch is stuck" in said(shown(fake(3, footsteps=stuck)))


def test_switches_that_are_refused_are_still_shown_with_the_reason():
    an = fake(3, footsteps=replace(STEPS, states=(), levels=(), refused="the channel is dead"))
    picture = next(b for b in shown(an).blocks if isinstance(b, Picture))
    assert "could not be decoded: the channel is dead." in picture.caption
    assert "H heel" not in picture.caption
    texts = [t.get_text() for ax in footsteps_figure(an.footsteps).axes for t in ax.texts]
    assert NOT_DETERMINABLE in texts


def test_phases_stand_above_the_raster():
    def texts(an):
        return [t.get_text() for ax in figures.timing_figure(an).axes for t in ax.texts]

    codes = ["IC", "LR", "MSt", "TSt", "PSw", "ISw", "MSw", "TSw"]
    assert texts(of(cycles(*[WALK] * 3)))[:8] == codes
    run = {"foot_off": 35.0, "opposite_off": 85.0}
    assert texts(of(cycles(*[run] * 3)))[:4] == [f"IC to PSw: {NOT_DETERMINABLE}", "ISw", "MSw", "TSw"]
    late = texts(of(cycles(*[WALK | {"heel_rise": 55.0}] * 3)))
    assert late[:4] == ["IC", "LR", f"MSt to TSt: {NOT_DETERMINABLE}", "PSw"]
    assert "IC" not in texts(fake(3, phases=table_values.build("phases", [])))


def test_named_phases_of_a_repetition_are_a_table_and_stand_above_the_raster():
    named = {"reach": (0.0, 40.0), "grasp": (40.0, 90.0)}
    an = emgkit.analyze(
        emgkit.simulate(activity="repetitions", muscle="flexor_carpi_ulnaris", n_cycles=4, seed=2),
        {"repetitions": {"phases": named}},
    )
    assert an.phases[["phase", "start_pct", "end_pct"]].values.tolist() == [
        ["reach", 0.0, 40.0],
        ["grasp", 40.0, 90.0],
    ]
    assert set(an.phases["start_basis"]) == set(an.phases["end_basis"]) == {tables.GIVEN}
    assert set(an.phases["n_cycles"]) == {4}
    texts = [t.get_text() for ax in figures.timing_figure(an).axes for t in ax.texts]
    assert texts[:2] == ["reach", "grasp"]


@pytest.mark.parametrize("steps", [STEPS, replace(STEPS, opposite=())])
def test_the_figure_is_the_same_on_every_run(steps):
    svg = style.to_svg(footsteps_figure(steps))
    assert svg == style.to_svg(footsteps_figure(steps))
    assert svg.count("<path") > 20
