"""Samples as whole numbers with a scale of eight characters: what is kept, what is lost, and how much."""

from io import BytesIO

import edfio
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emgkit import units
from emgkit.edf_plus import StoredSignal, file_bytes
from emgkit.errors import InputError
from emgkit.io.counts import to_counts
from emgkit.io.data_records import data_records

BITS = st.sampled_from([16, 24])
STEPS = st.floats(1e-9, 100).map(lambda step: float(np.float32(step)))
UNITS = st.sampled_from(["V", "mV", "uV", "N", "Nmm"])


def in_header(value: float) -> bool:
    text = str(int(value)) if float(value).is_integer() else repr(value)
    return len(text) <= 8


def can_be_stated(ends, step):
    """Eight characters give one of the ends to a tenth of a step."""
    texts = ((end, f"{end * step:.{decimals}f}") for end in ends for decimals in range(8))
    return any(len(text) <= 8 and abs(float(text) - end * step) <= 0.1 * step for end, text in texts)


def check_header(stored, bits):
    """The file says exactly what was chosen, and a reader makes the same of it."""
    signal = StoredSignal("LTA", "", stored.unit, stored.counts, stored.digital_range, stored.physical_range)
    content = file_bytes([signal], [], bits=bits, n_records=1, record_s=1.0)
    back = (edfio.read_edf if bits == 16 else edfio.read_bdf)(BytesIO(content)).signals[0]
    assert back.physical_range == stored.physical_range
    assert back.digital_range == stored.digital_range
    np.testing.assert_array_equal(back.digital, stored.counts)
    np.testing.assert_allclose(back.data, stored.samples(), rtol=1e-12, atol=stored.step * 1e-6)


@given(st.lists(st.integers(-32768, 32767), min_size=2, max_size=20), STEPS, UNITS, BITS)
@settings(deadline=None)
def test_counts_of_a_converter_are_kept(numbers, step, unit, bits):
    numbers = np.array(numbers)
    samples = numbers * step
    try:
        stored = to_counts(samples, unit, step, bits, where="x")
    except InputError:
        assert not units.is_voltage(unit)
        assert np.abs(samples).max() < 1e-4
        return
    assert all(map(in_header, stored.physical_range))
    factor = units.ratio(unit, stored.unit) if stored.unit != unit else 1.0
    if units.is_voltage(unit) and not stored.kept:
        assert bits == 16
        assert not any(
            can_be_stated(range(-32768, numbers.min() + 1), scaled)
            and can_be_stated(range(numbers.max(), 32768), scaled)
            for scaled in (step * units.ratio(unit, other) for other in ("V", "mV", "uV", "nV"))
        )
    if stored.kept:
        assert np.ptp(stored.counts - numbers) == 0  # the same but for a shift
        assert np.abs(stored.samples() - samples * factor).max() <= 0.11 * stored.step
        np.testing.assert_array_equal(np.rint(stored.samples() / (step * factor)), numbers)
    else:
        assert np.abs(stored.samples() - samples * factor).max() <= 0.51 * stored.step
    check_header(stored, bits)


@given(
    st.lists(st.integers(-1000, 1000).map(lambda value: value / 1000), min_size=2, max_size=30),
    st.floats(-3, 4),
    st.sampled_from([0.0, 0.2, -1.0, 3.0]),
    UNITS,
    BITS,
)
@settings(deadline=None)
def test_real_numbers_are_off_by_half_a_step_at_most(values, size, middle, unit, bits):
    samples = (np.array(values) + middle) * 10.0**size
    # "-0.00001" is the finest end of a header; only a voltage has a smaller unit to go to
    assume(units.is_voltage(unit) or not samples.any() or np.abs(samples).max() >= 0.01)
    stored = to_counts(samples, unit, None, bits, where="x")
    assert all(map(in_header, stored.physical_range))
    factor = units.ratio(unit, stored.unit) if stored.unit != unit else 1.0
    # nothing is clipped, nor at the ends of the range
    assert stored.digital_range[0] <= stored.counts.min() <= stored.counts.max() <= stored.digital_range[1]
    off = np.abs(stored.samples() - samples * factor).max()
    assert off <= 0.51 * stored.step
    check_header(stored, bits)


@pytest.mark.parametrize(
    ("low", "high", "bits", "step"),
    [(-0.0053, 0.0031, 16, 1.7e-7), (-0.0053, 0.0031, 24, 6.7e-10), (0.0, 4.0, 16, 0.000125)],
)
def test_the_step_is_fine(low, high, bits, step):
    stored = to_counts(np.linspace(low, high, 1000), "V", None, bits, where="x")
    assert (stored.unit, stored.step) == ("V", pytest.approx(step))


def test_a_constant_voltage_does_not_cost_the_resolution_of_what_rides_on_it():
    samples = 2.5 + 1e-3 * np.sin(np.arange(500))
    stored = to_counts(samples, "V", None, 16, where="x")
    assert stored.step < 1e-7
    assert np.abs(stored.samples() - samples).max() < 1e-7


