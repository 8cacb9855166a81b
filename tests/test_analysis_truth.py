"""The whole chain on simulated recordings with known truth, and invariances of it."""

import dataclasses

import numpy as np
import pytest

import emgkit
from emgkit.tables import TABLES


def compare(an, truth):
    """Match each true burst to the detected one that overlaps it most; return edge errors in seconds."""
    onset, offset = an.bursts.onset_s.to_numpy(), an.bursts.offset_s.to_numpy()
    overlap = np.minimum(offset, truth.offset_s[:, None]) - np.maximum(onset, truth.onset_s[:, None])
    best = overlap.argmax(axis=1)
    assert (overlap.max(axis=1) > 0).all()
    assert len(set(best)) == truth.onset_s.size == onset.size
    return onset[best] - truth.onset_s, offset[best] - truth.offset_s


@pytest.fixture(scope="module")
def walking():
    rec = emgkit.simulate(n_cycles=12, seed=3)
    return rec, emgkit.analyze(rec)


def test_bursts_of_a_walk_are_found_where_they_are(walking):
    rec, an = walking
    on, off = compare(an, rec.truth)
    assert np.median(np.abs(on)) < 0.010
    assert np.median(np.abs(off)) < 0.015
    assert np.abs(np.concatenate([on, off])).max() < 0.060


def test_cycles_are_those_of_the_contacts(walking):
    rec, an = walking
    np.testing.assert_allclose(an.cycles.start_s, rec.truth.contact_s, atol=1e-9)
    assert an.cycles.used.sum() == rec.truth.contact_s.size - 1
    assert an.cycles.reason.iloc[-1] == "no_next_contact"
    used = an.cycles[an.cycles.used]
    assert used.foot_off_pct.mean() == pytest.approx(62, abs=1.5)


def test_mean_timing_is_the_one_that_was_simulated(walking):
    _, an = walking
    row = an.summary.loc[an.summary.n_cycles.idxmax()]
    assert row.modality == 1
    assert row.onset_pct == pytest.approx(54, abs=2)
    assert row.offset_pct == pytest.approx(109, abs=3)
    assert row.onset_ci_low_pct < row.onset_pct < row.onset_ci_high_pct


def test_a_burst_across_the_next_contact_is_one_burst(walking):
    _, an = walking
    inside = an.bursts[an.bursts.cycle.notna()]
    assert inside.wraps.all()
    assert an.cycles.loc[an.cycles.used, "n_bursts"].eq(1).all()


def test_every_promised_column_is_there_and_in_order(walking):
    _, an = walking
    for name, columns in TABLES.items():
        assert list(getattr(an, name).columns) == [c.name for c in columns]


def test_intervals_hold_the_edges(walking):
    b = walking[1].bursts
    assert (b.onset_low_s <= b.onset_s).all()
    assert (b.onset_s <= b.onset_high_s).all()
    assert (b.offset_low_s <= b.offset_s).all()
    assert (b.offset_s <= b.offset_high_s).all()


def test_the_input_is_not_touched_and_cannot_be():
    rec = emgkit.simulate(n_cycles=3, seed=1)
    with pytest.raises(ValueError, match="read-only"):
        rec.emg_uv[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        rec.rate_hz = 1
    events = rec.events
    events.loc[:, "time_s"] = 0
    assert rec.events.time_s.max() > 1


def test_same_input_same_bytes(walking):
    rec, an = walking
    assert emgkit.analyze(rec).to_json() == an.to_json()


def test_result_survives_the_round_trip(walking):
    an = walking[1]
    back = emgkit.Analysis.from_json(an.to_json())
    assert back.to_json() == an.to_json()
    for name in TABLES:
        a, b = getattr(an, name), getattr(back, name)
        assert a.dtypes.equals(b.dtypes), name
        assert a.equals(b), name


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema_version": 999}', '{"schema_version": 1}'])
def test_a_text_that_is_no_result_is_refused(text):
    with pytest.raises(emgkit.InputError):
        emgkit.Analysis.from_json(text)


def test_separate_and_coded_switches_give_the_cycles_of_the_events():
    base = emgkit.simulate(n_cycles=8, seed=5)
    levels = emgkit.simulate(n_cycles=8, seed=5, switches="coded").truth.parameters["levels_v"]
    for kind, settings in (
        ("separate", emgkit.Settings(gait={"source": "switches"})),
        ("coded", emgkit.Settings(gait={"source": "switches", "coded_levels_v": dict(levels)})),
        ("coded", emgkit.Settings(gait={"source": "switches"})),
    ):
        an = emgkit.analyze(emgkit.simulate(n_cycles=8, seed=5, switches=kind, events=False), settings)
        assert an.study.cycle_source == "switches"
        np.testing.assert_allclose(an.cycles.start_s, base.truth.contact_s, atol=0.006)
        assert an.cycles.foot_off_pct[:-1].mean() == pytest.approx(62, abs=2)


def test_repetitions():
    rec = emgkit.simulate(activity="repetitions", muscle="flexor_carpi_ulnaris", n_cycles=8, seed=2)
    an = emgkit.analyze(rec)
    assert an.study.activity == "repetitions"
    assert len(an.cycles) == an.cycles.used.sum() == 8
    on, off = compare(an, rec.truth)
    assert np.median(np.abs(on)) < 0.010
    assert np.median(np.abs(off)) < 0.015
    assert an.cycles.foot_off_pct.isna().all()
    assert not an.bursts.wraps.any()


@pytest.mark.parametrize("gain", [0.01, 100.0, -1.0])
def test_gain_and_polarity_move_no_edge(walking, gain):
    rec, an = walking
    scaled = emgkit.analyze(dataclasses.replace(rec, emg_uv=gain * rec.emg_uv))
    np.testing.assert_allclose(scaled.bursts.onset_s, an.bursts.onset_s, atol=1e-3)
    np.testing.assert_allclose(scaled.bursts.offset_s, an.bursts.offset_s, atol=1e-3)
    np.testing.assert_allclose(scaled.cycles.mean_uv[:-1], abs(gain) * an.cycles.mean_uv[:-1], rtol=1e-6)


def test_the_same_signal_at_other_rates(walking):
    """The same truth sampled at 4 and 10 kHz: the same bursts."""
    _, an = walking
    for rate_hz in (4000.0, 10_000.0):
        other = emgkit.analyze(emgkit.simulate(n_cycles=12, seed=3, rate_hz=rate_hz))
        assert len(other.bursts) == len(an.bursts)
        assert np.median(np.abs(other.bursts.onset_s - an.bursts.onset_s)) < 0.002


def test_a_silent_muscle_has_no_burst_and_says_so():
    an = emgkit.analyze(emgkit.simulate(bursts_pct=(), n_cycles=8, seed=4))
    assert len(an.bursts) == 0
    assert an.summary.modality.tolist() == [0]
    assert an.summary.onset_pct.isna().all()
    assert an.cycles.loc[an.cycles.used, "active_pct"].eq(0).all()


@pytest.mark.parametrize("method", ["double_threshold", "neurokit"])
def test_another_detector_goes_through_the_same_tables(walking, method):
    rec, _ = walking
    an = emgkit.analyze(rec, emgkit.Settings(detect={"method": method}))
    assert an.study.detector["method"] == method
    assert len(an.bursts) > 0
    assert an.bursts.onset_low_pct.isna().all()
    assert "not determinable" in an.to_json()
