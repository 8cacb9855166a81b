"""Principal activations: when a muscle is on in all of its recurring patterns (CIMAP)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from emgkit import table_values
from emgkit.measures.summary import Counted
from emgkit.model import BoolArray, FloatArray, IntArray

MIN_CYCLES = 100
"""Least number of cycles: patterns that recur are told from chance only over a walk of some minutes."""
MIN_IN_MODALITY = 10
"""Least number of cycles with the same number of bursts that are clustered, as in CIMAP."""
MIN_SHARE = 0.1
"""Least share of all cycles for a modality, and of its modality for a cluster, to count."""
_BINS = 1000


def principal_table(counted: Counted, *, walking: bool) -> pd.DataFrame:
    """Return the table `principal`.

    Parameters
    ----------
    counted : Counted
        From `summary.count_bursts`.
    walking : bool
        False for repetitions, which have no principal activations: pauses lie between them.

    Notes
    -----
    Cycles with the same number of bursts, if they are ten and a tenth of all, are clustered by their onsets
    and offsets (`clusters`). The pattern of a cluster is the median of each onset and offset. The principal
    activations are where the patterns of all clusters that hold at least a tenth of theirs are on. It differs
    from CIMAP in that a burst across the contact is not cut in two, and that no burst and no gap is removed
    for its length: the detector has its own least lengths.

    References
    ----------
    S. Rosati, V. Agostini, M. Knaflitz, G. Balestra (2017), Muscle activation patterns during gait: a
    hierarchical clustering analysis, Biomed Signal Process Control 31, 463-469,
    DOI 10.1016/j.bspc.2016.09.017. S. Rosati, C. Castagneri, V. Agostini, M. Knaflitz, G. Balestra (2017),
    Muscle contractions in cyclic movements: optimization of CIMAP algorithm, Proc IEEE EMBC, 58-61, DOI
    10.1109/EMBC.2017.8036762.
    """
    n_found = len(counted.modality)
    if not walking:
        return _none("only for walking: pauses lie between repetitions", 0)
    if n_found < MIN_CYCLES:
        return _none(f"{n_found} cycles found, {MIN_CYCLES} needed", 0)
    needed = max(MIN_IN_MODALITY, int(np.ceil(MIN_SHARE * n_found)))
    groups = [edges for edges in _edges_by_modality(counted) if len(edges) >= needed]
    n_cycles = sum(len(edges) for edges in groups)
    if n_cycles == 0:
        return _none(f"no number of bursts but 0 occurs in {needed} cycles", 0)
    patterns = [
        np.median(edges[label == one], axis=0)
        for edges, label in ((edges, clusters(edges)) for edges in groups)
        for one in np.unique(label)
        if np.count_nonzero(label == one) >= MIN_SHARE * len(edges)
    ]
    if not patterns:
        return _none(f"no pattern recurs in {100 * MIN_SHARE:g} % of the cycles alike", n_cycles)
    on = np.logical_and.reduce([_on_circle(pattern) for pattern in patterns])
    cycles_on = np.array([_on_circle(row) for edges in groups for row in edges])
    rows: list[dict[str, Any]] = []
    for number, (start, stop) in enumerate(runs_on_circle(on), start=1):
        inside = np.arange(start, stop) % _BINS
        rows.append(
            {
                "activation": number,
                "onset_pct": 100 * start / _BINS,
                "offset_pct": 100 * stop / _BINS,
                "share_pct": 100 * float(cycles_on[:, inside].any(axis=1).mean()),
                "n_cycles": n_cycles,
                "n_clusters": len(patterns),
                "why": "none",
            }
        )
    if not rows:
        return _none(f"the {len(patterns)} recurring patterns are nowhere all on", n_cycles, len(patterns))
    return table_values.build("principal", rows)


def clusters(edges_pct: FloatArray) -> IntArray:
    """Group cycles with the same number of bursts by their onsets and offsets.

    Parameters
    ----------
    edges_pct : array of shape (n_cycles, 2 n_bursts), in percent of the cycle

    Returns
    -------
    array of shape (n_cycles,)
        The number of the cluster of each cycle.

    Notes
    -----
    Complete linkage, once with the sum of the absolute differences of the edges as distance, once with the
    largest of them. Each tree is cut in three ways at a jump of the distance at which clusters join: the
    first jump over the mean of the jumps of the later half, the first over that mean and one standard
    deviation, and the last rise of the smoothed jumps within the last fifth. Of the three the one counts for
    which (sum of the mean distances within clusters) x (their number) / (cycles in them) is least, clusters
    of one cycle left out; of the two trees the one whose clusters lie closer about their medians.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if np.ptp(edges_pct, axis=0).max() == 0:
        return np.ones(len(edges_pct), dtype=np.int64)
    best: list[tuple[float, IntArray]] = []
    for metric in ("cityblock", "chebyshev"):
        tree = linkage(edges_pct, method="complete", metric=metric)
        labels = [
            fcluster(tree, n_clusters, criterion="maxclust").astype(np.int64)
            for n_clusters in _cuts(tree[:, 2])
        ]
        cut = min(labels, key=lambda label: _cut_index(edges_pct, label))
        best.append((_about_medians(edges_pct, cut), cut))
    return min(best, key=lambda one: one[0])[1]


