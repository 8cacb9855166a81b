"""`emgkit convert`: what it writes, says and returns."""

import pytest
from test_cli_commands import one_paragraph, run

from emgkit import io


@pytest.fixture(scope="module")
def walk(sample_data):
    return sample_data / "tibialis_anterior_walking" / "walk_1.c3d"


def test_it_says_what_it_wrote(walk, tmp_path):
    done = run("convert", walk, tmp_path / "a.edf")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, _, *rows = done.stdout.splitlines()
    assert first == (f"{tmp_path / 'a.edf'}: EDF+C, 14 s in data records of 1 s, 5 channels, 40 events")
    assert rows[0].split() == [
        "#1",
        "TIBANT_L",
        "TIBANT_L",
        "2000",
        "Hz",
        "step",
        "1e-07",
        "V",
        "same",
        "counts,",
        "same",
        "step",
    ]
    assert len(rows) == 5
    assert io.open_file(tmp_path / "a.edf").format == "EDF+C"


def test_samples_that_are_no_counts_are_off_by_so_much(shared_data, tmp_path):
    source = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    done = run("convert", source, tmp_path / "a.bdf", "--channel", "LTA", "--channel", "#5")
    assert done.returncode == 0, done.stderr
    assert "BDF+C, 11.29 s in data records of 1.129 s, 2 channels, 20 events" in done.stdout
    assert "off by" in done.stdout


def test_every_option_arrives(shared_data, tmp_path):
    source = shared_data / "footswitch" / "pin2gpi_footswitch.c3d"
    options = ["--emg", "LMT1", "--emg-unit", "mV", "--switch", "coded=RFSW", "--side", "left"]
    done = run("convert", source, tmp_path / "a.edf", *options)
    assert done.returncode == 0, done.stderr
    channels = {c.label: c for c in io.open_file(tmp_path / "a.edf").channels}
    assert channels["LMT1"].unit == "mV"
    assert {"LHEEL", "RHEEL", "RFSW"} <= set(channels)
    assert run("convert", source, tmp_path / "a.edf", "--all").returncode == 1
    everything = run("convert", source, tmp_path / "a.edf", "--all", "--overwrite")
    assert everything.returncode == 0
    assert len(io.open_file(tmp_path / "a.edf").channels) == len(io.open_file(source).channels)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["a.txt"], "neither in .edf nor in .bdf"),
        (["a.edf", "--all", "--channel", "LTA"], "exclude each other"),
        (["a.edf", "--side", "up"], "neither left nor right"),
        (["a.edf", "--emg-unit", "furlong"], "none of V, mV"),
        (["a.edf", "--switch", "heel"], "is not NAME=LABEL"),
        ([], "Missing argument"),
    ],
)
def test_a_wrong_call_is_exit_2(walk, tmp_path, options, words):
    done = run("convert", walk, *options, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_converted_is_one_paragraph_and_exit_1(walk, shared_data, tmp_path):
    (tmp_path / "old.edf").write_bytes(b"mine")
    for arguments, words in (
        ([walk, tmp_path / "old.edf"], "there is a file of that name"),
        (
            [shared_data / "gait_burst_labels" / "2018_S1_FLOAT_T1.c3d", tmp_path / "a.edf"],
            "4 channels qualify",
        ),
        ([tmp_path / "missing.c3d", tmp_path / "a.edf"], "no such file"),
        ([walk, tmp_path / "a.edf", "--emg", "NOTHING"], "no channel answers"),
    ):
        done = run("convert", *arguments)
        assert done.returncode == 1
        assert one_paragraph(done.stderr), done.stderr
        assert words in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["old.edf"]
    assert (tmp_path / "old.edf").read_bytes() == b"mine"


def test_nothing_is_written_into_a_session(walk):
    before = sorted(p.name for p in walk.parent.iterdir())
    done = run("convert", walk, walk.parent / "walk_1.edf")
    assert done.returncode == 2
    assert "session's own folder" in done.stderr
    assert sorted(p.name for p in walk.parent.iterdir()) == before


def test_help_teaches():
    text = run("convert", "--help").stdout
    for word in (".edf", ".bdf", "--channel", "--all", "--overwrite", "Example:", "both feet"):
        assert word in " ".join(text.split())
