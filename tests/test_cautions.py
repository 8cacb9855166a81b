"""A label that contradicts what a person gave is never a note among others: one of the two is wrong."""

import itertools
import shutil

import pytest

import emgkit
from emgkit import muscles
from emgkit.cautions import CUT_SHORT, cautions, contradiction
from emgkit.cli.results import write
from emgkit.report.first_page import sections
from emgkit.report.words import words_for


def against(says, taken):
    return contradiction("channel 'TIBANT_L'", says, taken)


@pytest.fixture
def session(sample_data, tmp_path):
    """Load a copy of a session after a change of its manifest; detection is short."""

    def load(**changes):
        folder = shutil.copytree(sample_data / "tibialis_anterior_walking", tmp_path / "session")
        text = (folder / "session.toml").read_text(encoding="utf-8")
        for key, value in changes.items():
            before, _, after = text.partition(f"\n{key} = ")
            text = f'{before}\n{key} = "{value}"\n{after.partition(chr(10))[2]}'
        text += '\n[settings.detect]\nsensitivity = "off"\n'
        (folder / "session.toml").write_text(text, encoding="utf-8")
        return emgkit.load_session(folder)

    return load


def test_a_side_against_the_label_is_on_the_terminal_and_on_the_first_page(sample_data, tmp_path, capsys):
    rec = emgkit.read(sample_data / "tibialis_anterior_walking" / "walk_1.c3d", side="right")
    write(emgkit.analyze(rec, {"detect": {"sensitivity": "off"}}), tmp_path, ["html"])
    said = f"walk_1: {against('left', 'right')}."
    assert f"emgkit: warning: {said}" in capsys.readouterr().err.splitlines()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert said.replace("'", "&#39;") in page[: page.index('id="timing"')]


def test_side_and_muscle_of_a_manifest_against_the_label_are_said_once_of_all_trials(session):
    an = emgkit.analyze_session(session(side="right", muscle="soleus"))
    assert (an.study.side, an.study.muscle) == ("right", "soleus")
    said = [against("left", "right"), against("tibialis_anterior", "soleus")]
    names = ("mmt_1, rest, stim", "walk_1, walk_2, walk_3")
    assert list(cautions(an.notes)) == [f"{who}: {what}" for who in names for what in said]
    quality = str(sections(an, words_for(an.study.activity))[0])
    assert "And 1 more, in the notes of the analysis." in quality


def test_what_agrees_with_the_label_is_no_caution(session):
    an = emgkit.analyze_session(session(side="left", muscle="ta"))
    assert cautions(an.notes) == ()


def test_a_wrong_side_comes_before_recordings_that_are_cut_short():
    switch = contradiction("foot switch 'RHEEL'", "right", "left")
    cut = [f"walk_{k}: {CUT_SHORT}" for k in range(4)]
    assert cautions([*cut, "no events", f"rest: {switch}"]) == (f"rest: {switch}", *cut)


def test_muscles_may_be_one_if_they_are_the_same_a_whole_and_its_part_or_namesakes():
    pairs = {
        frozenset(pair)
        for pair in itertools.combinations(muscles.MUSCLES, 2)
        if muscles.may_be_one(*pair) or muscles.may_be_one(*reversed(pair))
    }
    assert all(muscles.may_be_one(*pair) and muscles.may_be_one(*reversed([*pair])) for pair in pairs)
    assert all(muscles.may_be_one(name, name) for name in muscles.MUSCLES)
    assert len(pairs) == 2 + 1 + 2 + 4 + 2
    assert frozenset({"gastrocnemius_medialis", "gastrocnemius_lateralis"}) not in pairs
    assert frozenset({"tibialis_anterior", "tibialis_posterior"}) not in pairs
