"""A C3D handed on as EDF+: the same counts, channels, units and events, the same bursts, and no identity."""

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_io_c3d import raw_c3d, write_c3d

import emgkit
from emgkit import io, units
from emgkit.errors import InputError
from emgkit.io.convert import convert
from emgkit.io.edf_words import annotation_text
from emgkit.io.events import VOCABULARY, RawEvent, classify
from emgkit.simulation import simulate
from emgkit.simulation.files import write_c3d as write_simulated


def facts(events):
    return [(e.time_s, e.side, e.kind) for e in events.itertuples()]


def check_same_events(a, b):
    """Time to the microsecond; in one moment the order is not told."""
    assert len(a) == len(b)
    key = lambda row: (round(row[0], 4), str(row[1]), row[2])  # noqa: E731
    for mine, other in zip(sorted(facts(a), key=key), sorted(facts(b), key=key), strict=True):
        assert mine[0] == pytest.approx(other[0], abs=1e-6)
        assert mine[1:] == other[1:]


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    path = tmp_path_factory.mktemp("walk") / "walk_1.c3d"
    return write_simulated(simulate(n_cycles=12, side="left", seed=3), path)


@pytest.mark.parametrize("ending", ["edf", "bdf", "EDF"])
def test_a_simulated_walk_comes_back_count_for_count(walk, tmp_path, ending):
    done = convert(walk, tmp_path / f"a.{ending}")
    source, target = io.open_file(walk), io.open_file(done.path)
    assert target.format == done.format == ("BDF+C" if ending == "bdf" else "EDF+C")
    assert target.duration_s == pytest.approx(source.duration_s)
    assert target.notes == done.notes == ()
    assert [(c.label, c.unit, c.rate_hz, c.n_samples, c.description) for c in target.channels] == [
        (c.label, c.unit, c.rate_hz, c.n_samples, c.description) for c in source.channels
    ]
    assert all(c.kept for c in done.channels)
    for mine, other, said in zip(target.channels, source.channels, done.channels, strict=True):
        a, b = target.read_channel(mine.index), source.read_channel(other.index)
        np.testing.assert_array_equal(np.rint(a / mine.step), np.rint(b / other.step))
        assert np.abs(a - b).max() == pytest.approx(said.deviation, abs=1e-15)
        assert said.deviation < 2e-3 * other.step
    check_same_events(target.events, source.events)
    assert done.n_events == len(source.events) > 20


def test_the_same_walk_gives_the_same_bursts(walk, tmp_path):
    one, two = (emgkit.analyze(emgkit.read(p)) for p in (walk, convert(walk, tmp_path / "a.edf").path))
    assert len(one.bursts) == len(two.bursts) >= 10
    for column in ("onset_s", "offset_s"):
        np.testing.assert_allclose(one.bursts[column], two.bursts[column], atol=2e-3)
    np.testing.assert_allclose(one.bursts["mean_uv"], two.bursts["mean_uv"], rtol=1e-4)
    assert one.cycles["used"].tolist() == two.cycles["used"].tolist()


def test_real_files_come_back_within_half_a_step(shared_data, tmp_path):
    """Integer and real, several vendors; all channels, all events, known or not."""
    folders = ("c3d_gait_emg", "footswitch", "c3d_format", "gait_burst_labels")
    paths = [p for f in folders for p in sorted((shared_data / f).iterdir()) if p.suffix.lower() == ".c3d"]
    kept = 0
    refused = []
    for path in paths:
        try:
            source = io.open_file(path)
            done = convert(path, tmp_path / "a.edf", everything=True, overwrite=True)
        except InputError:
            refused.append(path.name)
            continue
        target = io.open_file(done.path)
        assert edfio.read_edf(done.path).is_continuous
        check_same_events(target.events, source.events)
        assert len(target.raw_events) == len(source.raw_events) == done.n_events
        for mine, other, said in zip(target.channels, source.channels, done.channels, strict=True):
            if other.rate_hz.is_integer():
                assert mine.rate_hz == other.rate_hz
            assert mine.rate_hz == pytest.approx(other.rate_hz, rel=1e-6)
            assert mine.n_samples == other.n_samples
            factor = 1.0
            if units.is_voltage(other.unit):
                factor = units.ratio(other.unit, mine.unit)
            off = np.abs(target.read_channel(mine.index) - source.read_channel(other.index) * factor)
            assert off.max() <= 0.51 * mine.step, path.name
            assert off.max() == pytest.approx(said.deviation, abs=1e-9 * mine.step)
            kept += said.kept
    assert len(paths) > 60
    assert kept > 300
    # nothing, damage twice, and one without analog channels
    assert refused == ["Empty.c3d", "badParameterOffset.c3d", "bad_parameter_section.c3d", "mocap36.c3d"]


