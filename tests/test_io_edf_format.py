"""EDF and BDF byte by byte: what the standard allows, what exporters do, and what is refused and why."""

import datetime
import tracemalloc
from pathlib import Path

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit import io
from emgkit.errors import InputError
from emgkit.io.edf_annotations import parse

N_RECORDS = 4


def tal(onset, *texts, duration=None):
    """One time-stamped list."""
    length = "" if duration is None else f"\x15{duration}"
    return f"{onset}{length}\x14{''.join(text + chr(20) for text in texts)}".encode()


def raw_edf(
    path: Path,
    *,
    annotations=None,
    kind="EDF",
    reserved=None,
    samples=(100, 10),
    duration="1",
    n_records=None,
    header_bytes=None,
    **fields,
) -> Path:
    """Write a file by hand: two signals, and one annotation signal for each entry of `annotations`.

    `annotations` holds for each annotation signal the bytes of each of the records; `fields` replace the
    field of the first signal: label, unit, physical_min, physical_max, digital_min, digital_max.
    """
    width = 3 if kind == "BDF" else 2
    annotations = annotations or []
    sizes = [-(-max(map(len, records)) // width) for records in annotations]
    n = len(samples) + len(annotations)
    ends = {"physical_min": "-1000", "physical_max": "1000", "digital_min": "-2000", "digital_max": "2000"}
    first = {"label": "LTA", "transducer": "", "unit": "uV", **ends, "prefilter": "", **fields}
    second = {"label": "LHEEL", "transducer": "", "unit": "V", **ends, "prefilter": ""}
    rows = [first, second][: len(samples)]
    rows += [{**second, "label": f"{kind} Annotations"} for _ in annotations]
    counts = [*samples, *sizes]
    widths = {"label": 16, "transducer": 80, "unit": 8, **dict.fromkeys(ends, 8), "prefilter": 80}
    header = (b"\xffBIOSEMI" if kind == "BDF" else b"0       ") + b"X X X X".ljust(80)
    header += b"Startdate X X X X".ljust(80) + b"01.01.8500.00.00"
    header += str(header_bytes or 256 * (1 + n)).encode().ljust(8)
    header += (f"{kind}+C" if reserved is None else reserved).encode().ljust(44)
    header += str(N_RECORDS if n_records is None else n_records).encode().ljust(8)
    header += duration.encode().ljust(8) + str(n).encode().ljust(4)
    for name, size in widths.items():
        header += b"".join(row[name].encode("latin-1").ljust(size) for row in rows)
    header += b"".join(str(count).encode().ljust(8) for count in counts) + b" " * 32 * n
    body = b""
    for record in range(N_RECORDS):
        for count in samples:
            ramp = np.arange(count) + record * count
            body += b"".join(int(v).to_bytes(width, "little", signed=True) for v in ramp)
        for size, records in zip(sizes, annotations, strict=True):
            body += records[record].ljust(size * width, b"\0")
    path.write_bytes(header + body)
    return path


def clock(starts, *lists):
    """Bytes of an annotation signal: when each record begins, and further lists in the first record."""
    records = [tal(start, "") + b"\0" for start in starts]
    records[0] += b"".join(entry + b"\0" for entry in lists)
    return records


CONTINUOUS = ("+0", "+1", "+2", "+3")


def test_files_by_hand_are_those_of_edfio(tmp_path):
    for kind, read in (("EDF", edfio.read_edf), ("BDF", edfio.read_bdf)):
        path = raw_edf(
            tmp_path / f"a.{kind}",
            kind=kind,
            annotations=[clock(CONTINUOUS, tal("+1.5", "LHS")), [b"", tal("+1.75", "RTO") + b"\0", b"", b""]],
        )
        theirs = read(path)
        ours = io.open_file(path)
        assert (ours.format, ours.duration_s, ours.notes) == (f"{kind}+C", 4.0, ())
        assert [(s.label, s.physical_dimension) for s in theirs.signals] == [
            (c.label, c.unit) for c in ours.channels
        ]
        for channel, signal in zip(ours.channels, theirs.signals, strict=True):
            np.testing.assert_array_equal(ours.read_channel(channel.index), signal.data)
            assert channel.n_samples == signal.data.size
        assert [(e.time_s, e.label) for e in ours.raw_events] == [
            (a.onset, a.text) for a in theirs.annotations
        ]


def test_every_real_file_is_read_as_edfio_reads_it(shared_data):
    paths = [p for p in shared_data.rglob("*") if p.suffix in (".edf", ".bdf") and p.stem != "edfPlusD"]
    assert len(paths) == 26
    for path in paths:
        theirs = (edfio.read_edf if path.suffix == ".edf" else edfio.read_bdf)(path)
        ours = io.open_file(path)
        assert len(ours.channels) == len(theirs.signals)
        for channel, signal in zip(ours.channels, theirs.signals, strict=True):
            assert (channel.label, channel.description) == (signal.label, signal.transducer_type)
            assert channel.rate_hz == signal.sampling_frequency
            np.testing.assert_array_equal(ours.read_channel(channel.index), signal.data, err_msg=path.name)
        mine = sorted((e.time_s, e.duration_s or 0, e.label) for e in ours.raw_events)
        assert mine == sorted(
            (a.onset, a.duration or 0, a.text) for a in theirs.annotations if a.text.strip()
        )


@given(
    st.lists(st.integers(-(2**23), 2**23 - 1), min_size=8, max_size=8),
    st.sampled_from(["EDF", "BDF"]),
    st.tuples(st.integers(-9_999_999, 9_999_999), st.integers(-9_999_999, 9_999_999)).filter(
        lambda ends: ends[0] != ends[1]
    ),
)
@settings(deadline=None, max_examples=50)
def test_every_stored_number_comes_back_as_edfio_has_it(tmp_path_factory, numbers, kind, ends):
    path = tmp_path_factory.getbasetemp() / "numbers"
    bits = 16 if kind == "EDF" else 24
    stored = np.array(numbers) >> (24 - bits)
    signal_type, file_type = (edfio.EdfSignal, edfio.Edf) if kind == "EDF" else (edfio.BdfSignal, edfio.Bdf)
    signal = signal_type.from_digital(
        stored.astype(np.int16 if bits == 16 else np.int32), 4, physical_range=ends
    )
    file_type([signal]).write(path)
    np.testing.assert_array_equal(io.open_file(path).read_channel(0), signal.data)


@pytest.mark.parametrize("kind", ["EDF", "BDF"])
def test_one_channel_costs_one_channel(tmp_path, kind):
    """Thirty-two channels in the file, one in memory, beside the piece that is read at a time."""
    types = {"EDF": (edfio.EdfSignal, edfio.Edf, np.int16), "BDF": (edfio.BdfSignal, edfio.Bdf, np.int32)}
    signal_type, file_type, dtype = types[kind]
    counts = np.arange(200_000, dtype=np.int64).astype(dtype)
    signals = [signal_type.from_digital(counts, 2000, label=f"EMG {i}") for i in range(32)]
    file_type(signals, annotations=[edfio.EdfAnnotation(1, None, "LHS")]).write(tmp_path / "a")
    tracemalloc.start()
    samples = io.open_file(tmp_path / "a").read_channel(7)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "a").stat().st_size > 12_000_000
    assert peak < samples.nbytes + 3 * (1 << 22)


def test_a_channel_longer_than_a_piece(tmp_path):
    """One data record for the whole recording: no record fits into what is read at a time."""
    counts = (np.arange(3_000_000) % 30_000).astype(np.int16)
    signals = [edfio.EdfSignal.from_digital(counts, 2000, label=label) for label in ("LTA", "RTA")]
    edfio.Edf(signals, data_record_duration=1500).write(tmp_path / "a.edf")
    np.testing.assert_array_equal(io.open_file(tmp_path / "a.edf").read_channel(1), signals[1].data)


# Gaps


def test_a_file_marked_as_with_gaps_that_has_none_is_read(tmp_path):
    starts = ("+7.5", "+8.5", "+9.5", "+10.5")
    path = raw_edf(tmp_path / "a.edf", reserved="EDF+D", annotations=[clock(starts, tal("+9", "LHS"))])
    file = io.open_file(path)
    assert file.format == "EDF+D"
    assert file.notes == ("the file is EDF+D, but its records follow one another without a gap",)
    assert file.events["time_s"].tolist() == [1.5]  # from the first sample
    assert io.read(path).notes == file.notes
    assert file.read_channel(0).size == 400


@pytest.mark.parametrize(
    ("reserved", "starts", "found"),
    [
        ("EDF+D", ("+0", "+1", "+5", "+6"), "3.000 s between two data records, at 5.000 s"),
        ("EDF+D", ("+0", "+1", "+2.006", "+3.006"), "0.006 s between two data records, at 2.006 s"),
        ("EDF+D", ("+0", "+1", "+1.5", "+2.5"), "-0.500 s between two data records, at 1.500 s"),
        ("EDF+C", ("+0", "+1", "+5", "+6"), "3.000 s between two data records, at 5.000 s"),
        ("EDF+D", ("+0", "+1", "", "+3"), "data records that do not state their time"),
    ],
)
def test_gaps_are_refused_with_their_place(tmp_path, reserved, starts, found):
    path = raw_edf(tmp_path / "a.edf", reserved=reserved, annotations=[clock(starts)])
    with pytest.raises(InputError, match="a recording with gaps") as caught:
        io.open_file(path)
    assert caught.value.found == found
    assert caught.value.where == "a.edf"
    with pytest.raises(InputError, match="a recording with gaps"):
        io.open_file(raw_edf(path, reserved="EDF+D"))  # no clock at all


@pytest.mark.parametrize(
    ("kind", "label"), [("BDF", b"EDF Annotations"), ("EDF", b"BDF Annotations"), ("EDF", b"EDF annotations")]
)
def test_annotations_under_the_other_name_show_gaps(tmp_path, kind, label):
    path = tmp_path / "a.edf"

    def renamed(starts):
        raw_edf(path, kind=kind, annotations=[clock(starts, tal("+1.5", "LHS"))])
        path.write_bytes(path.read_bytes().replace(f"{kind} Annotations".encode(), label))
        return io.open_file(path)

    file = renamed(("+0", "+1", "+2", "+3"))
    assert [channel.label for channel in file.channels] == ["LTA", "LHEEL"]
    assert file.events["time_s"].tolist() == [1.5]
    with pytest.raises(InputError, match="a recording with gaps"):
        renamed(("+0", "+1", "+5", "+6"))


def test_rounded_times_of_records_are_no_gaps(tmp_path):
    starts = ("+0", "+1.0001", "+1.9999", "+3")
    assert io.open_file(raw_edf(tmp_path / "a.edf", annotations=[clock(starts)])).notes == ()
    drifting = ("+0", "+1.001", "+2.002", "+3.003")
    (note,) = io.open_file(raw_edf(tmp_path / "a.edf", annotations=[clock(drifting)])).notes
    assert "drift by 0.003 s" in note


def test_records_without_a_clock_are_continuous_where_the_header_says_so(tmp_path):
    silent = [tal("+1", "LHS"), b"", b"", b""]
    file = io.open_file(raw_edf(tmp_path / "a.edf", annotations=[silent]))
    assert file.events["time_s"].tolist() == [1.0]


# Annotations


def test_annotations_of_every_sort(tmp_path):
    first = clock(
        ("+0.25", "+1.25", "+2.25", "+3.25"),
        tal("+1.25", "LHS", "Kaffee"),  # two texts at one time
        tal("+1.5", "Repetition 1", duration="0.5"),
        tal("+2", "RTO", duration=""),
        tal("2.25", "RHS"),  # no sign
        tal("+99", "LHS"),  # after the end
        tal("-1", "LHS"),  # before the start
        "+3\x14Fuß\x14".encode("latin-1"),
        "+3\x14Fuß\x14".encode(),
        tal("+3.5", "Left\nFoot Strike"),
    )
    second = [tal("+1.75", "LTO"), b"", tal("+3.75", "second signal"), b""]
    file = io.open_file(raw_edf(tmp_path / "a.edf", annotations=[first, second]))
    assert list(zip(file.events["time_s"], file.events["kind"], file.events["side"], strict=True)) == [
        (1.0, "foot_contact", "left"),
        (1.25, "repetition_start", None),
        (1.5, "foot_off", "left"),
        (1.75, "repetition_end", None),
        (1.75, "foot_off", "right"),
        (2.0, "foot_contact", "right"),
        (3.25, "foot_contact", "left"),
    ]
    assert file.unknown_events == ("Kaffee", "Fuß", "second signal")
    assert file.notes == ("2 events outside the recorded signal left out",)


@pytest.mark.parametrize(
    "bad",
    [
        b"+1\x14LHS",  # a text without its end may be cut short
        b"LHS",
        b"+one\x14LHS\x14",
        b"\x14LHS\x14",
        b"+1\x15-2\x14LHS\x14",
        b"+1e9\x14LHS\x14",
        b"+" + b"9" * 500 + b"\x14LHS\x14",
        b"+1\x14",
        b"\xff\xfe",
    ],
)
def test_a_malformed_annotation_is_counted_and_the_others_are_read(tmp_path, bad):
    path = raw_edf(tmp_path / "a.edf", annotations=[clock(CONTINUOUS, bad, tal("+2", "RHS"))])
    file = io.open_file(path)
    assert file.notes == ("1 malformed annotation left out",)
    assert file.events["time_s"].tolist() == [2.0]


@given(st.lists(st.binary(max_size=60), max_size=4))
@settings(deadline=None)
def test_no_bytes_of_an_annotation_signal_fail(records):
    found = parse([records])
    assert len(found.record_starts_s) == len(records)
    assert found.n_malformed <= sum(len(record) for record in records)


def test_annotations_only_need_no_duration(tmp_path):
    path = raw_edf(
        tmp_path / "a.edf", samples=(), duration="0", annotations=[clock(CONTINUOUS, tal("+9", "LHS"))]
    )
    file = io.open_file(path)
    assert (file.channels, file.duration_s, file.notes) == ((), 0.0, ())
    assert file.events["time_s"].tolist() == [9.0]


# Ranges


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({}, 0.5),
        ({"physical_min": "1000", "physical_max": "-1000"}, -0.5),  # inverted polarity
        ({"physical_min": "-1e3", "physical_max": "+1.0E+3"}, 0.5),
        ({"digital_min": "0", "digital_max": "4000", "physical_min": "0", "physical_max": "2000"}, 0.5),
    ],
)
def test_ranges(tmp_path, ends, expected):
    file = io.open_file(raw_edf(tmp_path / "a.edf", **ends))
    np.testing.assert_allclose(file.read_channel(0), np.arange(400) * expected, atol=1e-9)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"physical_min": "5", "physical_max": "5"}, "not calibrated"),
        ({"digital_min": "5", "digital_max": "5"}, "not calibrated"),
        ({"digital_min": "2000", "digital_max": "-2000"}, "not calibrated"),
        ({"physical_min": "-1000,0"}, "not a number"),
        ({"physical_min": "1_0"}, "not a number"),
        ({"physical_max": "nan"}, "not a number"),
        ({"physical_max": "1e999"}, "not a number"),
        ({"physical_max": ""}, "not a number"),
        ({"digital_max": "high"}, "not a number"),
        ({"physical_min": "0", "physical_max": "5e-324"}, "beyond all numbers"),
    ],
)
def test_a_channel_whose_range_says_nothing_is_refused_alone(tmp_path, ends, words):
    path = raw_edf(tmp_path / "a.edf", **ends)
    file = io.open_file(path)
    with pytest.raises(InputError, match=words) as caught:
        file.read_channel(0)
    assert caught.value.where == "a.edf, channel LTA"
    assert file.read_channel(1).size == 40


