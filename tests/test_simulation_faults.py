"""Simulated faults: each harms as much as it says, nothing else, and its check finds it at the limit."""

from dataclasses import replace

import numpy as np
import pytest

import emgkit
from emgkit import quality
from emgkit.errors import InputError
from emgkit.simulation import faults
from emgkit.simulation.faults import FAULTS

RECS = [
    emgkit.simulate(
        n_cycles=14,
        bursts_pct=bursts,
        rate_hz=rate_hz,
        switches="none",
        artefact_uv=5.0,
        snr_db=22.0,
        seed=seed,
    )
    for seed, (bursts, rate_hz) in enumerate([(((54.0, 109.0),), 2000.0), (((12.0, 52.0),), 1000.0)])
]


def inject(name, rec, severity, seed=0):
    return FAULTS[name].inject(rec, severity, np.random.default_rng(seed))


@pytest.mark.parametrize("name", FAULTS)
def test_declarations_are_whole(name):
    fault = FAULTS[name]
    assert fault.name == name
    assert fault.check in {check.name for check in quality.CHECKS}
    assert list(fault.severities) == sorted(set(fault.severities))
    assert fault.limit in fault.severities
    assert fault.unit


@pytest.mark.parametrize("name", FAULTS)
def test_only_the_signal_changes_and_the_same_seed_gives_the_same(name):
    rec, limit = RECS[0], FAULTS[name].limit
    one, again = inject(name, rec, limit), inject(name, rec, limit)
    np.testing.assert_array_equal(one.emg_uv, again.emg_uv)
    assert one.emg_uv.shape == rec.emg_uv.shape
    assert not np.array_equal(one.emg_uv, rec.emg_uv)
    assert one.truth is rec.truth
    assert one.source.sha256 != rec.source.sha256
    assert np.isfinite(one.emg_uv).all()
    # the one that was given is untouched
    assert rec.emg_uv.flags.writeable is False


@pytest.mark.parametrize("name", FAULTS)
def test_its_check_finds_it_at_the_largest_severity(name):
    for number, rec in enumerate(RECS):
        bad = inject(name, rec, FAULTS[name].severities[-1], seed=number)
        time_s = np.arange(rec.emg_uv.size) / rec.rate_hz
        begun, ended = (np.searchsorted(edge, time_s) for edge in (rec.truth.onset_s, rec.truth.offset_s))
        rows = quality.check_trial(
            bad.emg_uv,
            bad.rate_hz,
            trial="walk",
            quiet=begun == ended,
            active=begun > ended,
            n_used_cycles=14,
            contact_s=rec.truth.contact_s,
        )
        verdict = {row["check"]: row["verdict"] for row in rows}[FAULTS[name].check]
        assert verdict in ("limited", "not usable"), rec.rate_hz


@pytest.mark.parametrize("severity", [0.5, 3.0])
def test_clipping_cuts_off_the_stated_share(severity):
    rec = RECS[0]
    changed = inject("clipping", rec, severity).emg_uv != rec.emg_uv
    assert 100 * changed.mean() == pytest.approx(severity, rel=0.05)


@pytest.mark.parametrize(("name", "severity"), [("railing", 5.0), ("flat_line", 4.0), ("open_wire", 30.0)])
def test_stretches_hold_the_stated_share_of_the_time(name, severity):
    rec = RECS[0]
    changed = inject(name, rec, severity).emg_uv != rec.emg_uv
    assert 100 * changed.mean() == pytest.approx(severity, rel=0.1)


def test_hum_holds_the_stated_share_of_the_power():
    rec = RECS[0]
    bad = inject("hum", rec, 30.0).emg_uv
    assert 100 * np.var(bad - rec.emg_uv) / np.var(bad) == pytest.approx(30.0, rel=0.05)


def test_levels_are_those_of_the_simulation():
    rec = RECS[0]
    noise_uv, burst_uv = faults.levels(rec)
    given = rec.truth.parameters
    assert noise_uv == pytest.approx(np.hypot(given["noise_uv"], given["hum_uv"]))
    # the SNR is stated for the middle of the bursts
    assert 20 * np.log10(burst_uv / noise_uv) == pytest.approx(22.0, abs=2.0)


def test_a_recording_without_truth_or_burst_is_refused():
    for rec in (replace(RECS[0], truth=None), emgkit.simulate(n_cycles=2, bursts_pct=(), switches="none")):
        with pytest.raises(InputError, match="simulated recordings with bursts"):
            inject("crackle", rec, 10.0)
