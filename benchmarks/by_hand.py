"""What a laboratory writes by hand: one walk with ezc3d and NeuroKit2, from the C3D file to two CSV files.

    python benchmarks/by_hand.py walk.c3d out

The wire and four foot switches are read; the wire is filtered and its envelope taken; bursts are where
NeuroKit2's threshold finds them; contacts are where any switch closes, bounces left out; each burst is placed
in its cycle, and the magnitude of cycles and bursts goes to cycles.csv and bursts.csv.
benchmarks/performance.py measures it beside emgkit.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import ezc3d
import neurokit2 as nk
import numpy as np
import pandas as pd

WIRE, SWITCHES = "TIBANT_L", ("FSW_HEEL", "FSW_5MT", "FSW_1MT", "FSW_TOE")
CLOSED_V, SHORTEST_S, BOUNCE_S = 2.5, 0.03, 0.1


def analyse(path: Path, out: Path) -> None:
    """Write cycles.csv and bursts.csv of a walk."""
    c3d = ezc3d.c3d(str(path))
    labels = c3d["parameters"]["ANALOG"]["LABELS"]["value"]
    rate_hz = c3d["parameters"]["ANALOG"]["RATE"]["value"][0]
    analog = c3d["data"]["analogs"][0]
    emg_uv = analog[labels.index(WIRE)] * 1e6
    closed = np.any([analog[labels.index(label)] > CLOSED_V for label in SWITCHES], axis=0)

    clean_uv = nk.signal_filter(emg_uv, sampling_rate=rate_hz, lowcut=20, method="butterworth", order=4)
    envelope_uv = nk.signal_filter(
        np.abs(clean_uv), sampling_rate=rate_hz, highcut=10, method="butterworth", order=2
    )
    on, _ = nk.emg_activation(
        emg_amplitude=envelope_uv,
        sampling_rate=rate_hz,
        method="threshold",
        duration_min=round(SHORTEST_S * rate_hz),
    )
    onset, offset = edges(on["EMG_Activity"].to_numpy() > 0)
    contact, foot_off = edges(closed)
    apart = contact[1:] - foot_off[:-1] > BOUNCE_S * rate_hz
    contact, foot_off = contact[np.append(True, apart)], foot_off[np.append(apart, True)]

    cycles = []
    for start, end in itertools.pairwise(contact):
        lift = foot_off[(foot_off > start) & (foot_off < end)]
        rectified = np.abs(clean_uv[start:end])
        cycles.append(
            {
                "start_s": start / rate_hz,
                "end_s": end / rate_hz,
                "foot_off_pct": 100 * (lift[0] - start) / (end - start) if lift.size else np.nan,
                "mean_uv": rectified.mean(),
                "peak_uv": envelope_uv[start:end].max(),
                "rms_uv": np.sqrt(np.mean(clean_uv[start:end] ** 2)),
                "iemg_uvs": rectified.sum() / rate_hz,
            }
        )
    bursts = []
    for start, end in zip(onset, offset, strict=True):
        cycle = np.searchsorted(contact, start, side="right") - 1
        inside = 0 <= cycle < len(contact) - 1
        length = contact[cycle + 1] - contact[cycle] if inside else np.nan
        bursts.append(
            {
                "cycle": cycle + 1 if inside else np.nan,
                "onset_s": start / rate_hz,
                "offset_s": end / rate_hz,
                "onset_pct": 100 * (start - contact[cycle]) / length if inside else np.nan,
                "offset_pct": 100 * (end - contact[cycle]) / length if inside else np.nan,
                "mean_uv": np.abs(clean_uv[start:end]).mean(),
                "peak_uv": envelope_uv[start:end].max(),
            }
        )
    out.mkdir(exist_ok=True)
    pd.DataFrame(cycles).to_csv(out / "cycles.csv", index=False)
    pd.DataFrame(bursts).to_csv(out / "bursts.csv", index=False)


def edges(on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where stretches begin and end."""
    steps = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


if __name__ == "__main__":
    analyse(Path(sys.argv[1]), Path(sys.argv[2]))
