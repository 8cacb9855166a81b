"""Magnitude of each part of the cycle - whole, stance and swing, phases - over the used cycles."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emgkit import tables
from emgkit.found import AmplitudeReference, Cycles, Part
from emgkit.measures.magnitude import Magnitude, net_rms, sample_at
from emgkit.measures.trial import Signal
from emgkit.model import FloatArray


def magnitude_rows(
    trials: Sequence[tuple[Signal, Cycles]], parts: Sequence[Part], reference: AmplitudeReference
) -> list[dict[str, Any]]:
    """Return the rows of the table `magnitude`.

    Parameters
    ----------
    trials : sequence of (Signal, Cycles)
    parts : sequence of Part
        Their bounds have the used cycles of all trials in order.
    reference : AmplitudeReference
        What the percentages are of.

    Returns
    -------
    list of dict
        One row per part, in order. A cycle in which a bound of the part is not known does not count to it.

    Notes
    -----
    Each part is cut out of each used cycle at that cycle's own bounds. With m_i the mean of the rectified
    signal in cycle i, P_i its mean power and N_i the noise power of its trial, over n cycles

        mean_uv = mean(m_i), sd_uv its standard deviation (n - 1),
        rms_uv = sqrt(mean(P_i)), net_rms_uv = sqrt(max(mean(P_i - N_i), 0)),

    and peak and integral are the means of those of the cycles. Powers are averaged before the root is drawn
    and not after it: the root of a difference near zero is pushed upwards by chance.
    """
    noise = np.concatenate([np.full(np.count_nonzero(c.used), s.noise_uv) for s, c in trials])
    unknown = [s.trial for s, c in trials if c.used.any() and np.isnan(s.noise_uv)]
    measured = _measured(trials, parts)
    return [_row(part, found, noise, unknown, reference) for part, found in zip(parts, measured, strict=True)]


def _measured(trials: Sequence[tuple[Signal, Cycles]], parts: Sequence[Part]) -> list[Magnitude]:
    """Measure each part in each used cycle of all trials; NaN where a bound is not known."""
    low_pct, high_pct = (np.stack([getattr(p, name) for p in parts]) for name in ("start_pct", "end_pct"))
    found, first = [], 0
    for signal, cycles in trials:
        start_s, end_s = cycles.start_s[cycles.used], cycles.end_s[cycles.used]
        here = slice(first, first + start_s.size)
        first += start_s.size
        n = signal.emg_uv.size
        # shape (n_parts, n_used): all parts at once, because each measurement sums the signal up
        low, high = (start_s + (end_s - start_s) * pct[:, here] / 100 for pct in (low_pct, high_pct))
        start = sample_at(low, signal.rate_hz, n)
        stop = np.where(np.isnan(low + high), start, sample_at(high, signal.rate_hz, n))
        found.append(signal.measure(start, np.maximum(start, stop)))
    names = ("mean_uv", "rms_uv", "peak_uv", "iemg_uvs")
    joined = [np.concatenate([getattr(m, name) for m in found], axis=1) for name in names]
    return [Magnitude(*(values[k] for values in joined)) for k in range(len(parts))]


def _row(
    part: Part, cycles: Magnitude, noise: FloatArray, unknown: Sequence[str], reference: AmplitudeReference
) -> dict[str, Any]:
    known = ~np.isnan(cycles.mean_uv)
    n = int(np.count_nonzero(known))
    power = _mean(cycles.rms_uv[known] ** 2)
    noise_power = _mean(noise[known] ** 2)
    mean, rms = _mean(cycles.mean_uv[known]), float(np.sqrt(power))
    whys = [] if part.why == "none" else [part.why]
    if n < known.size and part.why == "none":
        whys.append(f"its bounds are known in {n} of {known.size} cycles")
    if unknown:
        whys.append(f"the noise floor is {tables.NOT_DETERMINABLE} in {', '.join(unknown)}")
    return {
        "phase": part.name,
        "start_pct": _mean(part.start_pct[known]),
        "end_pct": _mean(part.end_pct[known]),
        "start_basis": part.start_basis,
        "end_basis": part.end_basis,
        "n_cycles": n,
        "mean_uv": mean,
        "sd_uv": float(cycles.mean_uv[known].std(ddof=1)) if n > 1 else float("nan"),
        "rms_uv": rms,
        "net_rms_uv": float(net_rms(rms, np.sqrt(noise_power))),
        "peak_uv": _mean(cycles.peak_uv[known]),
        "iemg_uvs": _mean(cycles.iemg_uvs[known]),
        "mean_pct_ref": 100 * mean / reference.mean_uv,
        "rms_pct_ref": 100 * rms / reference.rms_uv,
        "reference_uv": reference.mean_uv,
        "why": "; ".join(whys) or "none",
    }


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else float("nan")
