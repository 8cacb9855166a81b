"""`emgkit edit`: it tries an edit, says what it changes, writes it, and touches nothing else."""

import dataclasses
import sys

import pytest

import emgkit
from emgkit.cli import main
from emgkit.simulation.files import write_c3d

MANIFEST = """
[session]
id = "S-1"
[electrode]
muscle = "tibialis_anterior"
side = "left"
[channels]
emg = "TIBANT_L"
[trials]
walk = ["walk_*.c3d"]
[settings.detect]
sensitivity = "off"
"""
MOVE = ("move-onset", "--burst-at", "2.4", "--to")
WHO = ("--by", "AB", "--why", "seen on the trace")


@pytest.fixture(scope="module")
def recording():
    return emgkit.simulate(n_cycles=6, seed=1, label="TIBANT_L")


@pytest.fixture
def folder(tmp_path, recording):
    write_c3d(recording, tmp_path / "walk_1.c3d")
    (tmp_path / "session.toml").write_text(MANIFEST)
    return tmp_path


@pytest.fixture
def run(monkeypatch, capsys):
    """Call the command in this process; return (exit code, standard output, standard error)."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["emgkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


def bytes_of(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_an_edit_is_tried_said_and_written_and_then_applied(folder, run):
    automatic = emgkit.analyze_session(emgkit.load_session(folder))
    before = bytes_of(folder)
    b = automatic.bursts.iloc[1]
    to = b.onset_s + 0.03
    code, said, _ = run("edit", folder, "move-onset", "--burst-at", b.onset_s + 0.1, "--to", to, *WHO)
    assert code == 0
    assert (
        f"walk_1, stride 1, onset: {b.onset_s:.4f} s ({b.onset_pct:.1f} %) (automatic) -> {to:.4f} s" in said
    )
    assert "(edited), 30.0 ms later" in said
    assert "Edit 1 was added to edits.toml" in said
    after = bytes_of(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"edits.toml"}
    an = emgkit.analyze_session(emgkit.load_session(folder))
    assert an.bursts.onset_s[1] == pytest.approx(to, abs=1e-6)
    assert [source.name for source in an.inputs] == ["walk_1.c3d", "edits.toml"]
    assert an.edits.found_onset_s[0] == b.onset_s


def test_an_empty_file_changes_nothing_but_the_inputs(folder):
    automatic = emgkit.analyze_session(emgkit.load_session(folder))
    (folder / "edits.toml").write_text("# nothing yet\n")
    an = emgkit.analyze_session(emgkit.load_session(folder))
    assert [source.name for source in an.inputs] == ["walk_1.c3d", "edits.toml"]
    assert dataclasses.replace(an, inputs=automatic.inputs).to_json() == automatic.to_json()


def test_every_action_in_turn_then_undone_one_after_the_other(folder, run):
    truth = emgkit.analyze_session(emgkit.load_session(folder))
    gone = truth.bursts.iloc[3].onset_s + 0.1
    calls = [
        ("move-offset", "--burst-at", "80%", "--to", "105%", "--stride", 2, *WHO),
        ("add-burst", "--from", "20%", "--to", "30%", "--stride", 2, *WHO),
        ("delete-burst", "--burst-at", gone, "--trial", "walk_1", *WHO),
        ("leave-out", "--stride", 5, *WHO),
    ]
    texts = []
    for number, call in enumerate(calls, start=1):
        code, said, wrong = run("edit", folder, *call)
        assert (code, wrong) == (0, "")
        assert f"Edit {number} was added" in said
        texts.append((folder / "edits.toml").read_text())
    _, said, _ = run("edit", folder, "list")
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "1. walk_1, move_offset",
        "2. walk_1, add_burst",
        "3. walk_1, delete_burst",
        "4. walk_1, leave_out",
    ]
    an = emgkit.analyze_session(emgkit.load_session(folder))
    bursts = an.bursts[an.bursts.edited]
    assert bursts.offset_pct.tolist()[-1] == pytest.approx(105.0, abs=1e-3)
    assert bursts.onset_pct.tolist()[0] == pytest.approx(20.0, abs=1e-3)
    assert an.cycles.reason[4] == "edited_out"
    for text in reversed(texts[:-1]):
        assert run("edit", folder, "undo")[0] == 0
        assert (folder / "edits.toml").read_text() == text
    _, said, _ = run("edit", folder, "undo")
    assert said.startswith("Taken out: action = move_offset")
    assert run("edit", folder, "list")[1] == "There are no edits.\n"


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        ((*MOVE, "2.9", *WHO), 1, "needs a sample"),
        (("move-onset", "--burst-at", "3.0", "--to", "2.9", *WHO), 1, "no automatic burst at 3.0000 s"),
        ((*MOVE, "soon", *WHO), 2, "neither seconds"),
        ((*MOVE, "nan", *WHO), 2, "neither seconds"),
        ((*MOVE, "50%", *WHO), 2, "name the stride with --stride"),
        ((*MOVE, "50%", "--stride", 9, *WHO), 1, "is no place in the trial"),
        ((*MOVE, "-5%", "--stride", 1, *WHO), 1, "is no place in the trial"),
        ((*MOVE, "2.3", "--by", "A B", "--why", "x"), 1, "the new edit: by: a code or initials"),
        ((*MOVE, "2.3", "--by", "AB", "--why", " "), 1, "why: it is empty (the reason, in words)"),
        ((*MOVE, "2.3", "--by", "A B", "--why", ""), 1, "Put them right"),
        ((*MOVE, "2.3", "--by", "AB"), 2, "--why"),
        ((*MOVE, "2.3", "--trial", "walk_2", *WHO), 1, "Accepted: walk_1"),
        (("add-burst", "--from", "0.1", "--to", "99", *WHO), 1, "outside the recording"),
        (("leave-out", "--stride", 99, *WHO), 1, "there is no such stride"),
        (("leave-out", "--stride", 7, *WHO), 1, "the stride has no end"),
        (("take-in", "--stride", 2, *WHO), 1, "used already"),
        (("undo",), 1, "no edit to undo"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_not_written(folder, run, call, code, words):
    left, said, wrong = run("edit", folder, *call)
    assert (left, said) == (code, "")
    assert words in " ".join(wrong.replace("│", " ").split())
    assert not (folder / "edits.toml").exists()
    if code == 1:
        assert wrong.startswith("emgkit: ")
        assert wrong.count("\n") == 1


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        ((*MOVE, "2.3", "--by", "Jane Doe", "--why", "x"), 1, "the new edit: by: a code or initials"),
        ((*MOVE, "2.3", "--by", "AB", "--why", " "), 1, "the new edit: why: it is empty"),
        (("take-in", "--stride", 2, "--by", "", "--why", "x"), 1, "the new edit: by: a code or initials"),
        ((*MOVE, "soon", *WHO), 2, "--to"),
        (("delete-burst", "--burst-at", "50%", *WHO), 2, "--burst-at"),
        (("add-burst", "--from", "x", "--to", "2", *WHO), 2, "--from"),
    ],
)
def test_what_no_edit_can_have_is_refused_before_the_recording_is_analysed(
    folder, run, monkeypatch, call, code, words
):
    monkeypatch.setattr("emgkit.session.automatic_trial", lambda *_: pytest.fail("it was analysed"))
    left, _, wrong = run("edit", folder, *call)
    assert left == code
    assert words in " ".join(wrong.replace("│", " ").split())


def test_no_session_is_said(tmp_path, run):
    for command in (("list",), ("undo",), ("leave-out", "--stride", 1, *WHO)):
        assert run("edit", tmp_path, *command)[0] == 1
        assert run("edit", tmp_path / "none", *command)[0] == 1


def test_another_recording_under_the_same_name_is_an_error(folder, run):
    assert run("edit", folder, "leave-out", "--stride", 2, *WHO)[0] == 0
    write_c3d(emgkit.simulate(n_cycles=6, seed=2, label="TIBANT_L"), folder / "walk_1.c3d")
    with pytest.raises(emgkit.InputError, match=r"edits\.toml: edit 1 \(line 1\).* another file"):
        emgkit.analyze_session(emgkit.load_session(folder))
    code, _, wrong = run("edit", folder, "leave-out", "--stride", 3, *WHO)
    assert code == 1
    assert "edit 1 (line 1)" in wrong
