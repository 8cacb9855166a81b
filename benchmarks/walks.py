"""A simulated walk as a gait laboratory records it: one wire and four foot switches among many channels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import emgkit

DURATION_S, RATE_HZ, FRAME_RATE_HZ, CHANNELS, MARKERS = 60, 2000, 100, 32, 40
LABELS = {
    "heel": "FSW_HEEL",
    "fifth_metatarsal": "FSW_5MT",
    "first_metatarsal": "FSW_1MT",
    "toe": "FSW_TOE",
}


def write_walk(path: Path, *, seed: int) -> emgkit.Recording:
    """Write 60 s of a simulated walk as C3D of real numbers, by ezc3d, and return the simulation."""
    import ezc3d

    rec = emgkit.simulate(n_cycles=60, rate_hz=RATE_HZ, seed=seed)
    n_samples, n_frames = DURATION_S * RATE_HZ, DURATION_S * FRAME_RATE_HZ
    rng = np.random.default_rng(seed)
    analog = rng.standard_normal((CHANNELS, n_samples), dtype=np.float32)
    analog[0] = rec.emg_uv[:n_samples] / 1e6
    for number, site in enumerate(LABELS, start=1):
        analog[number] = rec.switches[site].voltage_v[:n_samples]
    other = [f"Force.Fz{i}" for i in range(CHANNELS - 1 - len(LABELS))]
    c3d = ezc3d.c3d()
    c3d["parameters"]["POINT"]["RATE"]["value"] = [float(FRAME_RATE_HZ)]
    c3d["parameters"]["POINT"]["LABELS"]["value"] = [f"M{i}" for i in range(MARKERS)]
    c3d["parameters"]["ANALOG"]["RATE"]["value"] = [float(RATE_HZ)]
    c3d["parameters"]["ANALOG"]["LABELS"]["value"] = ["TIBANT_L", *LABELS.values(), *other]
    c3d["parameters"]["ANALOG"]["UNITS"]["value"] = ["V"] * (1 + len(LABELS)) + ["N"] * len(other)
    c3d["data"]["points"] = rng.standard_normal((4, MARKERS, n_frames))
    c3d["data"]["analogs"] = analog[np.newaxis].astype(np.float64)
    c3d.write(str(path))
    return rec