# The header


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"duration": "0"}, "a data record of 0 s gives no rate"),
        ({"duration": "-1"}, "a data record of -1 s gives no rate"),
        ({"duration": "1,5"}, "duration of a data record is not a number, but '1,5'"),
        ({"duration": "nan"}, "duration of a data record is not a number"),
        ({"n_records": "four"}, "number of data records is not a whole number, but 'four'"),
        ({"header_bytes": 512}, "a header of 512 bytes is not one of 2 signals, which has 768"),
        ({"samples": (-1, 10)}, "signal 1 has -1 samples a record"),
        ({"samples": ("x", 10)}, "samples a record of signal 1 is not a whole number, but 'x'"),
        ({"samples": (0, 0)}, "data records are empty"),
    ],
)
def test_a_header_that_places_nothing_is_refused(tmp_path, fields, words):
    path = tmp_path / "a.edf"
    samples = fields.pop("samples", None)
    raw_edf(path, **fields)
    if samples:
        data = bytearray(path.read_bytes())
        at = 256 + 2 * (16 + 80 + 5 * 8 + 80)
        for i, value in enumerate(samples):
            data[at + 8 * i : at + 8 * i + 8] = str(value).encode().ljust(8)
        path.write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        io.open_file(path)
    assert caught.value.where == "a.edf"
    assert caught.value.mend == "export the recording again"


