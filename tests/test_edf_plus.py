"""The writer of EDF+ and BDF+: read back by edfio, and by the letter of the standard."""

import datetime
from io import BytesIO

import edfio
import numpy as np
import pytest

from emgkit.edf_plus import StoredSignal, file_bytes
from emgkit.errors import InputError


def signal(counts, **fields):
    given = {"label": "LTA", "transducer": "fine wire", "unit": "uV", **fields}
    return StoredSignal(
        given["label"],
        given["transducer"],
        given["unit"],
        np.asarray(counts),
        given.get("digital_range", (-32000, 32000)),
        given.get("physical_range", (-3200.0, 3200.0)),
    )


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("record_s", [1.0, 0.586, 1.129, 0.1, 0.33, 0.007, 2.25])
def test_what_is_written_is_read_and_continuous(bits, record_s):
    """The times of the records are decimal numbers: a strict reader takes the last bit for a gap."""
    counts = np.arange(600) - 300
    notes = [(0.0, None, "LHS"), (1.25, 0.5, "Rep 1"), (round(600 * record_s, 6), None, "Ende, ähnlich")]
    content = file_bytes(
        [signal(counts), signal(counts[::2], label="LHEEL")],
        notes,
        bits=bits,
        n_records=100,
        record_s=record_s,
    )
    back = (edfio.read_edf if bits == 16 else edfio.read_bdf)(BytesIO(content))
    assert back.is_continuous
    assert back.data_record_duration == record_s
    assert [s.label for s in back.signals] == ["LTA", "LHEEL"]
    np.testing.assert_array_equal(back.signals[0].digital, counts)
    np.testing.assert_array_equal(back.signals[1].digital, counts[::2])
    assert [tuple(a) for a in back.annotations] == notes


@pytest.mark.parametrize("low", [-3276.8, -0.1, -108.108, -9999999.0, 0.0, -0.00012, 2.49744])
@pytest.mark.parametrize("high", [3276.7, 0.3, 108.1311, 99999999.0, 4.999237, 0.000123])
def test_the_ends_of_a_range_stand_as_they_are(low, high):
    if low >= high:
        low = -low
    content = file_bytes([signal([0, 1], physical_range=(low, high))], [], bits=16, n_records=1, record_s=1.0)
    assert edfio.read_edf(BytesIO(content)).signals[0].physical_range == (low, high)


def test_no_date_is_the_date_of_the_standard():
    content = file_bytes([signal([0, 1])], [], bits=16, n_records=1, record_s=1.0)
    assert content[8:184].split() == [b"X"] * 4 + [b"Startdate"] + [b"X"] * 4 + [b"01.01.8500.00.00"]
    start = datetime.datetime(2025, 3, 4, 9)
    dated = file_bytes([signal([0])], [], bits=16, n_records=1, record_s=1.0, start=start, equipment="me")
    assert dated[88:184].split() == b"Startdate 04-MAR-2025 X X me 04.03.2509.00.00".split()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"label": "x" * 17}, "label does not fit"),
        ({"label": "Müller"}, "label does not fit"),
        ({"label": "a\nb"}, "label does not fit"),
        ({"transducer": "x" * 81}, "description does not fit"),
        ({"unit": "µV"}, "unit does not fit"),
        ({"label": "EDF Annotations"}, "annotations of a file"),
    ],
)
def test_what_does_not_fit_the_header(fields, words):
    with pytest.raises(InputError, match=words):
        file_bytes([signal([0, 1], **fields)], [], bits=16, n_records=1, record_s=1.0)


def test_a_length_that_cannot_be_written():
    with pytest.raises(InputError, match="length that cannot be written"):
        file_bytes([signal(np.zeros(20011 * 34))], [], bits=16, n_records=20011, record_s=0.34)
