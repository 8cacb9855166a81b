"""What `simulate` accepts, and the error for what it does not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from emgkit.errors import InputError
from emgkit.simulation.gait import PATTERNS, SWITCH_SITES

ACTIVITIES = ("walking", "repetitions")
SIDES = ("left", "right")
SWITCHES = ("separate", "coded", "none")
MAX_SAMPLES = 50_000_000

# name: (lowest, highest, whether the lowest itself is allowed, unit)
_RANGES: dict[str, tuple[float, float, bool, str]] = {
    "cycle_s": (0.3, 60.0, True, "s"),
    "cycle_sd_s": (0.0, math.inf, True, "s"),
    "foot_off_pct": (50.0, 85.0, False, "%"),
    "foot_off_sd_pct": (0.0, 5.0, True, "%"),
    "edge_sd_pct": (0.0, 20.0, True, "%"),
    "pause_s": (0.0, 60.0, True, "s"),
    "rate_hz": (500.0, 100_000.0, True, "Hz"),
    "peak_uv": (0.0, 20_000.0, False, "uV"),
    "snr_db": (-20.0, 80.0, True, "dB"),
    "excitation": (0.0, 1.0, False, ""),
    "excitation_cv": (0.0, 0.4, True, ""),
    "ramp_s": (0.0, 5.0, True, "s"),
    "noise_uv": (0.0, 10_000.0, True, "uV"),
    "hum_uv": (0.0, 10_000.0, True, "uV"),
    "hum_hz": (1.0, 400.0, True, "Hz"),
    "drift_uv": (0.0, 10_000.0, True, "uV"),
    "artefact_uv": (0.0, 10_000.0, True, "uV"),
}
_OPTIONAL = ("peak_uv", "snr_db")
_COUNTS = {"n_cycles": (1, 100_000), "n_units": (2, 200)}


def check_choice(name: str, value: object, accepted: Sequence[str]) -> None:
    """Raise InputError unless `value` is one of `accepted`."""
    if not isinstance(value, str) or value not in accepted:
        raise InputError(f"{name} has no such value", found=value, accepted=accepted)


def check_seed(name: str, value: object) -> None:
    """Raise InputError unless `value` is a whole number from 0."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 0:
        raise InputError(f"{name} must be a whole number", found=value, accepted="0 or more")


def check_numbers(arguments: Mapping[str, Any]) -> None:
    """Raise InputError unless every number lies in its range; None passes for `peak_uv` and `snr_db`."""
    for name, (low, high, closed, unit) in _RANGES.items():
        value = arguments[name]
        if value is None and name in _OPTIONAL:
            continue
        usable = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        if not usable or value < low or value > high or (value == low and not closed):
            edge = "from" if closed else "above"
            upper = f" to {high:g}" if math.isfinite(high) else ""
            raise InputError(
                f"{name} is out of range",
                found=value,
                accepted=f"a number {edge} {low:g}{upper} {unit}".strip(),
            )
    for name, (least, most) in _COUNTS.items():
        value = arguments[name]
        if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
            raise InputError(
                f"{name} is out of range", found=value, accepted=f"a whole number from {least} to {most}"
            )


def check_bursts(bursts_pct: object, activity: str) -> tuple[tuple[float, float], ...]:
    """Return the bursts as pairs of floats.

    Raises
    ------
    InputError
        If an onset is outside [0, 100), an offset is not after its onset or more than a cycle after it, a
        burst overlaps the next one, or a burst of a repetition reaches beyond its end.
    """
    accepted = (
        "pairs (onset, offset) with 0 <= onset < 100 and onset < offset <= onset + 100, e.g. ((54, 109),)"
    )
    wrong = InputError("bursts_pct is no sequence of bursts", found=bursts_pct, accepted=accepted)
    if not isinstance(bursts_pct, Sequence) or isinstance(bursts_pct, str):
        raise wrong
    pairs = []
    for pair in bursts_pct:
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise wrong
        if not all(isinstance(v, Real) and not isinstance(v, bool) and math.isfinite(v) for v in pair):
            raise wrong
        onset, offset = float(pair[0]), float(pair[1])
        if not (0 <= onset < 100 and onset < offset <= onset + 100):
            raise wrong
        if activity == "repetitions" and offset > 100:
            raise InputError(
                "a burst of a repetition reaches beyond its end", found=pair, accepted="an offset up to 100"
            )
        pairs.append((onset, offset))
    starts = [onset for onset, _ in pairs]
    # a wrapping burst meets the first burst of the next cycle
    following = [*starts[1:], *(start + 100 for start in starts[:1])]
    for (onset, offset), after in zip(pairs, following, strict=True):
        if offset > after or after <= onset:
            raise InputError(
                "bursts_pct overlap or are not in order of their onsets", found=bursts_pct, accepted=accepted
            )
    return tuple(pairs)


def check_levels(levels_v: object) -> dict[str, float]:
    """Return the volts of each switch on the coded channel.

    Raises
    ------
    InputError
        If a site is missing or unknown, or a voltage is not a positive number.
    """
    accepted = f"volts above 0 for each of {', '.join(SWITCH_SITES)}"
    if not isinstance(levels_v, Mapping) or set(levels_v) != set(SWITCH_SITES):
        raise InputError("levels_v does not name the four switches", found=levels_v, accepted=accepted)
    for value in levels_v.values():
        if not isinstance(value, Real) or isinstance(value, bool) or not 0 < float(value) < math.inf:
            raise InputError("levels_v holds what is no voltage", found=value, accepted=accepted)
    return {site: float(levels_v[site]) for site in SWITCH_SITES}


def check_pattern(pattern: object) -> None:
    """Raise InputError unless `pattern` is a known order in which the foot touches the ground."""
    check_choice("contact_pattern", pattern, tuple(PATTERNS))
