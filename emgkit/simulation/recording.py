"""`simulate`: one wire in a walk or in repeated movements, with everything that is true of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from emgkit import muscles, sites
from emgkit.errors import InputError
from emgkit.model import FloatArray, Recording, Side, Source, Switch, Truth, frozen, make_events
from emgkit.simulation import arguments, gait, motor_units, noise

DEFAULT_BURSTS_PCT = {"walking": ((54.0, 109.0),), "repetitions": ((15.0, 75.0),)}
DEFAULT_PEAK_UV = 500.0
DEFAULT_LEVELS_V = {
    sites.HEEL: 0.3,
    sites.FIFTH_METATARSAL: 0.6,
    sites.FIRST_METATARSAL: 1.2,
    sites.TOE: 2.4,
}
CLOSED_V = 5.0
SWITCH_NOISE_V = 0.01
SWITCH_LABELS = {
    sites.HEEL: "FSW_HEEL",
    sites.FIFTH_METATARSAL: "FSW_5MT",
    sites.FIRST_METATARSAL: "FSW_1MT",
    sites.TOE: "FSW_TOE",
}
OPPOSITE_ARTEFACT = 0.3
"""Height of the artefact at contacts of the other foot, in parts of that of the recorded side."""
# One random stream for each part, so that a change of one part leaves the others as they were
_POOL, _PLAN, _DISCHARGES, _SHAPES, _NOISE, _SWITCHES = range(6)


def simulate(
    *,
    muscle: str = "tibialis_anterior",
    side: Literal["left", "right"] = "left",
    activity: Literal["walking", "repetitions"] = "walking",
    n_cycles: int = 20,
    cycle_s: float = 1.1,
    cycle_sd_s: float = 0.03,
    foot_off_pct: float = 62.0,
    foot_off_sd_pct: float = 0.8,
    pause_s: float = 1.0,
    bursts_pct: tuple[tuple[float, float], ...] | None = None,
    edge_sd_pct: float = 1.5,
    excitation: float = 0.7,
    excitation_cv: float = 0.1,
    ramp_s: float = 0.04,
    n_units: int = 30,
    rate_hz: float = 2000.0,
    peak_uv: float | None = None,
    snr_db: float | None = None,
    noise_uv: float = 5.0,
    hum_uv: float = 1.0,
    hum_hz: float = 50.0,
    drift_uv: float = 3.0,
    artefact_uv: float = 40.0,
    switches: Literal["separate", "coded", "none"] | None = None,
    levels_v: Mapping[str, float] | None = None,
    contact_pattern: Literal["typical", "flat_first", "toe_first"] = "typical",
    events: bool = True,
    label: str | None = None,
    trial: str = "simulated",
    seed: int = 0,
    wire_seed: int | None = None,
) -> Recording:
    """Simulate fine-wire EMG and foot switches with known truth.

    The recording begins with 1 s of quiet standing (or rest) and ends with at least 0.8 s of it; its length
    is a whole number of seconds. In walking, the swing that leads to the first contact is part of the walk: a
    burst may precede the first contact.

    Parameters
    ----------
    muscle : str
        Name or abbreviation, see `emgkit.muscles`.
    side : {"left", "right"}
    activity : {"walking", "repetitions"}
    n_cycles : int
        Whole gait cycles (there is one contact more) or repetitions.
    cycle_s, cycle_sd_s : float
        Mean and SD of the duration of a cycle or repetition, in seconds. Here and below, what is drawn is
        Gaussian, and what lies beyond 2.5 SD is set to 2.5 SD.
    foot_off_pct, foot_off_sd_pct : float
        Foot-off in percent of the cycle, and its SD.
    pause_s : float
        Pause between repetitions, in seconds.
    bursts_pct : tuple of (onset, offset), optional
        Bursts in percent of the cycle (of the repetition), in order. An offset above 100 lies in the next
        cycle. By default ((54, 109),) in walking and ((15, 75),) in repetitions; () for a silent muscle.
        Bursts that come closer than 20 ms are one.
    edge_sd_pct : float
        SD of every edge, in percent of the cycle.
    excitation, excitation_cv : float
        Highest excitation of a burst, 0 to 1, and its coefficient of variation between bursts. Near 0.05
        single motor units stand apart; from 0.3 on they interfere.
    ramp_s : float
        Length of the rise and of the fall of the excitation, in seconds.
    n_units : int
        Motor units within the pick-up of the wire.
    rate_hz : float
        Sampling rate of all channels.
    peak_uv : float, optional
        Peak of the potential of the largest motor unit; 500 if neither this nor `snr_db` is given.
    snr_db : float, optional
        Instead of `peak_uv`: 10 log10 of the mean power of the muscle's signal over the middle halves of all
        bursts, divided by ``noise_uv**2 + hum_uv**2``. Drift and artefacts do not count as noise.
    noise_uv, hum_uv : float
        RMS of the amplifier noise and of the hum with its harmonics.
    hum_hz : float
        Mains frequency, 50 or 60.
    drift_uv : float
        RMS of the drift of the baseline.
    artefact_uv : float
        Peak of the movement artefact at contacts of the recorded side; 30 % of it at those of the other.
    switches : {"separate", "coded", "none"}, optional
        Four switches of 0 and 5 V, one channel with the sum of `levels_v`, or none. By default separate in
        walking; repetitions have none.
    levels_v : mapping of site to volts, optional
        What each closed switch adds to the coded channel; 0.3, 0.6, 1.2 and 2.4 V by default.
    contact_pattern : {"typical", "flat_first", "toe_first"}
        Order in which the switches close.
    events : bool
        Whether the recording has events: contacts and foot-offs of both feet, or starts and ends.
    label, trial : str
        Label of the EMG channel (such as TIBANT_L by default), and name of the trial.
    seed : int
        The same arguments and seed give the same recording.
    wire_seed : int, optional
        Seed of the motor units around the wire, `seed` by default. Trials of one wire share it; with the same
        `peak_uv` their amplitudes compare.

    Returns
    -------
    Recording
        With `.truth`: `onset_s` is the first instant at which the excitation is above the lowest threshold,
        where the first potential begins, and `offset_s` is where the last potential ends. Between bursts the
        muscle is silent. Truth does not depend on `rate_hz`, noise or amplitude. `contact_s` and `foot_off_s`
        hold the contacts (one more than cycles) and foot-offs (the step out of standing included) of the
        recorded side, or the starts and ends of the repetitions. `parameters` holds all arguments as used,
        and `largest_potential_uv`, `peak_of_signal_uv` and `snr_of_signal_db` as they came out.

    Raises
    ------
    InputError
        If an argument is out of its range; the error states what is accepted.

    Notes
    -----
    At 1000 Hz half the band of a wire is lost, and amplitude with it: the low-pass before sampling is part of
    the simulation. `snr_db` refers to the signal after it.

    Examples
    --------
    >>> rec = simulate(n_cycles=3, seed=1)
    >>> rec.rate_hz, rec.truth.contact_s.size
    (2000.0, 4)
    """
    given = _checked(dict(locals()))
    pool_seed = given["seed"] if given["wire_seed"] is None else given["wire_seed"]

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([pool_seed if number == _POOL else given["seed"], number])

    plan = _plan(given, stream(_PLAN))
    n_samples = round(plan.duration_s * rate_hz)
    if n_samples > arguments.MAX_SAMPLES:
        raise InputError(
            "the recording would be too long", found=n_samples, accepted=f"{arguments.MAX_SAMPLES} samples"
        )
    pool = motor_units.make_pool(n_units, stream(_POOL))
    unit, time = motor_units.discharges(pool, plan.bursts, ramp_s, stream(_DISCHARGES))
    muscle_uv = motor_units.synthesize(
        pool, unit, time, rate_hz=rate_hz, n_samples=n_samples, rng=stream(_SHAPES)
    )
    power = _middle_power(muscle_uv, plan.bursts, rate_hz)
    largest = _largest_potential(given, power)
    muscle_uv *= largest
    given |= {
        "largest_potential_uv": largest,
        "peak_of_signal_uv": float(np.abs(muscle_uv).max()),
        "snr_of_signal_db": _decibel(power * largest**2, noise_uv**2 + hum_uv**2),
    }
    emg = frozen(muscle_uv + _disturbance(given, plan, n_samples, stream(_NOISE)))
    table = _events(plan, side) if events else make_events([])
    return Recording(
        emg_uv=emg,
        rate_hz=float(rate_hz),
        label=label if label is not None else _default_label(given["muscle"], side),
        side=side,
        muscle=given["muscle"],
        switches=_switches(given, plan, n_samples, stream(_SWITCHES)),
        _events=table,
        source=Source(trial, hashlib.sha256(emg.tobytes()).hexdigest(), "simulation", unit="uV"),
        trial=trial,
        notes=("simulated",),
        truth=Truth(
            onset_s=frozen(plan.bursts.onset_s),
            offset_s=frozen(plan.bursts.offset_s),
            contact_s=frozen(plan.contact_s),
            foot_off_s=frozen(plan.foot_off_s),
            parameters=given,
        ),
    )


def _default_label(muscle: str, side: str) -> str:
    """Return a label as laboratories write it ("TIBANT_L"), if it says the muscle beyond doubt."""
    words = muscle.split("_")
    for short in ("".join(word[:3] for word in words), "".join(word[0] for word in words)):
        if muscles.full_name(short) == muscle:
            return f"{short.upper()}_{side[0].upper()}"
    return f"{muscle}_{side[0].upper()}"


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with defaults filled in, or raise InputError."""
    name = muscles.full_name(given["muscle"]) if isinstance(given["muscle"], str) else None
    if name is None:
        raise InputError("the muscle is not known", found=given["muscle"], accepted=muscles.MUSCLES)
    arguments.check_choice("side", given["side"], arguments.SIDES)
    arguments.check_choice("activity", given["activity"], arguments.ACTIVITIES)
    arguments.check_pattern(given["contact_pattern"])
    arguments.check_numbers(given)
    arguments.check_seed("seed", given["seed"])
    if given["wire_seed"] is not None:
        arguments.check_seed("wire_seed", given["wire_seed"])
    for key in ("label", "trial"):
        if not (isinstance(given[key], str) and given[key].strip()) and not (
            key == "label" and given[key] is None
        ):
            raise InputError(f"{key} must be a word", found=given[key], accepted="a text that is not empty")
    if not isinstance(given["events"], bool):
        raise InputError("events has no such value", found=given["events"], accepted="True, False")
    walking = given["activity"] == "walking"
    if walking and given["cycle_s"] > 5:
        raise InputError("cycle_s is out of range", found=given["cycle_s"], accepted="0.3 to 5 s in walking")
    bursts = given["bursts_pct"]
    bursts = DEFAULT_BURSTS_PCT[given["activity"]] if bursts is None else bursts
    switches = given["switches"] or ("separate" if walking else "none")
    arguments.check_choice("switches", switches, arguments.SWITCHES if walking else ("none",))
    levels = DEFAULT_LEVELS_V if given["levels_v"] is None else given["levels_v"]
    checked = given | {
        "muscle": name,
        "bursts_pct": arguments.check_bursts(bursts, given["activity"]),
        "switches": switches,
        "levels_v": arguments.check_levels(levels),
    }
    if given["snr_db"] is None:
        return checked | {"peak_uv": DEFAULT_PEAK_UV if given["peak_uv"] is None else given["peak_uv"]}
    if given["peak_uv"] is not None:
        raise InputError("peak_uv and snr_db are both given", found=given["peak_uv"], accepted="one of them")
    if not given["noise_uv"] and not given["hum_uv"]:
        raise InputError("snr_db needs noise", found=0.0, accepted="noise_uv or hum_uv above 0")
    if not checked["bursts_pct"]:
        raise InputError("snr_db needs a burst", found=bursts, accepted="bursts_pct with a burst, or peak_uv")
    return checked