# Which channels


@pytest.fixture
def lab(tmp_path):
    wave = np.round(np.sin(np.arange(2000) / 5.0) * 1000) / 1000
    labels = ["Force.Fz1", "Voltage.L Tib Post", "LHEEL", "RHEEL", "CH7", "CH8"]
    return write_c3d(
        tmp_path / "lab.c3d",
        dict.fromkeys(labels, wave),
        units=["N", "V", "V", "V", "V", ""],
        events=[
            (0.25, "Left", "Foot Strike"),
            (1.0, "General", "Event"),
            (1.25, "Right", "Left Foot Strike"),
        ],
    )


def labels_of(path):
    return [c.label for c in io.open_file(path).channels]


def test_by_default_the_wire_and_the_switches_of_both_feet(lab, tmp_path):
    done = convert(lab, tmp_path / "a.edf")
    assert labels_of(done.path) == ["L Tib Post", "LHEEL", "RHEEL"]
    assert [c.source for c in done.channels] == ["#2 Voltage.L Tib Post", "#3 LHEEL", "#4 RHEEL"]
    assert "channel #2 'Voltage.L Tib Post' is called 'L Tib Post' there" in done.notes
    assert io.open_file(done.path).channels[0].description == "Voltage.L Tib Post"
    rec = emgkit.read(done.path)
    assert (rec.muscle, rec.side, list(rec.switches)) == ("tibialis_posterior", "left", ["heel"])
    assert done.n_events == 3
    assert io.open_file(done.path).unknown_events == ("Event",)


def test_channels_are_chosen_freely(lab, tmp_path):
    some = convert(lab, tmp_path / "a.edf", channels=["CH7", "#1", "Tib Post"])
    assert labels_of(some.path) == ["Force.Fz1", "L Tib Post", "CH7"]
    assert io.open_file(some.path).channels[0].unit == "N"
    everything = convert(lab, tmp_path / "b.edf", everything=True)
    assert labels_of(everything.path) == ["Force.Fz1", "L Tib Post", "LHEEL", "RHEEL", "CH7", "CH8"]
    assert "channel 'CH8': the source does not state the unit, nor does the new file" in everything.notes


def test_what_the_user_says_goes_into_the_new_file(lab, tmp_path):
    done = convert(lab, tmp_path / "a.edf", emg="CH8", side="right", switches={"toe": "CH7"}, emg_unit="µV")
    table = io.list_channels(done.path).set_index("label")
    assert table.loc["CH8", ["kind", "side", "unit"]].tolist() == ["emg", "right", "uV"]
    assert table.loc["CH7", ["kind", "side", "site"]].tolist() == ["switch", "right", "toe"]
    rec = emgkit.read(done.path, emg="CH8")
    assert rec.side == "right"
    assert sorted(s.label for s in rec.switches.values()) == ["CH7", "RHEEL"]
    assert rec.emg_uv.max() == pytest.approx(1.0, abs=1e-4)
    other = convert(lab, tmp_path / "b.edf", side="right")
    assert any("says left, also in the new file; right was given" in note for note in other.notes)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"emg": "CH8"}, "does not state the unit"),
        ({"emg": "nothing"}, "no channel answers"),
        ({"channels": ["HEEL"]}, "more than one channel answers"),
        ({"switches": {"hel": "CH7"}}, "no site of a foot switch"),
        ({"switches": "CH7"}, "mapping of site to label"),
        ({"side": "up"}, "no side"),
        ({"emg_unit": ""}, "is empty"),
        ({"emg_unit": "furlong"}, "not a known unit"),
        ({"channels": ["CH7"], "everything": True}, "one of the two"),
    ],
)
def test_what_cannot_be_chosen(lab, tmp_path, options, words):
    with pytest.raises(InputError, match=words):
        convert(lab, tmp_path / "a.edf", **options)
    assert not (tmp_path / "a.edf").exists()


