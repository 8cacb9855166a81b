"""The profile: the envelope over 0 to 100 % of the cycle, averaged over the used cycles."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from emgkit import tables
from emgkit.found import Cycles
from emgkit.measures.trial import Signal
from emgkit.model import FloatArray

PCT = np.arange(101.0)


def resample(signal: Signal, cycles: Cycles) -> tuple[FloatArray, FloatArray]:
    """Return envelope and on/off of the used cycles at each percent.

    Returns
    -------
    envelope_uv, on : arrays of shape (n_used, 101)
        The envelope is interpolated linearly; `on` is 0 or 1.
    """
    used = cycles.used
    start, end = cycles.start_s[used, None], cycles.end_s[used, None]
    time_s = start + (end - start) * PCT / 100
    sample = time_s * signal.rate_hz
    n = signal.emg_uv.size
    envelope = np.interp(sample, np.arange(n), signal.envelope_uv)
    on = signal.on[np.clip(np.floor(sample + 1e-6).astype(np.int64), 0, n - 1)]
    return envelope, on.astype(np.float64)


def profile_table(trials: Sequence[tuple[Signal, Cycles]]) -> pd.DataFrame:
    """Return the table `profile` over the used cycles of all trials; each cycle has the same weight.

    The standard deviation is the sample's (n - 1), NaN for a single cycle.
    """
    parts = [resample(signal, cycles) for signal, cycles in trials]
    envelope = np.concatenate([part[0] for part in parts])
    on = np.concatenate([part[1] for part in parts])
    q25, median, q75 = np.quantile(envelope, [0.25, 0.5, 0.75], axis=0)
    several = envelope.shape[0] > 1
    return tables.build(
        "profile",
        {
            "pct": PCT,
            "mean_uv": envelope.mean(axis=0),
            "sd_uv": envelope.std(axis=0, ddof=1) if several else np.full(PCT.shape, np.nan),
            "median_uv": median,
            "q25_uv": q25,
            "q75_uv": q75,
            "on_fraction": on.mean(axis=0),
        },
    )