def _plan(given: Mapping[str, Any], rng: np.random.Generator) -> gait.Plan:
    common = {key: given[key] for key in ("n_cycles", "cycle_s", "cycle_sd_s", "bursts_pct", "edge_sd_pct")}
    common |= {"level": given["excitation"], "level_sd": given["excitation_cv"], "rng": rng}
    if given["activity"] == "repetitions":
        return gait.plan_repetitions(pause_s=given["pause_s"], **common)
    return gait.plan_walk(
        foot_off_pct=given["foot_off_pct"], foot_off_sd_pct=given["foot_off_sd_pct"], **common
    )


def _middle_power(signal: FloatArray, bursts: motor_units.Bursts, rate_hz: float) -> float:
    """Return the mean power over the middle halves of all bursts, NaN if there is none."""
    quarter = (bursts.offset_s - bursts.onset_s) / 4
    start = np.ceil((bursts.onset_s + quarter) * rate_hz).astype(np.int64)
    stop = np.ceil((bursts.offset_s - quarter) * rate_hz).astype(np.int64)
    if start.size == 0:
        return float("nan")
    energy = np.concatenate([[0.0], np.cumsum(signal**2)])
    return float((energy[stop] - energy[start]).sum() / (stop - start).sum())


def _largest_potential(given: Mapping[str, Any], power: float) -> float:
    if given["snr_db"] is None:
        return float(given["peak_uv"])
    if not power > 0:
        raise InputError(
            "snr_db cannot be reached: no unit discharges in the middle of the bursts",
            found=given["excitation"],
            accepted="a larger excitation, or peak_uv instead",
        )
    return float(
        np.sqrt((given["noise_uv"] ** 2 + given["hum_uv"] ** 2) * 10 ** (given["snr_db"] / 10) / power)
    )