def runs_on_circle(on: BoolArray) -> list[tuple[int, int]]:
    """Return start and stop of each run, in order of the starts; one across the end stops beyond it."""
    n = on.size
    if on.all():
        return [(0, n)]
    starts = np.flatnonzero(on & ~np.roll(on, 1))
    stops = np.flatnonzero(~on & np.roll(on, 1))
    after = np.searchsorted(stops, starts, side="right")
    ends = np.append(stops, stops[:1] + n)[after] if starts.size else stops
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _edges_by_modality(counted: Counted) -> list[FloatArray]:
    """Return onsets and offsets of the cycles of each modality, of cycles whose edges are all known."""
    found = []
    for modality, rows in counted.bursts.groupby("modality"):
        edges = rows.pivot_table(
            index=["trial", "cycle"], columns="number", values=["onset_pct", "offset_pct"], sort=True
        ).dropna()
        if edges.shape[1] == 2 * int(str(modality)):
            found.append(edges.to_numpy(dtype=np.float64))
    return found


def _on_circle(edges_pct: FloatArray) -> BoolArray:
    """Return where a pattern of offsets followed by onsets is on, in bins of the cycle."""
    offset, onset = np.split(np.round(edges_pct * _BINS / 100).astype(np.int64), 2)
    on = np.zeros(_BINS, dtype=np.bool_)
    for start, stop in zip(onset, offset, strict=True):  # one to a few bursts
        on[np.arange(start, min(stop, start + _BINS)) % _BINS] = True
    return on


def _cuts(distance: FloatArray) -> list[int]:
    """Return the numbers of clusters of the three cuts of a tree."""
    jump = np.diff(distance)
    late = jump[round(0.5 * jump.size) - 1 :]
    joins = []
    for limit in (late.mean(), late.mean() + late.std(ddof=1)):
        over = np.flatnonzero(jump > limit)
        joins.append(int(over[0]) + 1 if over.size else distance.size)
    # a moving mean of five that narrows towards the ends
    reach = np.minimum(np.minimum(np.arange(jump.size), np.arange(jump.size)[::-1]), 2)
    total = np.concatenate([[0.0], np.cumsum(jump)])
    smooth = (total[np.arange(jump.size) + reach + 1] - total[np.arange(jump.size) - reach]) / (2 * reach + 1)
    last = smooth.size - 1
    while last > 0.8 * smooth.size and smooth[last] > smooth[last - 1]:
        last -= 1
    joins.append(last + 2)
    n_cycles = distance.size + 1
    return [max(n_cycles - join, 1) for join in joins]


def _cut_index(edges_pct: FloatArray, label: IntArray) -> tuple[int, float]:
    """Return what is least for the cut that counts; cuts that leave many cycles alone come last."""
    from scipy.spatial.distance import pdist

    groups = [edges_pct[label == one] for one in np.unique(label)]
    several = [group for group in groups if len(group) > 1]
    n_alone = len(groups) - len(several)
    if n_alone > MIN_SHARE * len(edges_pct):
        return n_alone, 0.0
    within = sum(float(pdist(group, metric="cityblock").mean()) for group in several)
    return 0, within * len(several) / (len(edges_pct) - n_alone)


def _about_medians(edges_pct: FloatArray, label: IntArray) -> float:
    groups = [edges_pct[label == one] for one in np.unique(label)]
    apart = [
        float(np.abs(group - np.median(group, axis=0)).sum(axis=1).mean())
        for group in groups
        if len(group) > 1
    ]
    return float(np.mean(apart)) if apart else float("inf")


def _none(why: str, n_cycles: int, n_clusters: int = 0) -> pd.DataFrame:
    row = {"activation": None, "onset_pct": np.nan, "offset_pct": np.nan, "share_pct": np.nan}
    return table_values.build(
        "principal", [row | {"n_cycles": n_cycles, "n_clusters": n_clusters, "why": why}]
    )