def test_a_range_about_zero_has_to_do_where_the_other_cannot_be_stated():
    samples = np.array([-0.001, -0.44]) * 10**-1.5
    stored = to_counts(samples, "N", None, 24, where="x")
    assert all(map(in_header, stored.physical_range))
    assert stored.digital_range == (-8_000_000, 8_000_000)
    assert np.abs(stored.samples() - samples).max() <= 0.51 * stored.step


def test_counts_of_unsigned_numbers_are_shifted_and_not_clipped():
    numbers = np.array([0, 65535, 40000])
    stored = to_counts(numbers * 0.25, "uV", 0.25, 16, where="x")
    assert stored.kept
    np.testing.assert_array_equal(stored.counts, numbers - 32768)
    np.testing.assert_array_equal(stored.samples(), numbers * 0.25)


@pytest.mark.parametrize("step", [0.1, 0.0033, 1 / 3, 10 / 65536, 1.2345678e-7])
def test_the_whole_range_of_a_converter_keeps_its_counts(step):
    """Only one range of 16 bits holds them, and eight characters have to do for its ends."""
    numbers = np.arange(65536)
    stored = to_counts(numbers * step, "V", step, 16, where="x")
    assert stored.kept
    assert stored.step == pytest.approx(step * (units.ratio("V", stored.unit)), rel=1e-6)


@pytest.mark.parametrize("step", [0.1, 0.0033, 1 / 3, 10 / 65536, 1.2345678e-7])
@pytest.mark.parametrize("bits", [16, 24])
def test_a_converter_of_12_bits_keeps_its_step(step, bits):
    samples = np.arange(-2048, 2048) * step
    stored = to_counts(samples, "V", step, bits, where="x")
    assert stored.kept
    off = np.abs(stored.samples() - samples * units.ratio("V", stored.unit))
    assert off.max() <= 2.1e-3 * stored.step


def test_counts_of_24_bits_do_not_fit_16():
    samples = np.array([-(2**22), 2**22]) * 0.01
    assert to_counts(samples, "uV", 0.01, 24, where="x").kept
    assert not to_counts(samples, "uV", 0.01, 16, where="x").kept


def test_samples_that_are_no_multiples_get_a_step_of_their_own():
    assert not to_counts(np.array([0.0, 0.3, 1.0]), "V", 1.0, 16, where="x").kept
    assert not to_counts(np.array([0.0, 1.0]), "V", np.inf, 16, where="x").kept
    assert not to_counts(np.array([0.0, 1.0]), "V", 0.0, 16, where="x").kept


@pytest.mark.parametrize("samples", [[1e12, -1e12], [1e-300, 1e-299], [1e308, -1e308], [5e-324, 0.0]])
@pytest.mark.parametrize("step", [None, 5e-324, 1e-9, 1e300])
@pytest.mark.parametrize("unit", ["Nm", "V"])
def test_what_no_header_can_state(samples, step, unit):
    with pytest.raises(InputError, match="too large or too small") as caught:
        to_counts(np.array(samples), unit, step, 16, where="a.c3d, channel Mx")
    assert caught.value.where == "a.c3d, channel Mx"


# Data records


@given(st.integers(1, 300_000), st.sampled_from([100.0, 1000.0, 1200.0, 2000.0, 1925.93, 2148.1481]), BITS)
@settings(deadline=None)
def test_all_samples_fill_the_records_or_the_rest_is_short(n_samples, rate_hz, bits):
    try:
        found = data_records([(n_samples, rate_hz)] * 5, bits, where="x")
    except InputError:
        assert not (rate_hz / 10).is_integer()
        return
    assert found.record_s > 0
    assert in_header(found.record_s)
    held = found.n * found.samples[0]
    assert 0 <= n_samples - held < found.samples[0]
    rate = found.samples[0] / found.record_s
    assert abs(rate / rate_hz - 1) * n_samples < 1.0  # over the whole recording less than a sample
    assert sum(found.samples) * bits // 8 <= 10_000_000


@pytest.mark.parametrize(
    ("channels", "n", "record_s"),
    [
        ([(28000, 2000.0)] * 5, 14, 1.0),
        ([(11290, 1000.0)], 10, 1.129),
        ([(6000, 2000.0), (300, 100.0)], 3, 1.0),
        ([(12020, 2000.0)], 5, 1.202),
        ([(7, 2000.0)], 1, 0.0035),
    ],
)
def test_records_are_near_a_second(channels, n, record_s):
    found = data_records(channels, 16, where="x")
    assert (found.n, found.record_s) == (n, record_s)
    assert tuple(n * per_record for per_record in found.samples) == tuple(size for size, _ in channels)


def test_a_prime_number_of_samples_loses_less_than_a_record():
    found = data_records([(1_200_007, 2000.0)] * 32, 16, where="x")
    assert (found.n, found.record_s, found.samples[0]) == (6000, 0.1, 200)


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        ([(0, 1000.0)], "no samples"),
        ([(10, 0.0)], "no samples"),
        ([(10, float("nan"))], "no samples"),
        ([(1000, 1000.0), (1500, 1000.0)], "not the same length"),
        ([(1_200_007, 1925.93)] * 32, "fill no data records"),
    ],
)
def test_channels_that_fill_no_records(channels, words):
    with pytest.raises(InputError, match=words) as caught:
        data_records(channels, 16, where="a.c3d")
    assert caught.value.where == "a.c3d"
