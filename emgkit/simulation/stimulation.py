"""Trials of stimulation through the wire, with known truth: artefact, amplifier, muscle response, twitch."""

from __future__ import annotations

import hashlib
import math
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from emgkit import muscles
from emgkit.errors import InputError
from emgkit.model import FloatArray, Motion, Recording, Source, Truth, frozen
from emgkit.simulation import arguments, noise

REST_S = 1.0
"""Quiet before the first pulse and, at least, after the last."""
TWITCH_DELAY_S, TWITCH_DECAY_S, TWITCH_HZ = 0.02, 0.04, 12.0
"""A limb's acceleration after a twitch: a damped swing that begins after the response."""
TWITCH_NOISE = 0.02
_TAIL_DECAYS = 12
"""Decays after which an artefact is nothing."""

# name: (lowest, highest, unit)
_RANGES: dict[str, tuple[float, float, str]] = {
    "pulse_hz": (0.2, 100.0, "Hz"),
    "pulse_sd_s": (0.0, 1.0, "s"),
    "missed_pct": (0.0, 90.0, "%"),
    "pulse_width_s": (1e-5, 0.01, "s"),
    "artefact_uv": (0.0, 1e7, "uV"),
    "recovery_uv": (-1e7, 1e7, "uV"),
    "recovery_s": (1e-5, 1.0, "s"),
    "undershoot_uv": (-1e6, 1e6, "uV"),
    "undershoot_s": (1e-4, 1.0, "s"),
    "rail_uv": (1.0, 1e7, "uV"),
    "response_uv": (0.0, 1e5, "uV"),
    "response_cv": (0.0, 1.0, ""),
    "failing_pct": (0.0, 100.0, "%"),
    "latency_s": (0.0, 0.05, "s"),
    "latency_sd_s": (0.0, 0.01, "s"),
    "response_s": (0.001, 0.05, "s"),
    "twitch": (0.0, 100.0, "of the motion channel"),
    "noise_uv": (0.0, 1e4, "uV"),
    "hum_uv": (0.0, 1e4, "uV"),
    "hum_hz": (1.0, 400.0, "Hz"),
    "rate_hz": (500.0, 100_000.0, "Hz"),
}
_OPTIONAL = ("rail_uv", "twitch")