def test_an_ambiguous_wire_is_asked_for(shared_data, tmp_path):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    with pytest.raises(InputError, match="4 channels qualify as EMG"):
        convert(path, tmp_path / "a.edf")
    assert labels_of(convert(path, tmp_path / "a.edf", emg="LTA").path) == ["LTA", "LFSW", "RFSW"]


def test_labels_that_do_not_fit_stay_apart(tmp_path):
    wave = np.arange(1000.0)
    names = ["Left Gastrocnemius medialis", "Left Gastrocnemius lateralis", "Wadenmüskel °", "dup", "dup"]
    path = write_c3d(tmp_path / "a.c3d", {f"C{i}": wave for i in range(5)})
    data = path.read_bytes()
    done = convert(path, tmp_path / "a.edf", everything=True)
    assert len(set(labels_of(done.path))) == 5
    assert path.read_bytes() == data
    from emgkit.io.channels import Channel
    from emgkit.io.edf_words import short_labels

    notes = []
    short = short_labels([Channel(i, name, "", "V", 1.0, 1) for i, name in enumerate(names)], notes)
    assert short == ["Left Gastrocnemi", "Left Gastrocn #2", "Wadenmuskel deg", "dup", "dup"]
    assert len(notes) == 3


def test_samples_that_are_no_numbers_are_not_written(tmp_path):
    wave = np.arange(1000.0)
    wave[3] = np.nan
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave})
    with pytest.raises(InputError, match="1 of 1000 samples are not a number"):
        convert(path, tmp_path / "a.edf")


def test_a_unit_that_does_not_fit(tmp_path):
    path = write_c3d(tmp_path / "a.c3d", {"LTA": np.arange(1000.0)}, units=["a very long unit"])
    with pytest.raises(InputError, match="unit does not fit an EDF header"):
        convert(path, tmp_path / "a.edf", everything=True)
    assert convert(path, tmp_path / "a.edf", emg_unit="mV").channels[0].unit == "mV"


# Counts


