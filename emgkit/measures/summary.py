"""Timing across cycles: edges are averaged only over cycles with the same number of bursts."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import tables
from emgkit.measures import circular
from emgkit.model import BoolArray, FloatArray

NEAR_CONTACT_PCT = 10.0
"""Onsets within this of the contact, on both sides of it, are one cluster that the contact must not cut."""
Z95 = 1.959963984540054


def summary_table(
    cycles: pd.DataFrame, bursts: pd.DataFrame, *, cyclic: bool, confidence: float
) -> pd.DataFrame:
    """Return the table `summary` from the tables `cycles` and `bursts`.

    Parameters
    ----------
    cyclic : bool
        True for gait, where 100 % is the next contact; False for repetitions with pauses between them.
    confidence : float
        Level of the intervals of the means.

    Notes
    -----
    Positions of gait are averaged on the circle. Where onsets lie on both sides of the contact (a mean of
    98 % and 2 %), cycles are counted from the middle of the widest stretch without onsets instead, so that a
    burst a little before the contact counts with the cycle after it. A cycle whose predecessor was not
    recorded, or not used, can then not be counted.

    The interval of a mean is Student's t with the spread over the cycles, or with the edges' own intervals
    where these are wider; it is not determinable from a single cycle.
    """
    cut_pct = _cut_pct(bursts, cycles) if cyclic else 0.0
    rows = _counted(bursts, cut_pct)
    per_cycle = rows.groupby(["trial", "counted"], sort=True).size()
    counts = per_cycle.reindex(_countable(cycles, shifted=cut_pct > 0), fill_value=0)
    rows = rows.assign(
        modality=counts.reindex(pd.MultiIndex.from_frame(rows[["trial", "counted"]])).to_numpy()
    )
    rows = rows[rows["modality"].notna()]
    rows = rows.assign(number=rows.groupby(["trial", "counted"]).cumcount() + 1)

    out: list[dict[str, Any]] = []
    for modality, n_cycles in counts.value_counts().sort_index().items():
        frequency = {
            "modality": modality,
            "n_cycles": n_cycles,
            "frequency_pct": 100 * n_cycles / len(counts),
        }
        alike = rows[rows["modality"] == modality]
        if alike.empty:
            out.append(frequency | _no_burst())
        for number, group in alike.groupby("number"):
            out.append(frequency | {"burst": number} | _averages(group, cyclic, confidence))
    return tables.build("summary", out)


def _cut_pct(bursts: pd.DataFrame, cycles: pd.DataFrame) -> float:
    """Return where to count cycles from: 0, or the middle of the widest stretch without onsets."""
    onset = np.sort(_of_used_cycles(bursts, cycles)["onset_pct"].dropna().to_numpy(dtype=np.float64))
    near_both_sides = np.any(onset > 100 - NEAR_CONTACT_PCT) and np.any(onset < NEAR_CONTACT_PCT)
    if not near_both_sides:
        return 0.0
    gap = np.diff(np.append(onset, onset[0] + 100))
    widest = int(np.argmax(gap))
    cut = float(onset[widest] + gap[widest] / 2) % 100
    # the cluster about the contact goes on through the cut: no stretch is free, the contact is as good
    return cut if gap[widest] > NEAR_CONTACT_PCT else 0.0


def _of_used_cycles(bursts: pd.DataFrame, cycles: pd.DataFrame) -> pd.DataFrame:
    used = pd.MultiIndex.from_frame(cycles.loc[cycles["used"], ["trial", "cycle"]])
    keys = pd.MultiIndex.from_frame(bursts[["trial", "cycle"]])
    return bursts[keys.isin(used)]


def _counted(bursts: pd.DataFrame, cut_pct: float) -> pd.DataFrame:
    """Return the bursts that lie in a cycle, with the cycle that they count with.

    With a cut at c %, bursts that start at c or later count with the next cycle, at a negative onset.
    """
    rows = bursts[bursts["cycle"].notna() & bursts["onset_pct"].notna()].copy()
    later = (rows["onset_pct"] >= cut_pct).to_numpy() if cut_pct else np.zeros(len(rows), dtype=np.bool_)
    rows["counted"] = rows["cycle"].astype("int64") + later
    for name in ("onset_pct", "offset_pct"):
        rows[name] = rows[name] - 100.0 * later
    return rows.sort_values(["trial", "counted", "onset_pct"], kind="stable")


def _countable(cycles: pd.DataFrame, *, shifted: bool) -> pd.MultiIndex:
    """Return (trial, cycle) of the used cycles; if shifted, of those after a used one."""
    used: npt.NDArray[np.bool_] = cycles["used"].to_numpy(dtype=np.bool_)
    if shifted:
        same_trial = cycles["trial"].eq(cycles["trial"].shift()).to_numpy()
        joined = cycles["start_s"].eq(cycles["end_s"].shift()).to_numpy()
        used = used & np.append(False, used[:-1]) & same_trial & joined
    return pd.MultiIndex.from_frame(
        cycles.loc[used, ["trial", "cycle"]].astype({"cycle": "int64"}), names=["trial", "counted"]
    )


def _averages(group: pd.DataFrame, cyclic: bool, confidence: float) -> dict[str, Any]:
    onset = group["onset_pct"].to_numpy(dtype=np.float64)
    offset = group["offset_pct"].to_numpy(dtype=np.float64)
    known = ~np.isnan(offset)
    mean_on, sd_on = _mean_sd(onset, cyclic)
    mean_off, sd_off = _mean_sd(offset[known], cyclic)
    if cyclic and known.any():
        # the circle does not say how many contacts lie between: the bursts themselves do
        turns = np.round((np.median(offset[known] - onset[known]) - (mean_off - mean_on)) / 100)
        mean_off += 100 * turns
    result: dict[str, Any] = {}
    for edge, mean, sd, rows in (
        ("onset", mean_on, sd_on, np.ones(len(group), dtype=np.bool_)),
        ("offset", mean_off, sd_off, known),
    ):
        half = _half_width(group[rows], edge, sd, confidence)
        result |= {
            f"{edge}_pct": mean,
            f"{edge}_sd_pct": sd,
            f"{edge}_ci_low_pct": mean - half,
            f"{edge}_ci_high_pct": mean + half,
        }
    for name in ("mean_uv", "mean_pct_ref"):
        result[name] = group[name].mean()
    return result


def _mean_sd(positions: FloatArray, cyclic: bool) -> tuple[float, float]:
    if cyclic:
        return circular.mean_pct(positions), circular.sd_pct(positions)
    mean = float(positions.mean()) if positions.size else float("nan")
    return mean, float(positions.std(ddof=1)) if positions.size > 1 else float("nan")


def _half_width(group: pd.DataFrame, edge: str, sd: float, confidence: float) -> float:
    from scipy import stats

    n = len(group)
    if n < 2 or np.isnan(sd):
        return float("nan")
    width = (group[f"{edge}_high_pct"] - group[f"{edge}_low_pct"]).to_numpy(dtype=np.float64)
    known: BoolArray = ~np.isnan(width)
    own_variance = float(np.mean((width[known] / (2 * Z95)) ** 2)) if known.any() else 0.0
    variance = max(sd**2, own_variance)
    return float(stats.t.ppf(0.5 + confidence / 2, n - 1) * np.sqrt(variance / n))


def _no_burst() -> dict[str, Any]:
    numbers = [c.name for c in tables.SUMMARY if c.dtype == "float64" and c.name != "frequency_pct"]
    return {"burst": None, **dict.fromkeys(numbers, np.nan)}