def simulate_stimulation(
    *,
    muscle: str = "tibialis_anterior",
    side: Literal["left", "right"] = "left",
    n_pulses: int = 16,
    pulse_hz: float = 2.0,
    pulse_sd_s: float = 0.0,
    missed_pct: float = 0.0,
    pulse_width_s: float = 0.0002,
    alternating: bool = False,
    artefact_uv: float = 20_000.0,
    recovery_uv: float = 4000.0,
    recovery_s: float = 0.0006,
    undershoot_uv: float = 0.0,
    undershoot_s: float = 0.01,
    rail_uv: float | None = None,
    response_uv: float = 1500.0,
    response_cv: float = 0.05,
    failing_pct: float = 0.0,
    latency_s: float = 0.004,
    latency_sd_s: float = 0.0001,
    response_s: float = 0.008,
    twitch: float | None = None,
    noise_uv: float = 5.0,
    hum_uv: float = 1.0,
    hum_hz: float = 50.0,
    rate_hz: float = 2000.0,
    label: str = "WIRE",
    trial: str = "stimulation",
    seed: int = 0,
) -> Recording:
    """Simulate a trial of stimulation through the wire.

    Parameters
    ----------
    muscle : str
        Name or abbreviation, see `emgkit.muscles`.
    side : {"left", "right"}
    n_pulses : int
        Pulses that are due; `missed_pct` of them do not come.
    pulse_hz, pulse_sd_s : float
        Rate of the pulses, and SD of each about its due time.
    missed_pct : float
        Share of the pulses that do not come at all.
    pulse_width_s : float
    alternating : bool
        Whether every second pulse has the other polarity.
    artefact_uv : float
        Height of the pulse itself on the wire.
    recovery_uv, recovery_s : float
        What of it is left behind the pulse, and the time constant with which it decays.
    undershoot_uv, undershoot_s : float
        A second decay of the other sign, as an amplifier coupled through two poles has it.
    rail_uv : float, optional
        Largest voltage that the amplifier delivers; beyond it the signal is flat.
    response_uv, response_cv : float
        Peak-to-peak amplitude of the response, and its coefficient of variation; 0 for none.
    failing_pct : float
        Share of the pulses without a response.
    latency_s, latency_sd_s : float
        From the start of the pulse to the start of the response.
    response_s : float
        Duration of the response.
    twitch : float, optional
        Peak of the twitch in a channel of motion, ACC, in g; None for no such channel.
    noise_uv, hum_uv, hum_hz : float
        As in `simulate`.
    rate_hz : float
    label, trial : str
    seed : int

    Returns
    -------
    Recording
        With `.truth`: `onset_s` and `offset_s` are the start and end of each response; `parameters` holds all
        arguments and `pulse_s`, the start of each pulse, as a tuple. The length is a whole number of seconds.

    Raises
    ------
    InputError
        If an argument is out of its range, or there would be less than one pulse.

    Notes
    -----
    The response is sin(2 pi u) sin(pi u) over its duration, u from 0 to 1. A pulse is averaged over each
    sample's interval, as a converter's low-pass does.

    Examples
    --------
    >>> rec = simulate_stimulation(n_pulses=4)
    >>> rec.duration_s, rec.truth.parameters["pulse_s"]
    (4.0, (1.0, 1.5, 2.0, 2.5))
    """
    given = _checked(dict(locals()))
    plan, shape, other = (np.random.default_rng([seed, number]) for number in range(3))
    due_s = REST_S + np.arange(n_pulses) / pulse_hz
    pulse_s = np.sort(due_s + pulse_sd_s * np.clip(plan.standard_normal(n_pulses), -2.5, 2.5))
    polarity = np.where(np.arange(n_pulses) % 2 == 1, -1.0, 1.0) if alternating else np.ones(n_pulses)
    n_missed = min(round(missed_pct / 100 * n_pulses), n_pulses - 1)
    # the first comes, so that the trial begins with one
    come = np.setdiff1d(np.arange(n_pulses), 1 + plan.permutation(n_pulses - 1)[:n_missed])
    pulse_s, polarity = pulse_s[come], polarity[come]
    n_samples = math.ceil(float(due_s[-1]) + REST_S) * round(rate_hz)
    answers = plan.random(pulse_s.size) >= failing_pct / 100 if response_uv else np.zeros(pulse_s.size, bool)
    onset_s = pulse_s + latency_s + latency_sd_s * np.clip(shape.standard_normal(pulse_s.size), -2.5, 2.5)
    height_uv = response_uv * (1 + response_cv * np.clip(shape.standard_normal(pulse_s.size), -2.5, 2.5))
    onset_s, height_uv = onset_s[answers], height_uv[answers]

    emg = noise.amplifier(n_samples, rate_hz, noise_uv, other)
    emg += noise.hum(n_samples, rate_hz, hum_uv, hum_hz, other)
    emg += _artefacts(given, pulse_s, polarity, n_samples)
    emg += _responses(onset_s, height_uv, response_s, rate_hz, n_samples)
    if rail_uv is not None:
        emg = np.clip(emg, -rail_uv, rail_uv)
    signal = frozen(emg)
    return Recording(
        emg_uv=signal,
        rate_hz=float(rate_hz),
        label=label,
        side=side,
        muscle=given["muscle"],
        switches={},
        _events=None,
        source=Source(trial, hashlib.sha256(signal.tobytes()).hexdigest(), "simulation", unit="uV"),
        trial=trial,
        notes=("simulated",),
        truth=Truth(
            onset_s=onset_s,
            offset_s=onset_s + response_s,
            contact_s=np.zeros(0),
            foot_off_s=np.zeros(0),
            parameters=given | {"activity": "stimulation", "pulse_s": tuple(map(float, pulse_s))},
        ),
        motion=None if twitch is None else _motion(onset_s, twitch, rate_hz, n_samples, other),
    )