@given(
    st.lists(st.integers(-32768, 32767), min_size=10, max_size=60),
    st.sampled_from(["int16", "uint16"]),
    st.sampled_from(["edf", "bdf"]),
)
@settings(deadline=None, max_examples=40)
def test_integers_come_back(tmp_path_factory, numbers, kind, ending):
    folder = tmp_path_factory.getbasetemp()
    stored = np.array(numbers[: len(numbers) // 10 * 10]).reshape(-1, 10, 1)
    if kind == "uint16":
        stored = stored + 32768
    text = b"\xff\x01\x08" + (b"UNSIGNED" if kind == "uint16" else b"SIGNED  ")
    (folder / "a.c3d").write_bytes(
        raw_c3d(stored, labels=("LTA",), kind=kind, parameters={("ANALOG", "FORMAT"): text})
    )
    done = convert(folder / "a.c3d", folder / f"a.{ending}", overwrite=True)
    back = io.open_file(done.path)
    assert done.channels[0].kept
    volts = back.read_channel(0) * units.ratio(back.channels[0].unit, "V")
    counts = np.rint(volts / (0.5 * 0.25)) + 3  # its scale and offset
    np.testing.assert_array_equal(counts, stored.ravel())
    assert back.duration_s == pytest.approx(stored.size / 1000)


# Events


SIDES = st.sampled_from(["Left", "Right", "General", "", "left", "R", "L"])
LABELS = st.one_of(
    st.sampled_from([word for words in VOCABULARY.values() for word in words]),
    st.sampled_from(["LHS", "RTO", "L ON", "on", "off", "Event", "", "Left Foot Strike", "Rep 3", "Start"]),
    st.text(max_size=20),
)


@given(LABELS, st.one_of(SIDES, st.text(max_size=8)))
def test_an_annotation_means_what_the_event_meant(label, context):
    text = annotation_text(RawEvent(1.0, label, context))
    assert text.strip()
    assert not set(text) & {"\x00", "\x14", "\x15"}
    assert classify(text) == classify(label, context)


@pytest.mark.parametrize(
    ("label", "context", "text"),
    [
        ("Foot Strike", "Left", "Left Foot Strike"),
        ("Foot Strike", "General", "Foot Strike"),
        ("LHS", "", "LHS"),
        ("", "RHS", "RHS"),
        ("Event", "General", "Event"),
        ("Turn", "Left", "Left Turn"),
        ("on", "Left", "on"),  # "Left on" would be a contact, which it was not
        ("LHS", "Right", "Foot Strike"),  # of no known side
        ("", "", "(no label)"),
    ],
)
def test_words_of_events(label, context, text):
    assert annotation_text(RawEvent(1.0, label, context)) == text


# What is written, and where


def test_nothing_tells_of_a_person_a_place_or_a_date(walk, tmp_path):
    content = convert(walk, tmp_path / "a.edf").path.read_bytes()
    assert content[8:88].split() == [b"X"] * 4
    assert content[88:168].split() == [b"Startdate", *[b"X"] * 4]
    assert content[168:184] == b"01.01.8500.00.00"
    assert str(tmp_path).encode() not in content
    assert b"walk_1" not in content
    assert convert(walk, tmp_path / "b.edf").path.read_bytes() == content


def test_the_source_is_never_the_target(walk, tmp_path):
    source = tmp_path / "walk.edf"
    convert(walk, source)
    before = source.read_bytes()
    (tmp_path / "link.edf").symlink_to(source)
    (tmp_path / "hard.edf").hardlink_to(source)
    for target in ("walk.edf", "link.edf", "hard.edf"):
        for overwrite in (False, True):
            with pytest.raises(InputError, match="target is the source"):
                convert(source, tmp_path / target, overwrite=overwrite)
    assert source.read_bytes() == before


def test_a_file_that_is_there_is_replaced_only_if_asked(walk, tmp_path):
    (tmp_path / "a.edf").write_bytes(b"mine")
    with pytest.raises(InputError, match="there is a file of that name") as caught:
        convert(walk, tmp_path / "a.edf")
    assert "--overwrite" in caught.value.mend
    assert (tmp_path / "a.edf").read_bytes() == b"mine"
    convert(walk, tmp_path / "a.edf", overwrite=True)
    assert io.open_file(tmp_path / "a.edf").format == "EDF+C"
    (tmp_path / "dangling.edf").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is a file of that name"):
        convert(walk, tmp_path / "dangling.edf")


def test_nothing_is_written_into_a_session(walk, tmp_path):
    session = tmp_path / "S"
    (session / "deep").mkdir(parents=True)
    (session / "session.toml").touch()
    for target in (session / "a.edf", session / "deep" / "a.edf"):
        with pytest.raises(InputError, match="session's own folder"):
            convert(walk, target, overwrite=True)
    assert sorted(p.name for p in session.rglob("*")) == ["deep", "session.toml"]


@pytest.mark.parametrize("target", ["a.c3d", "a", "a.edf.txt", ".edf", None, "", 5])
def test_what_is_no_target(walk, tmp_path, target):
    with pytest.raises(InputError, match=r"names no format|no path"):
        convert(walk, tmp_path / target if isinstance(target, str) and target else target)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_source_leaves_nothing(tmp_path):
    (tmp_path / "a.c3d").write_bytes(b"no recording")
    for source in ("a.c3d", "missing.c3d"):
        with pytest.raises(InputError):
            convert(tmp_path / source, tmp_path / "out" / "a.edf")
    assert [p.name for p in tmp_path.iterdir()] == ["a.c3d"]


def test_what_is_noted_of_the_source_is_handed_on(walk, tmp_path):
    cut = tmp_path / "cut.c3d"
    cut.write_bytes(walk.read_bytes()[:-20_000])
    assert any("cut short" in note for note in convert(cut, tmp_path / "a.edf").notes)


def test_channels_of_different_rates(tmp_path):
    signals = [
        edfio.EdfSignal(np.sin(np.arange(4500)), 1500, label="LTA", physical_dimension="uV"),
        edfio.EdfSignal(np.arange(300.0), 100, label="LHEEL", physical_dimension="V"),
    ]
    edfio.Edf(signals).write(tmp_path / "a.edf")
    done = convert(tmp_path / "a.edf", tmp_path / "b.bdf")
    source, target = io.open_file(tmp_path / "a.edf"), io.open_file(done.path)
    assert [c.rate_hz for c in target.channels] == [1500.0, 100.0]
    assert all(c.kept for c in done.channels)
    for i in range(2):
        off = np.abs(target.read_channel(i) - source.read_channel(i))
        assert off.max() < 0.01 * source.channels[i].step
