"""One contract for every detector: what it takes, what it gives back, what it refuses."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from emgkit.detectors import METHODS, detect
from emgkit.errors import InputError, InsufficientDataError

RATE = 1000.0
NAMES = ("onset_s", "offset_s", "onset_low_s", "onset_high_s", "offset_low_s", "offset_high_s")
methods = pytest.mark.parametrize("method", list(METHODS))


@pytest.fixture(scope="module")
def samples():
    values = np.random.default_rng(2).normal(0, 5, 6000)
    for start in (1000, 3000, 4600):
        values[start : start + 400] *= 12
    return values


@methods
def test_what_comes_back(method, samples):
    given = samples.copy()
    found = detect(given, RATE, method)
    np.testing.assert_array_equal(given, samples)  # not changed
    assert found.method == method
    assert list(found.to_frame().columns) == [*NAMES, "probability"]
    arrays = [getattr(found, name) for name in NAMES]
    assert {a.shape for a in arrays} == {(3,)}
    assert {a.dtype for a in arrays} == {np.dtype("float64")}
    assert not any(a.flags.writeable for a in arrays)
    assert (found.onset_s < found.offset_s).all()
    assert (found.onset_s[1:] > found.offset_s[:-1]).all()
    assert found.onset_s[0] >= 0
    assert found.offset_s[-1] <= 6.0
    np.testing.assert_allclose(found.onset_s, [1.0, 3.0, 4.6], atol=0.06)
    np.testing.assert_allclose(found.offset_s, [1.4, 3.4, 5.0], atol=0.06)
    assert isinstance(found.notes, tuple)


@methods
def test_every_parameter_is_told_and_is_plain(method, samples):
    found = detect(samples, RATE, method)
    for one in METHODS[method].describe():
        assert found.parameters[one["name"]] == one["default"]
        assert one["description"]
        assert one["accepted"]
    assert json.loads(json.dumps(found.parameters, allow_nan=False)) == found.parameters
    others = set(found.parameters) - set(METHODS[method].names())
    assert all(name.startswith("learned_") for name in others)


@methods
def test_two_runs_agree_to_the_byte(method, samples):
    first, second = detect(samples, RATE, method), detect(samples, RATE, method)
    for name in NAMES:
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    assert first.parameters == second.parameters


@methods
@pytest.mark.parametrize("kind", [list, np.float32, np.int32, pd.Series])
def test_any_array_of_numbers(method, samples, kind):
    whole = np.rint(samples * 100)
    given = kind(whole) if kind in (list, pd.Series) else whole.astype(kind)
    np.testing.assert_array_equal(
        detect(given, int(RATE), method).onset_s, detect(whole, np.float64(RATE), method).onset_s
    )


@methods
def test_constant_signal_gives_no_burst_and_says_so(method):
    found = detect(np.full(3000, 7.0), RATE, method)
    assert found.onset_s.shape == (0,)
    assert found.to_frame().shape == (0, 7)
    assert "constant" in found.notes[0]


@methods
@pytest.mark.parametrize(
    "bad",
    [
        [],
        np.empty(0),
        np.zeros((2, 500)),
        np.float64(3),
        np.r_[np.zeros(999), np.nan],
        np.r_[np.zeros(999), np.inf],
        np.zeros(1000, dtype=complex),
        np.zeros(1000, dtype=bool),
        ["a", "b"],
        [[1, 2], [3]],
        None,
        "signal",
    ],
)
def test_samples_that_are_refused(method, bad):
    with pytest.raises(InputError) as caught:
        detect(bad, RATE, method)
    assert caught.value.accepted


@methods
@pytest.mark.parametrize("rate", [0, -1000, np.nan, np.inf, "1000", None, True, 1j, 30])
def test_rates_that_are_refused(method, samples, rate):
    with pytest.raises(InputError):
        detect(samples, rate, method)


@methods
def test_too_short_says_how_much_is_needed(method, samples):
    with pytest.raises(InsufficientDataError) as caught:
        detect(samples[:300], RATE, method)
    assert caught.value.found == pytest.approx(0.3)
    assert caught.value.needed == 0.5
    assert detect(samples[:501], RATE, method).method == method


@pytest.mark.parametrize("name", ["HMM", "", None, 3, ["hmm"]])
def test_unknown_method_lists_the_methods(samples, name):
    with pytest.raises(InputError, match=", ".join(METHODS)):
        detect(samples, RATE, name)


@methods
def test_unknown_parameter_lists_the_parameters(method, samples):
    with pytest.raises(InputError) as caught:
        detect(samples, RATE, method, min_gapp_s=0.1)
    assert "min_gapp_s" in str(caught.value)
    assert all(name in str(caught.value) for name in METHODS[method].names())


def bad_values():
    """Values outside of each parameter's own declaration."""
    for method, kind in METHODS.items():
        for one in kind.__dataclass_fields__.values():
            if "limit" not in one.metadata:
                continue
            limit = one.metadata["limit"]
            values = ["far", True, float("nan"), float("inf"), 1j, [1]]
            if not limit.optional:
                values.append(None)
            if limit.low > -np.inf:
                values.append(limit.low if limit.low_open else limit.low - 1)
            if limit.high < np.inf:
                values.append(limit.high + 1)
            if limit.whole:
                values.append(limit.low + 0.5)
            yield from (pytest.param(method, one.name, v, id=f"{method}-{one.name}-{v}") for v in values)


@pytest.mark.parametrize(("method", "name", "value"), list(bad_values()))
def test_values_outside_of_the_declaration_are_refused(method, name, value):
    with pytest.raises(InputError) as caught:
        METHODS[method](**{name: value})
    assert name in str(caught.value)
    assert caught.value.accepted


def test_numpy_numbers_are_kept_as_plain_ones(samples):
    found = detect(samples, RATE, min_gap_s=np.float32(0.5), min_burst_s=np.int64(0))
    assert type(found.parameters["min_gap_s"]) is float
    assert type(found.parameters["min_burst_s"]) is int


def test_a_second_r0_than_the_window_holds_is_refused(samples):
    with pytest.raises(InputError, match="1 to 5"):
        detect(samples, RATE, "double_threshold", r0=6)


def test_importing_loads_no_algorithm():
    heavy = ("neurokit2", "scipy.signal", "matplotlib", "emgkit.detectors.hmm")
    code = (
        "import sys, emgkit.detectors as d; list(d.METHODS);"
        f"bad = [m for m in {heavy} if m in sys.modules];"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("method", list(METHODS))
def test_samples_beyond_any_voltage_are_refused_and_a_vanishing_signal_is_constant(method):
    noise = np.random.default_rng(0).standard_normal(4000)
    with pytest.raises(InputError, match="no voltage of a muscle"):
        detect(noise * 1e300, 2000.0, method)
    assert detect(noise * 1e-300, 2000.0, method).onset_s.size == 0