def _decibel(signal: float, disturbance: float) -> float | None:
    return float(10 * np.log10(signal / disturbance)) if disturbance > 0 and signal > 0 else None


def _disturbance(
    given: Mapping[str, Any], plan: gait.Plan, n_samples: int, rng: np.random.Generator
) -> FloatArray:
    rate = given["rate_hz"]
    # Drawn first what does not depend on the number of samples: the same at every rate
    total = noise.hum(n_samples, rate, given["hum_uv"], given["hum_hz"], rng)
    total += noise.drift(n_samples, rate, given["drift_uv"], rng)
    if plan.activity == "walking":
        own, other = given["artefact_uv"], OPPOSITE_ARTEFACT * given["artefact_uv"]
        total += noise.artefacts(n_samples, rate, own, plan.contact_s, rng)
        total += noise.artefacts(n_samples, rate, other, plan.opposite_contact_s, rng)
    return total + noise.amplifier(n_samples, rate, given["noise_uv"], rng)


def _switches(
    given: Mapping[str, Any], plan: gait.Plan, n_samples: int, rng: np.random.Generator
) -> dict[str, Switch]:
    if given["switches"] == "none":
        return {}
    rate = float(given["rate_hz"])
    states = gait.switch_states(
        plan, pattern=given["contact_pattern"], rate_hz=rate, n_samples=n_samples, rng=rng
    )
    if given["switches"] == "coded":
        ladder = sum((given["levels_v"][site] * state for site, state in states.items()), np.zeros(n_samples))
        channels = {sites.CODED: (f"FSW_{given['side'][0].upper()}", ladder)}
    else:
        channels = {site: (SWITCH_LABELS[site], CLOSED_V * state) for site, state in states.items()}
    return {
        site: Switch(site, name, frozen(volts + SWITCH_NOISE_V * rng.standard_normal(n_samples)), rate)
        for site, (name, volts) in channels.items()
    }


def _events(plan: gait.Plan, side: Side) -> pd.DataFrame:
    other: Side = "right" if side == "left" else "left"
    kinds: tuple[tuple[FloatArray, Side, str], ...] = (
        (plan.contact_s, side, "repetition_start"),
        (plan.foot_off_s, side, "repetition_end"),
    )
    if plan.activity == "walking":
        kinds = (
            (plan.contact_s, side, "foot_contact"),
            (plan.foot_off_s, side, "foot_off"),
            (plan.opposite_contact_s, other, "foot_contact"),
            (plan.opposite_foot_off_s, other, "foot_off"),
        )
    rows: list[tuple[float, str | None, str, str]] = [
        (float(time), foot, kind, "simulation") for times, foot, kind in kinds for time in times
    ]
    return make_events(rows)
