"""Drop-outs are neither quiet nor active signal: the bursts are those of the signal around them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emgkit.detectors import _drop_outs, detect

RATE = 2000.0
REGULAR = np.array([(k + 0.4, k + 0.95) for k in range(20)])


def walk(seed=1, rate=RATE):
    """Bursts of 30 dB over noise of 5 uV, one a second."""
    samples = np.random.default_rng(seed).normal(0, 5, round(20 * rate))
    time = np.arange(samples.size) / rate
    for start, stop in REGULAR:
        samples[(time >= start) & (time < stop)] *= 30
    return samples


def zeros(piece, rng):
    piece[:] = 0.0


def held(piece, rng):
    piece[:] = piece[0]


def drawn(piece, rng):
    piece[:] = np.linspace(piece[0], piece[-1], piece.size)


def grounded(piece, rng):
    piece[:] = rng.normal(0, 0.05, piece.size)


def with_drop_outs(samples, starts_s, length_s, kind=zeros, rate=RATE):
    samples, rng = samples.copy(), np.random.default_rng(0)
    for start_s in starts_s:
        kind(samples[round(start_s * rate) : round((start_s + length_s) * rate)], rng)
    return samples


# in bursts, between them, none at an edge
MANY = (np.arange(0.1, 20, 2.0), 0.08)
FEW = (np.array([3.5, 9.05, 15.02]), 0.3)


@pytest.mark.parametrize("kind", [zeros, held, drawn, grounded])
@pytest.mark.parametrize("places", [MANY, FEW])
@pytest.mark.parametrize("rate", [1000.0, 2000.0, 10_000.0])
def test_bursts_are_those_without_drop_outs(kind, places, rate):
    found = detect(with_drop_outs(walk(rate=rate), *places, kind, rate), rate)
    plain = detect(walk(rate=rate), rate)
    assert found.onset_s.size == plain.onset_s.size == len(REGULAR)
    np.testing.assert_allclose(found.onset_s, plain.onset_s, atol=0.008)
    np.testing.assert_allclose(found.offset_s, plain.offset_s, atol=0.008)
    assert found.parameters["learned_quiet_fraction"] == pytest.approx(0.45, abs=0.03)
    assert any(f"stands still in {places[0].size} stretches" in note for note in found.notes)


@pytest.mark.parametrize("method", ["double_threshold", "hodges_bui", "aglr"])
def test_every_method_learns_from_what_was_recorded(method):
    found = detect(with_drop_outs(walk(), *FEW), RATE, method)
    plain = detect(walk(), RATE, method)
    assert not any("holds no signal" in note for note in found.notes)
    assert abs(found.onset_s.size - plain.onset_s.size) <= 1


def test_an_edge_in_a_drop_out_may_lie_anywhere_in_it():
    found = detect(with_drop_outs(walk(), [5.35, 7.9], 0.1), RATE)  # over an onset, over an offset
    assert found.onset_s.size == len(REGULAR)
    assert found.onset_low_s[5] <= 5.35
    assert found.onset_high_s[5] >= 5.45
    assert found.offset_low_s[7] <= 7.9
    assert found.offset_high_s[7] >= 8.0


def test_no_burst_is_made_up_inside_a_drop_out():
    samples = np.random.default_rng(2).normal(0, 5, 40_000)
    samples[20_000:21_000] *= 30  # 10.0 to 10.5 s
    samples[20_400:22_400] = 0.0
    found = detect(samples, RATE)
    assert found.onset_s.size == 1
    assert found.onset_s[0] == pytest.approx(10.0, abs=0.003)
    assert found.offset_low_s[0] <= 10.2
    assert found.offset_high_s[0] >= 11.2


def test_a_signal_that_is_silent_between_its_bursts_has_no_drop_outs():
    samples = walk()
    for start, stop in zip(REGULAR[:-1, 1], REGULAR[1:, 0], strict=True):
        samples[round(start * RATE) : round(stop * RATE)] = 0.0
    found = detect(samples, RATE)
    assert not any("stands still" in note for note in found.notes)
    assert found.onset_s.size == len(REGULAR)


@pytest.mark.parametrize("step_uv", [2.0, 10.0, 20.0])
def test_quiet_signal_in_coarse_steps_is_no_drop_out(step_uv):
    samples = np.round(walk() / step_uv) * step_uv
    samples[:4000] = np.round(np.random.default_rng(5).normal(0, step_uv / 8, 4000) / step_uv) * step_uv
    assert len(_drop_outs.find(samples, RATE)) == 0


@given(st.integers(0, 2**31), st.sampled_from([1000.0, 2000.0, 5000.0]))
def test_noise_has_none(seed, rate):
    noise = np.random.default_rng(seed).normal(0, 1.0, round(3 * rate))
    assert len(_drop_outs.find(noise, rate)) == 0


@given(st.lists(st.tuples(st.integers(0, 1900), st.integers(20, 90)), min_size=1, max_size=2))
def test_all_that_was_recorded_stays(places):
    samples = np.random.default_rng(1).normal(0, 5, 2000)
    lost = samples.copy()
    for start, length in places:
        lost[start : start + length] = 0.0
    found = _drop_outs.find(lost, 1000.0)
    inside = np.zeros(2000, dtype=bool)
    for start, stop in found:
        inside[start:stop] = True
    assert inside[lost == 0].all()
    assert np.count_nonzero(inside & (lost != 0)) <= 4  # noise that happens to be zero beside it
    filled = _drop_outs.bridged(lost, found)
    np.testing.assert_array_equal(filled[~inside], lost[~inside])
    assert np.isin(filled[inside], lost[~inside]).all()
