"""Short bursts that repeat, as in clonus: how often they are found, and nowhere else.

    python benchmarks/repeating_bursts.py

writes docs/validation/repeating_bursts.md. Fixed seeds; takes a few minutes.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
from scoring import table

import emgkit
from emgkit.detectors import detect
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray, Recording

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "repeating_bursts.md"
RATE_HZ, NOISE_UV = 2000.0, 5.0
UNITS, SNRS_DB = (4, 10, 25), (6, 12, 18, 25)
BEATS = (
    (4, 0.10), (5, 0.06), (5, 0.08), (5, 0.10), (6, 0.04), (6, 0.06), (6, 0.09),
    (7, 0.05), (7, 0.07), (7, 0.09), (8, 0.05), (8, 0.08), (9, 0.05), (9, 0.07),
)  # fmt: skip
"""How often they repeat in a second, and how long each is."""
SEEDS = 2
TRAINS_HZ, TRAIN_UNITS, TRAIN_UV, TRAIN_SEEDS = (5, 6, 7, 8, 10, 12, 15), (1, 2, 3), (60, 150, 400), 6
NOTE = "repeat evenly"

ABOUT = """\
**Bursts that repeat.** Walks from `emgkit.simulate`: 8 cycles of 1.2 s, in each 2 to 5 bursts in a row, 4
to 9 in a second, each 40 to 100 ms long, so that 41 to 150 ms between them are silent; 4 to 25 motor units
at a high excitation, at 2000 Hz, the SNR as in [motor_unit_protocol.md](motor_unit_protocol.md). The default
detector closes gaps under 80 ms and bridges some longer ones, as people do who draw one burst around such a
row. A silence *ends a burst* if no detected burst goes on through its middle; it is *found* if it does, or if
it lies between two beats that are told within a burst; *found or said*: or if a note of the recording says
that a few potentials at a time repeat and are taken for one burst. *Clonic*: recordings with that finding, of
those at 6 and 7 Hz.

**Steady units.** 1 to 3 motor units in discharge for 3 s, each at its own rate with intervals that vary by
15 %, potentials of 60 to 400 uV in noise of 5 uV. This is one burst, silent as it is between the
potentials. What parts some of these trains are intervals over 0.2 s, and shorter ones beside two or three
potentials in quick succession, which the rule for single potentials does not take for such.

**In sample.** The constants of the rule were chosen with these figures in view.

**Not found**: bursts that are fewer than three in a row, or uneven; silences under 32 ms; and weak bursts
of few potentials, which steady units would give as well."""


def clonic_walk(rate_hz: float, length_s: float, units: int, snr_db: float, seed: int) -> Recording:
    """Return a walk with rows of bursts that repeat."""
    cycle_s = 1.2
    apart, length = 100 / (rate_hz * cycle_s), 100 * length_s / cycle_s
    n = min(5, 1 + int((75 - length) / apart))
    return emgkit.simulate(
        muscle="soleus", n_cycles=8, cycle_s=cycle_s, cycle_sd_s=0.02, edge_sd_pct=0.5, ramp_s=0.01,
        bursts_pct=tuple((15 + k * apart, 15 + k * apart + length) for k in range(n)),
        n_units=units, snr_db=snr_db, rate_hz=RATE_HZ, artefact_uv=20, seed=seed,
    )  # fmt: skip


def steady_units(rate_hz: float, units: int, amplitude_uv: float, seed: int) -> FloatArray:
    """Return units in discharge from 2 to 5 s of 7."""
    rng = np.random.default_rng([seed, units, round(rate_hz), round(amplitude_uv)])
    samples = rng.normal(0, NOISE_UV, round(7 * RATE_HZ))
    for _ in range(units):
        own_hz = rate_hz * rng.uniform(0.9, 1.1)
        at_s = 2 + rng.uniform(0, 0.05) + np.cumsum(np.maximum(rng.normal(1, 0.15, 90), 0.3)) / own_hz
        size = round(rng.uniform(0.004, 0.008) * RATE_HZ)
        phase = np.arange(size) / size
        shape = amplitude_uv * np.sin(rng.uniform(2, 4) * np.pi * phase) * np.hanning(size)
        for at in np.rint(at_s[at_s < 5] * RATE_HZ).astype(int):
            samples[at : at + size] += shape
    return samples


def silences(rec: Recording) -> FloatArray:
    """Return the middles of the silences between bursts of a row."""
    assert rec.truth is not None
    start, stop = rec.truth.offset_s[:-1], rec.truth.onset_s[1:]
    return ((start + stop) / 2)[stop - start < 0.22]


def through(start_s: FloatArray, stop_s: FloatArray, middle_s: FloatArray) -> BoolArray:
    """Return which silences something goes on through."""
    return ((start_s < middle_s[:, None]) & (stop_s > middle_s[:, None])).any(axis=1)


def between_beats(found: Detection, middle_s: FloatArray) -> BoolArray:
    """Return which silences lie between two beats of a row within a burst."""
    first, second = found.beats_s[:-1, 1], found.beats_s[1:, 0]
    near = second - first < 0.22
    return through(first[near], second[near], middle_s)


def repeating() -> list[list[str]]:
    """Return the rows of the table of bursts that repeat."""
    rows = []
    for units in UNITS:
        for snr in SNRS_DB:
            n = apart = hits = said = clonic = walks = 0
            for rate, length in BEATS:
                for seed in range(SEEDS):
                    rec = clonic_walk(rate, length, units, snr, seed)
                    found, middle_s = detect(rec.emg_uv, rec.rate_hz), silences(rec)
                    ends = ~through(found.onset_s, found.offset_s, middle_s)
                    hit = int(np.count_nonzero(ends | between_beats(found, middle_s)))
                    noted = any(NOTE in note for note in found.notes)
                    n, apart, hits = n + middle_s.size, apart + int(np.count_nonzero(ends)), hits + hit
                    said += middle_s.size if noted else hit
                    if 5.5 < rate < 7.5:
                        findings = emgkit.analyze(rec, {"detect": {"sensitivity": "off"}}).findings
                        clonic += bool((findings["rule"] == "timing.clonic").any())
                        walks += 1
            shares = ((apart, n), (hits, n), (said, n), (clonic, walks))
            rows.append([f"{units}", f"{snr}", *(f"{100 * part / of:.0f} %" for part, of in shares)])
    return rows


def steady() -> list[list[str]]:
    """Return the rows of the table of steady units."""
    rows = []
    for units in TRAIN_UNITS:
        shares, beats = [], 0
        for rate in TRAINS_HZ:
            trains = [steady_units(rate, units, uv, seed) for uv in TRAIN_UV for seed in range(TRAIN_SEEDS)]
            found = [detect(samples, RATE_HZ) for samples in trains]
            beats += sum(len(one.beats_s) > 0 for one in found)
            shares.append(f"{sum(one.onset_s.size == 1 for one in found)} of {len(trains)}")
        rows.append([f"{units}", *shares, f"{beats}"])
    return rows


def main() -> None:
    text = [
        "# Bursts that repeat",
        ABOUT,
        "## Silences found",
        table(
            [
                "motor units",
                "SNR, dB",
                "end a burst",
                "found",
                "found or said",
                "clonic",
            ],
            repeating(),
        ),
        "## Steady units",
        table(["motor units", *(f"one burst, {rate} Hz" for rate in TRAINS_HZ), "with beats"], steady()),
    ]
    packages = ("emgkit", "numpy", "scipy")
    text.append("Versions: " + ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages) + ".")
    page = "\n\n".join(text) + "\n"
    print(page)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