@pytest.mark.parametrize(
    ("n_records", "cut", "read", "note"),
    [
        ("4", 0, 4, None),
        ("-1", 0, 4, "the header does not state how many data records there are; 4 were read"),
        ("-1", 100, 3, "3 were read; its last, incomplete data record was left out"),
        (
            "4",
            100,
            3,
            "cut short: its header states 4 data records, it holds 3; what is there was read; its last",
        ),
        ("9", 0, 4, "cut short: its header states 9 data records, it holds 4; what is there was read"),
        ("3", 0, 3, "the file holds 220 bytes after the 3 data records that it states; they were not read"),
        ("0", 0, 4, "the header does not state how many data records there are; 4 were read"),
    ],
)
def test_the_number_of_data_records(tmp_path, n_records, cut, read, note):
    path = raw_edf(tmp_path / "a.edf", n_records=n_records)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - cut])
    file = io.open_file(path)
    assert file.duration_s == read
    assert file.read_channel(0).size == file.channels[0].n_samples == 100 * read
    assert (note is None and file.notes == ()) or note in file.notes[0]


def test_a_channel_without_samples_is_listed_and_not_read(tmp_path):
    path = raw_edf(tmp_path / "a.edf", samples=(0, 10))
    assert io.list_channels(path)["rate_hz"].tolist() == [0.0, 10.0]
    assert io.open_file(path).read_channel(0).size == 0
    assert io.open_file(path).read_channel(1).size == 40
    with pytest.raises(InputError, match="does not state the rate"):
        io.read(path, emg="LTA")


