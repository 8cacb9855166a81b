"""Faults that concern a whole recording or session, put into a simulated recording at a stated severity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from emgkit.errors import InputError
from emgkit.model import FloatArray, Recording
from emgkit.simulation import noise
from emgkit.simulation.faults import Fault, in_bursts, levels, with_signal
from emgkit.simulation.recording import simulate


def _again(rec: Recording, **changes: Any) -> Recording:
    """Simulate the recording again with other arguments.

    Raises
    ------
    InputError
        If it is not simulated.
    """
    made: Mapping[str, Any] = {} if rec.truth is None else rec.truth.parameters
    if "seed" not in made:
        raise InputError("this fault is put into simulated recordings only", where=rec.source.name)
    results = ("largest_potential_uv", "peak_of_signal_uv", "snr_of_signal_db")
    given = {key: value for key, value in made.items() if key not in results}
    return simulate(**(given | changes))


def louder_noise(rec: Recording, noise_uv: float, rng: np.random.Generator) -> Recording:
    """Add amplifier noise of `noise_uv` (root mean square)."""
    return with_signal(rec, rec.emg_uv + noise.amplifier(rec.emg_uv.size, rec.rate_hz, noise_uv, rng))


def weak_muscle(rec: Recording, below_db: float, rng: np.random.Generator) -> Recording:
    """Weaken the muscle until the power of its bursts lies `below_db` below that of the noise.

    A recording in which it is weaker already is left as it is.
    """
    noise_uv, burst_uv = levels(rec)
    wanted_uv = np.sqrt(max(burst_uv**2 - noise_uv**2, 0.0) * 10 ** (below_db / 10))
    if wanted_uv <= noise_uv:
        return rec
    # as much noise beside the muscle as is wanted, and all of it scaled to the noise that was there
    more_uv = float(np.sqrt(wanted_uv**2 - noise_uv**2))
    louder = louder_noise(rec, more_uv, rng).emg_uv
    return with_signal(rec, louder * noise_uv / wanted_uv)


def dead_wire(rec: Recording, share_pct: float, rng: np.random.Generator) -> Recording:
    """Replace the muscle by noise of the same spectrum, in `share_pct` percent of the amplitude.

    At 100 % nothing but stationary noise is left.
    """
    spectrum = np.abs(np.fft.rfft(rec.emg_uv))
    phase = np.exp(2j * np.pi * rng.random(spectrum.size))
    steady = np.fft.irfft(spectrum * phase, rec.emg_uv.size)
    part = share_pct / 100
    return with_signal(rec, (1 - part) * rec.emg_uv + part * steady)


def moved_wire(rec: Recording, step_db: float, rng: np.random.Generator) -> Recording:
    """Move the wire away from the muscle at a stride: `step_db` less, and less of high frequencies.

    The low-pass of first order lies at 2000 Hz and falls with the power: farther units are wider.
    """
    from scipy import signal

    if rec.truth is None or rec.truth.contact_s.size < 11:
        raise InputError("this fault takes ten simulated strides", where=rec.source.name)
    contact = rec.truth.contact_s
    at = round(float(contact[rng.integers(5, contact.size - 5)]) * rec.rate_hz)
    gain = 10 ** (-step_db / 20)
    low = signal.butter(1, min(2000.0 * gain**2, 0.45 * rec.rate_hz), fs=rec.rate_hz, output="sos")
    far = gain * signal.sosfilt(low, rec.emg_uv)[at:]
    level_uv = float(rec.truth.parameters["noise_uv"])
    far += noise.amplifier(far.size, rec.rate_hz, level_uv, rng)
    return with_signal(rec, np.concatenate([rec.emg_uv[:at], far]))


def early_filter(rec: Recording, cut_hz: float, rng: np.random.Generator) -> Recording:
    """Low-pass the recording at `cut_hz` (Butterworth, order 4), as an export may have done."""
    from scipy import signal

    low = signal.butter(4, cut_hz, fs=rec.rate_hz, output="sos")
    return with_signal(rec, signal.sosfilt(low, rec.emg_uv))


def few_units(rec: Recording, excitation_pct: float, rng: np.random.Generator) -> Recording:
    """Let the muscle work at `excitation_pct` percent, with as many units about the wire, 4 to 30.

    At 2 % one of the four discharges; where none does, the muscle works harder by quarters until one does.
    """
    n_units = int(np.clip(excitation_pct, 4, 30))
    for harder in 1.25 ** np.arange(8):
        try:
            return _again(rec, excitation=min(harder * excitation_pct / 100, 1.0), n_units=n_units)
        except InputError as error:
            if "no unit discharges" not in str(error):
                raise
    raise InputError("no unit discharges in this recording", where=rec.source.name, found=excitation_pct)


def coarse_steps(rec: Recording, of_noise: float, rng: np.random.Generator) -> Recording:
    """Round to the steps of a converter, `of_noise` times the noise (root mean square)."""
    step_uv = of_noise * levels(rec)[0]
    return with_signal(rec, step_uv * np.round(rec.emg_uv / step_uv))


def cut_short(rec: Recording, lost_s: float, rng: np.random.Generator) -> Recording:
    """Leave out the last `lost_s` of the wire and its neighbours, but not of the switches and events."""
    kept = max(2, rec.emg_uv.size - round(lost_s * rec.rate_hz))
    beside = {label: samples[:kept] for label, samples in rec.neighbours.items()}
    return replace(with_signal(replace(rec, neighbours={}), rec.emg_uv[:kept]), neighbours=beside)


def with_neighbour(rec: Recording, rng: np.random.Generator) -> Recording:
    """Record another muscle of the same pattern beside the wire, in the same strides."""
    if rec.truth is None:
        raise InputError("this fault is put into simulated recordings only", where=rec.source.name)
    other = _again(rec, seed=int(rng.integers(1 << 30)))
    return replace(rec, neighbours={"NEIGHBOUR": _in_strides_of(rec, other)})


def _in_strides_of(rec: Recording, other: Recording) -> FloatArray:
    """Return the signal of another simulation, each stride of it begun at the contact of this recording."""
    assert rec.truth is not None
    assert other.truth is not None
    mine, theirs = (np.round(r.truth.contact_s * r.rate_hz).astype(np.int64) for r in (rec, other) if r.truth)
    n = min(mine.size, theirs.size)
    # what lies before the first contact belongs to it; a longer stride goes on into the other's next one
    shift = np.repeat(theirs[:n] - mine[:n], np.diff([0, *mine[1:n], rec.emg_uv.size]))
    at = np.clip(np.arange(rec.emg_uv.size) + shift, 0, other.emg_uv.size - 1)
    return other.emg_uv[at]


def cross_talk(rec: Recording, share_pct: float, rng: np.random.Generator) -> Recording:
    """Add a copy of a neighbouring muscle that makes up `share_pct` percent of the power of the bursts.

    The copy is up to 2.5 ms late. A recording without a neighbour gets one.
    """
    if not rec.neighbours:
        rec = with_neighbour(rec, rng)
    (neighbour_uv,) = rec.neighbours.values()
    late = np.roll(neighbour_uv, int(rng.integers(0, round(0.0025 * rec.rate_hz) + 1)))
    on = in_bursts(rec)
    ratio = float(np.mean(np.square(rec.emg_uv[on])) / np.mean(np.square(late[on])))
    gain = np.sqrt(share_pct / (100 - share_pct) * ratio)
    return with_signal(rec, rec.emg_uv + gain * late)


_FAULTS = (
    Fault("louder_noise", "noise_floor", "uV", (5.0, 10.0, 15.0, 20.0, 25.0, 40.0), 25.0, louder_noise),
    Fault(
        "weak_muscle", "snr", "dB below the noise", (-20.0, -12.0, -8.0, -5.0, -2.0, 2.0), -5.0, weak_muscle
    ),
    Fault("dead_wire", "activity", "%", (20.0, 40.0, 60.0, 80.0, 100.0), 80.0, dead_wire),
    Fault("moved_wire", "wire_movement", "dB", (1.0, 2.0, 4.0, 6.0, 8.0, 10.0), 8.0, moved_wire),
    Fault(
        "early_filter",
        "upper_edge",
        "Hz",
        (900.0, 700.0, 550.0, 450.0, 400.0, 350.0),
        400.0,
        early_filter,
        2000.0,
    ),
    Fault("few_units", "single_unit", "%", (30.0, 15.0, 8.0, 4.0, 2.0), 2.0, few_units),
    Fault(
        "coarse_steps", "quantisation", "times the noise", (0.5, 1.0, 2.0, 3.0, 4.0, 6.0), 4.0, coarse_steps
    ),
    Fault("cut_short", "channel_length", "s", (0.01, 0.02, 0.05, 0.1, 0.5), 0.05, cut_short),
    Fault(
        "cross_talk", "crosstalk", "% of the power", (1.0, 2.0, 4.0, 6.0, 10.0, 20.0, 50.0), 10.0, cross_talk
    ),
)
WHOLE_FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _FAULTS})
"""Every fault of a whole recording, by name."""
