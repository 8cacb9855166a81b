"""The profile: the envelope over 0 to 100 % of the cycle, averaged over the used cycles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from emgkit import table_values
from emgkit.errors import InputError
from emgkit.found import MIN_CYCLES, AmplitudeReference, Cycles
from emgkit.measures.bootstrap import mean_interval
from emgkit.measures.intensity import filtered_average, in_each_percent, intensity_words
from emgkit.measures.trial import Signal
from emgkit.model import FloatArray

PCT = np.arange(101.0)
Scale = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""`emgkit.gait.phases.scale`: positions in a cycle whose foot-off is moved."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Where each percent of the profile lies in the cycles that enter it."""

    positions_pct: tuple[FloatArray, ...]
    """For each trial, the place in each used cycle; shape (n_used, 101), rows of NaN for a cycle left out."""
    words: str
    """How cycles are laid over one another, and how many are left out."""


def axis(trials: Sequence[Cycles], scaling: Literal["cycle", "stance_swing"], scale: Scale) -> Axis:
    """Return how the cycles are laid over one another.

    Parameters
    ----------
    trials : sequence of Cycles
    scaling : {"cycle", "stance_swing"}
        Each cycle as a whole; or stance and swing of each separately, so that its foot-off comes to lie at
        the mean foot-off.
    scale : callable
        `emgkit.gait.phases.scale`.

    Raises
    ------
    InputError
        If stance and swing are to be scaled and the cycles are repetitions, or no cycle has a foot-off.
    """
    used = [int(np.count_nonzero(t.used)) for t in trials]
    if scaling == "cycle":
        whole = tuple(np.broadcast_to(PCT, (n, PCT.size)) for n in used)
        return Axis(whole, "each cycle as a whole")
    foot_off = [
        (100 * (t.foot_off_s - t.start_s) / (t.end_s - t.start_s))[t.used]
        if t.kind == "gait"
        else np.full(n, np.nan)
        for t, n in zip(trials, used, strict=True)
    ]
    joined = np.concatenate(foot_off)
    inside = joined[(joined > 0) & (joined < 100)]
    if inside.size == 0:
        raise InputError(
            "stance and swing cannot be scaled separately: no used cycle has a foot-off",
            where="settings",
            found="measure.profile_scaling = stance_swing",
            accepted="cycle",
            mend="leave measure.profile_scaling out, or give a recording with foot-offs",
        )
    mean = float(inside.mean())
    words = f"stance and swing of each cycle scaled separately, to the mean foot-off of {mean:.1f} %"
    if inside.size < joined.size:
        words += (
            f"; {joined.size - inside.size} of {joined.size} cycles have no foot-off and are left out of it"
        )
    return Axis(tuple(scale(PCT, np.full((off.size, 1), mean), off[:, None]) for off in foot_off), words)


def resample(signal: Signal, cycles: Cycles, positions_pct: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return envelope and on/off of the used cycles at given positions.

    Parameters
    ----------
    positions_pct : array of shape (n_used, n_points)

    Returns
    -------
    envelope_uv, on : arrays of shape (n, n_points)
        The envelope is interpolated linearly; `on` is 0 or 1. Cycles whose positions are NaN are left out.
    """
    last = signal.emg_uv.size - 1
    sample = signal.rate_hz * _times(cycles, positions_pct)
    inside = np.clip(sample, 0, last)
    before = inside.astype(np.int64)
    low, high = signal.envelope_uv[before], signal.envelope_uv[np.minimum(before + 1, last)]
    on = signal.on[np.clip(np.floor(sample + 1e-6).astype(np.int64), 0, last)]
    return low + (high - low) * (inside - before), on.astype(np.float64)


def _times(cycles: Cycles, positions_pct: FloatArray) -> FloatArray:
    known = ~np.isnan(positions_pct).any(axis=1)
    start, end = cycles.start_s[cycles.used, None][known], cycles.end_s[cycles.used, None][known]
    return np.asarray(start + (end - start) * positions_pct[known] / 100, dtype=np.float64)


def profile_table(
    trials: Sequence[tuple[Signal, Cycles]],
    on_axis: Axis,
    reference: AmplitudeReference,
    *,
    envelope: Literal["low_pass", "rms"],
    confidence: float,
    resamples: int,
) -> pd.DataFrame:
    """Return the table `profile` over the used cycles of all trials; each cycle has the same weight.

    Parameters
    ----------
    on_axis : Axis
        From `axis`.
    reference : AmplitudeReference
        What percentages are of; without one, nothing is left out by its intensity, and that average is not
        determinable.
    envelope : {"low_pass", "rms"}
        Which envelope the signals have, and with it which value of the reference its percentages are of.
    confidence, resamples
        Level of the bootstrap interval of the mean, and resamples of cycles behind it.

    Notes
    -----
    The standard deviation is the sample's (n - 1), NaN for a single cycle. The interval is that of
    `emgkit.measures.bootstrap`, the filtered average that of `emgkit.measures.intensity`.
    """
    pairs = list(zip(trials, on_axis.positions_pct, strict=True))
    parts = [resample(signal, cycles, at) for (signal, cycles), at in pairs]
    curves = np.concatenate([part[0] for part in parts])
    on = np.concatenate([part[1] for part in parts])
    q25, median, q75 = np.quantile(curves, [0.25, 0.5, 0.75], axis=0)
    several = curves.shape[0] > 1
    low, high = mean_interval(curves, confidence, resamples)
    rectified = np.concatenate([in_each_percent(s, _times(cycles, at)) for (s, cycles), at in pairs])
    intensity = filtered_average(
        rectified.mean(axis=0), reference.mean_uv, cyclic=trials[0][1].kind == "gait"
    )
    mean = curves.mean(axis=0)
    steps = np.append(intensity, intensity[-1])
    return table_values.build(
        "profile",
        {
            "pct": PCT,
            "mean_uv": mean,
            "sd_uv": curves.std(axis=0, ddof=1) if several else np.full(PCT.shape, np.nan),
            "median_uv": median,
            "q25_uv": q25,
            "q75_uv": q75,
            "on_fraction": on.mean(axis=0),
            "band_low_uv": np.maximum(low, 0.0),  # no envelope is negative
            "band_high_uv": high,
            "intensity_uv": steps,
            "intensity_pct_ref": 100 * steps / reference.mean_uv,
            "mean_pct_ref": 100 * mean / (reference.rms_uv if envelope == "rms" else reference.mean_uv),
        },
    )


def profile_words(
    trials: Sequence[tuple[Signal, Cycles]], on_axis: Axis, reference: AmplitudeReference
) -> str:
    """Return what the numbers of the profile rest on, as sentences."""
    n = sum(int((~np.isnan(at).any(axis=1)).sum()) for at in on_axis.positions_pct)
    few = f" The interval of the mean is not determinable: it takes {MIN_CYCLES}." if n < MIN_CYCLES else ""
    noise = max((s.noise_uv for s, _ in trials if not np.isnan(s.noise_uv)), default=float("nan"))
    cycles = "1 cycle" if n == 1 else f"{n} cycles"
    return f"Profile of {cycles}, {on_axis.words}.{few} {intensity_words(reference, noise)}"