def test_a_file_that_shrinks_while_it_is_read(tmp_path):
    path = raw_edf(tmp_path / "a.edf")
    file = io.open_file(path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(InputError, match="shorter while it was read"):
        file.read_channel(0)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        file.read_channel(0)


def test_a_start_within_a_second_moves_no_annotation(tmp_path):
    signal = edfio.EdfSignal(np.arange(4000.0), 1000, label="LTA")
    for micro in (0, 250_000, 999_999):
        edfio.Edf(
            [signal],
            starttime=datetime.time(1, 2, 3, micro),
            annotations=[edfio.EdfAnnotation(1.5, None, "LHS")],
        ).write(tmp_path / "a.edf")
        assert io.open_file(tmp_path / "a.edf").events["time_s"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("samples", "duration", "rate_hz"),
    [
        (100, "1", 100.0),
        (101, "0.09352", 101 / 0.09352),  # the field has room, so this is exact
        (101, "0.093519", 1080.0),
        (1010, "0.935185", 1080.0),  # 1010 / 1080 = 0.9351851...
        (1010, "0.935187", 1010 / 0.935187),
        (1000, "0.51923", 1000 / 0.51923),
        (1000, "0.519228", 1000 / 0.519228),
        (1000, ".5192297", 1925.93),
    ],
)
def test_a_rate_is_not_lost_to_the_rounding_of_the_duration(tmp_path, samples, duration, rate_hz):
    file = io.open_file(raw_edf(tmp_path / "a.edf", samples=(samples, 10), duration=duration))
    assert file.channels[0].rate_hz == pytest.approx(rate_hz, rel=1e-15)


def test_channels_of_one_sweep_are_those_of_single_reads(tmp_path):
    path = raw_edf(tmp_path / "a.edf", annotations=[clock(CONTINUOUS)], physical_min="high")
    file = io.open_file(path)
    found = file.read_channels([1, 0])
    assert isinstance(found[0], InputError)
    np.testing.assert_array_equal(found[1], file.read_channel(1))
    assert file.read_channels([]) == {}


@pytest.mark.parametrize("samples", [101, 99])
def test_records_that_fit_in_number_and_not_in_size_are_refused(tmp_path, samples):
    """A wrong count of samples moves all samples; a file that was cut short does not look so."""
    data = raw_edf(tmp_path / "a.edf", n_records=N_RECORDS).read_bytes()
    at = 256 + 2 * (16 + 80 + 8 * 5 + 80)
    assert data[at : at + 8] == b"100     "
    records = data[256 * 3 :]
    longer = data[:236] + b"12      " + data[244 : 256 * 3] + 3 * records
    path = tmp_path / "b.edf"
    path.write_bytes(longer)
    assert io.open_file(path).notes == ()
    path.write_bytes(longer[:-100])
    assert any("cut short" in note for note in io.open_file(path).notes)
    path.write_bytes(longer[:at] + str(samples).encode().ljust(8) + longer[at + 8 :])
    with pytest.raises(InputError, match="12 data records, as it states, of 220 bytes"):
        io.open_file(path)


def test_a_damaged_label_of_annotations_is_refused(tmp_path):
    annotations = [[tal(f"+{i}", "") + tal(f"+{i}", "LHS") for i in range(N_RECORDS)]]
    path = raw_edf(tmp_path / "a.edf", annotations=annotations)
    assert len(io.open_file(path).events) == N_RECORDS
    path.write_bytes(path.read_bytes().replace(b"EDF Annotations", b"EDF Annopations"))
    with pytest.raises(InputError, match="seems to be that of the annotations"):
        io.open_file(path)