def _spread(values: FloatArray, at: npt.NDArray[np.int64], n_samples: int) -> FloatArray:
    """Add `values` to a silent signal at the samples `at`, which may lie outside it."""
    inside = (at >= 0) & (at < n_samples)
    return np.bincount(at[inside], weights=values[inside], minlength=n_samples).astype(np.float64)


def _artefacts(
    given: dict[str, Any], pulse_s: FloatArray, polarity: FloatArray, n_samples: int
) -> FloatArray:
    rate, width = given["rate_hz"], given["pulse_width_s"]
    longest = width + _TAIL_DECAYS * max(given["recovery_s"], given["undershoot_s"])
    at = np.floor(pulse_s * rate).astype(np.int64)[:, None] + np.arange(int(longest * rate) + 2)
    since = at / rate - pulse_s[:, None]
    # the mean of the rectangle over the interval around the sample
    half = 0.5 / rate
    share = np.clip(np.minimum(since + half, width) - np.maximum(since - half, 0), 0, None) * rate
    behind = np.clip(since - width, 0, None)
    tail = given["recovery_uv"] * np.exp(-behind / given["recovery_s"])
    tail -= given["undershoot_uv"] * np.exp(-behind / given["undershoot_s"])
    wave = given["artefact_uv"] * share + np.where(since >= width, tail, 0)
    return _spread(wave * polarity[:, None], at, n_samples)


def _responses(
    onset_s: FloatArray, height_uv: FloatArray, response_s: float, rate_hz: float, n_samples: int
) -> FloatArray:
    fine = np.linspace(0, 1, 1001)
    unit = np.ptp(np.sin(2 * np.pi * fine) * np.sin(np.pi * fine))
    at = np.ceil(onset_s * rate_hz).astype(np.int64)[:, None] + np.arange(int(response_s * rate_hz) + 1)
    part = np.clip((at / rate_hz - onset_s[:, None]) / response_s, 0, 1)
    wave = height_uv[:, None] / unit * np.sin(2 * np.pi * part) * np.sin(np.pi * part)
    return _spread(wave, at, n_samples)


def _motion(
    onset_s: FloatArray, peak: float, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> Motion:
    begin = onset_s + TWITCH_DELAY_S
    length = int(_TAIL_DECAYS / 2 * TWITCH_DECAY_S * rate_hz)
    at = np.ceil(begin * rate_hz).astype(np.int64)[:, None] + np.arange(length)
    since = at / rate_hz - begin[:, None]
    wave = peak * np.exp(-since / TWITCH_DECAY_S) * np.sin(2 * np.pi * TWITCH_HZ * since)
    values = _spread(wave, at, n_samples) + TWITCH_NOISE * rng.standard_normal(n_samples)
    return Motion("ACC", frozen(values), "g", float(rate_hz))


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    name = muscles.full_name(given["muscle"]) if isinstance(given["muscle"], str) else None
    if name is None:
        raise InputError("the muscle is not known", found=given["muscle"], accepted=muscles.MUSCLES)
    arguments.check_choice("side", given["side"], arguments.SIDES)
    arguments.check_seed("seed", given["seed"])
    for key, (low, high, unit) in _RANGES.items():
        value = given[key]
        if value is None and key in _OPTIONAL:
            continue
        number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not low <= value <= high:
            raise InputError(
                f"{key} is out of range", found=value, accepted=f"{low:g} to {high:g} {unit}".strip()
            )
    n_pulses = given["n_pulses"]
    if not isinstance(n_pulses, Integral) or isinstance(n_pulses, bool) or not 1 <= int(n_pulses) <= 100_000:
        raise InputError(
            "n_pulses is out of range", found=n_pulses, accepted="a whole number from 1 to 100000"
        )
    for key in ("label", "trial"):
        if not (isinstance(given[key], str) and given[key].strip()):
            raise InputError(f"{key} must be a word", found=given[key], accepted="a text that is not empty")
    if not isinstance(given["alternating"], bool):
        raise InputError("alternating has no such value", found=given["alternating"], accepted="True, False")
    return given | {"muscle": name}
