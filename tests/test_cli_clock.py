"""Dates in the future are warned of, and change nothing in the files."""

import datetime
import shutil

import pytest
from test_cli_commands import run

from emgkit import io
from emgkit.cli.clock import of_the_future


@pytest.fixture
def session(sample_data, tmp_path):
    """Return a session that was recorded on 2025-03-04, and signed and edited when a test says."""

    def signed(day, when="2025-03-05T10:00:00+01:00"):
        folder = tmp_path / "session"
        shutil.copytree(sample_data / "tibialis_anterior_walking", folder, dirs_exist_ok=True)
        with (folder / "session.toml").open("a", encoding="utf-8") as manifest:
            manifest.write(f'\n[signature]\nby = "Dr-07"\ndate = {day}\n')
        (folder / "edits.toml").write_text(
            '[[edit]]\naction = "add_burst"\ntrial = "walk_1"\nrecording_sha256 = "0123456789ab"\n'
            f'onset_s = 1.0\noffset_s = 1.1\nby = "AB"\nwhen = {when}\nwhy = "missed"\n'
        )
        return folder

    return signed


def at(text):
    return datetime.datetime.fromisoformat(text)


def test_what_has_not_come_yet_anywhere_is_named_with_its_key(session):
    ses = io.load_session(session("2025-03-10", "2025-03-11T08:00:00+01:00"))
    assert list(of_the_future(ses, at("2025-03-11T00:00:00+00:00"))) == []
    assert list(of_the_future(ses, at("2025-03-01T12:00:00+00:00"))) == [
        f"{key}: {day} is in the future by the clock of this machine; it is taken as it stands."
        for key, day in (
            ("session.date", "2025-03-04"),
            ("signature.date", "2025-03-10"),
            ("edit 1, when", "2025-03-11"),
        )
    ]


@pytest.mark.parametrize(("now", "warned"), [("2025-03-09T09:59:59", True), ("2025-03-09T10:00:00", False)])
def test_a_day_begins_where_it_begins_first(session, now, warned):
    """In the zone of UTC+14 the 10th begins when it is ten in the morning of the 9th in Greenwich."""
    ses = io.load_session(session("2025-03-10"))
    assert bool(list(of_the_future(ses, at(f"{now}+00:00")))) == warned


def test_report_warns_of_a_signature_of_the_future_and_writes_what_the_manifest_says(session, tmp_path):
    folder = session("9998-01-01")
    (folder / "edits.toml").unlink()
    done = run("report", folder, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (
        0,
        "emgkit: warning: signature.date: 9998-01-01 is in the future by the clock of this machine; it is"
        " taken as it stands.\n",
    )
    assert "Signed by Dr-07 on 9998-01-01" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
