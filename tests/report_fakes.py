"""Analyses with known content for the tests of the report."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from gait_fakes import WALK
from gait_fakes import cycles as gait_cycles

from emgkit import table_values
from emgkit.documentation import documentation_rows
from emgkit.found import NO_MAXIMUM, Part
from emgkit.gait.parameters import gait_rows
from emgkit.gait.parts import of_strides
from emgkit.gait.perry import phase_rows
from emgkit.measures.mean_interval import wilson_pct
from emgkit.model import Source
from emgkit.result import Analysis, ResponseTrace, Study, Trace
from emgkit.settings import Settings
from emgkit.simulation import simulate_stimulation
from emgkit.stimulation import Examination, examine
from emgkit.stimulation import rows as stimulation_rows

HOSTILE = (
    "<script>alert(1)</script> #import \"x\" \\input ]]> --> $\\frac{1}{ & 'q' `x` "
    "\u202e \x07 \u5f20 @x *b* _i_"
)
LONG = "channel_" + "x" * 240

MANIFEST: dict[str, Any] = {
    "session": {"id": "GL-0417", "date": "2025-03-04"},
    "study": {
        "indication": "Foot drop on the left since a fall; weakness of dorsiflexion.",
        "history": "Tripping over the left foot for eight months, slowly worse, no pain.",
        "neurological_examination": "Dorsiflexion 3/5 left, 5/5 right. Ankle reflex weak on the left.",
        "other_tests": [
            "Nerve conduction of the peroneal nerve: low amplitude.",
            "MRI lumbar: unremarkable.",
        ],
    },
    "electrode": {
        "muscle": "tibialis_anterior",
        "side": "left",
        "wire": "50 um nylon-insulated nickel alloy, 2 mm bared tips",
        "insertion": "upper third of the muscle belly, 20 mm deep, by palpation",
        "confirmation": "dorsiflexion with inversion on stimulation through the wire",
    },
    "channels": {"emg": "TIBANT_L", "switches": {"heel": "FSW_HEEL", "toe": "FSW_TOE"}},
    "trials": {"walk": ["walk_*.c3d"], "rest": "rest.c3d"},
}

REFERENCE = (
    ("usual", 56.0, 13.0, "Perry 1992, Gait Analysis: Normal and Pathological Function"),
    ("alternate", 57.0, 10.0, "Perry 1992, Gait Analysis: Normal and Pathological Function"),
)

TIMING_REFERENCE = {
    "name": "perry_1992",
    "version": "1",
    "population": "not recorded in the transcription",
    "status": "secondary transcription; check against the book before clinical use",
    "file": "perry_1992.csv",
    "sha256": "c" * 64,
    "foot_off_pct": 62.0,
}

SENSITIVITY: tuple[dict[str, Any], ...] = tuple(
    {"kind": kind, "method": method, "changed": changed, "bursts": 13, "hold": hold, "further": further}
    | {"not_run": ""}
    for kind, method, changed, hold, further in (
        ("setting", "hmm", {"band_low_hz": 50.0}, 12, 0),
        ("setting", "hmm", {"min_gap_s": 0.12}, 12, 0),
        ("detector", "double_threshold", {}, 11, 2),
    )
)


def _burst(
    trial: str,
    cycle: int | None,
    burst: int,
    edges: tuple[float, float],
    start: float,
    length: float,
    **more: Any,
) -> dict[str, Any]:
    onset, offset = edges
    half = more.pop("half", 1.2)
    return {
        "trial": trial,
        "cycle": cycle,
        "burst": burst,
        "onset_s": start + onset / 100 * length,
        "offset_s": start + offset / 100 * length,
        "onset_pct": onset,
        "offset_pct": offset,
        "onset_low_pct": onset - half,
        "onset_high_pct": onset + half,
        "offset_low_pct": offset - half,
        "offset_high_pct": offset + half,
        "duration_s": (offset - onset) / 100 * length,
        "wraps": offset > 100,
        "mean_uv": 61.0 + cycle if cycle else float("nan"),
        "peak_uv": 140.0,
        "iemg_uvs": 18.0,
        "mean_pct_ref": float("nan"),
        "edited": False,
        "onset_low_s": start + (onset - half) / 100 * length,
        "onset_high_s": start + (onset + half) / 100 * length,
        "offset_low_s": start + (offset - half) / 100 * length,
        "offset_high_s": start + (offset + half) / 100 * length,
        "cut": "none",
        "onset_shift_ms": -4.5,
        "offset_shift_ms": 12.0,
        "robustness": "depends on the detector" if cycle == 2 else "robust",
        "rms_uv": 78.5,
        "net_rms_uv": 78.4,
        "net_mean_uv": 60.9,
        "rms_pct_ref": float("nan"),
        "verdict": "B",
        "probability": 0.999,
    } | more


def _cycle(
    trial: str, number: int, start: float, length: float, n_bursts: int, reason: str = "none"
) -> dict[str, Any]:
    known = reason == "none"
    nan = float("nan")
    return {
        "trial": trial,
        "cycle": number,
        "side": "left",
        "start_s": start,
        "end_s": nan if reason == "no_next_contact" else start + length,
        "duration_s": nan if reason == "no_next_contact" else length,
        "foot_off_pct": 61.0 + (number % 4) if known else nan,
        "used": known,
        "reason": reason,
        "n_bursts": n_bursts if known else None,
        "active_pct": 48.0 + number % 5 if known else nan,
        "mean_uv": 32.5 + number if known else nan,
        "peak_uv": 151.0 + number if known else nan,
        "rms_uv": 47.125 if known else nan,
        "iemg_uvs": 36.2 if known else nan,
        "snr_db": 17.3 + number % 3 if known else nan,
        "reason_detail": "none",
        "contact_sequence": "HFPS",
        "contact_form": "typical",
        "net_rms_uv": 46.96 if known else nan,
        "mean_pct_ref": nan,
        "edited": False,
    }


def _part(part: Part) -> dict[str, Any]:
    nan = float("nan")
    return {
        "phase": part.name,
        "start_pct": part.start_pct.mean(),
        "end_pct": part.end_pct.mean(),
        "start_basis": part.start_basis,
        "end_basis": part.end_basis,
        "n_cycles": part.start_pct.size,
        "mean_uv": 33.25,
        "sd_uv": 4.5,
        "rms_uv": 47.125,
        "net_rms_uv": 46.96,
        "peak_uv": 151.0,
        "iemg_uvs": 36.2,
        "mean_pct_ref": nan,
        "rms_pct_ref": nan,
        "reference_uv": nan,
        "why": part.why,
    }


def _summary(cycles: pd.DataFrame, bursts: pd.DataFrame) -> list[dict[str, Any]]:
    used = cycles[cycles["used"]]
    rows = []
    for modality, group in used.groupby("n_bursts"):
        for burst in range(1, int(modality) + 1) or [None]:  # type: ignore[union-attr]
            mine = bursts[(bursts["burst"] == burst)].merge(group[["trial", "cycle"]], on=["trial", "cycle"])
            on, off = (mine["onset_pct"].mean(), mine["offset_pct"].mean()) if burst else (np.nan, np.nan)
            half = 1.5 if len(group) > 1 else np.nan
            rows.append(
                {
                    "modality": int(modality),
                    "n_cycles": len(group),
                    "frequency_pct": 100 * len(group) / len(used),
                    "burst": burst,
                    "onset_pct": on,
                    "onset_sd_pct": half,
                    "onset_ci_low_pct": on - half,
                    "onset_ci_high_pct": on + half,
                    "offset_pct": off,
                    "offset_sd_pct": half,
                    "offset_ci_low_pct": off - half,
                    "offset_ci_high_pct": off + half,
                    "mean_uv": 62.5 if burst else np.nan,
                    "mean_pct_ref": np.nan,
                    "n_onsets": len(mine) if burst else 0,
                    "n_offsets": len(mine) if burst else 0,
                    "n_robust": int((mine["robustness"] == "robust").sum()) if burst else None,
                    "frequency_low_pct": wilson_pct(len(group), len(used), 0.95)[0],
                    "frequency_high_pct": wilson_pct(len(group), len(used), 0.95)[1],
                    "why": "none" if burst else "no burst",
                    "n_edited": 0,
                }
            )
    return rows


def _variability(n: int, modality: int | None, cycle: str) -> list[dict[str, Any]]:
    def row(measure: str, value: float, unit: str, burst: int | None = None) -> dict[str, Any]:
        short = n < 10
        return {
            "measure": measure,
            "modality": modality if burst else None,
            "burst": burst,
            "value": value,
            "low": np.nan if short else 0.8 * value,
            "high": np.nan if short else 1.3 * value,
            "unit": unit,
            "n": n,
            "why": f"interval: {n} found, 10 needed" if short else "none",
        }

    rows = [
        row("variance_ratio", 0.16, "none"),
        row("profile_cv", 31.0, "%"),
        row(f"{cycle}_time_cv", 2.6, "%"),
    ]
    for burst in range(1, (modality or 0) + 1):
        rows += [row("onset_sd", 1.9, "%", burst), row("offset_sd", 2.2, "%", burst)]
        rows += [row("duration_cv", 4.0, "%", burst), row("amplitude_cv", 12.5, "%", burst)]
    return rows


@cache
def _examined() -> Examination:
    rec = simulate_stimulation(n_pulses=8, response_uv=800.0, twitch=0.3)
    return examine(rec.emg_uv, rec.rate_hz, Settings().stimulation, motion=rec.motion)


def _response(trial: str) -> ResponseTrace:
    found = _examined()
    assert found.stack is not None
    stack = found.stack
    return ResponseTrace(
        trial, stack.time_s, stack.raw_uv, stack.mean_uv, stack.single_uv, 8, 8, 0.001, 0.025, 9.5, "present"
    )


def fake(
    strides: int = 12, *, trials: int = 1, bursts: bool = True, hostile: bool = False, **changes: Any
) -> Analysis:
    """`strides` used cycles a trial: three modalities, bursts that wrap, two more cycles not used."""
    activity = changes["study"].activity if "study" in changes else "walking"
    rng = np.random.default_rng(7)
    rate = 2000.0
    stimulated = "stim" + (HOSTILE if hostile else "")
    cycle_rows, burst_rows, traces = [], [], []
    walk = gait_cycles(
        *[WALK | {"foot_off": 61.0 + k % 4} for k in range(strides * trials)],
        sequence=tuple("PFPS" if k % 4 == 3 else "HFPS" for k in range(strides * trials)),
    )
    for number in range(trials):
        trial = f"walk_{number + 1}" + (HOSTILE if hostile else "")
        start, length = 0.4, 1.08
        signal = rng.normal(0, 4, int((strides + 3) * 1.2 * rate))
        for k in range(1, strides + 1):
            length = 1.08 + 0.03 * np.sin(k)
            edges = [(57.0 + k % 3, 112.5 - k % 4)]
            if k % 4 == 0:
                edges = [(22.0, 31.5), (58.0, 111.0)]
            if k % 7 == 6 or not bursts:
                edges = []
            cycle_rows.append(_cycle(trial, k, start, length, len(edges)))
            for j, pair in enumerate(edges, start=1):
                burst_rows.append(_burst(trial, k, j, pair, start, length))
                a, b = (int((start + p / 100 * length) * rate) for p in pair)
                signal[a:b] += rng.normal(0, 60, b - a) * np.hanning(b - a) ** 0.3
            start += length
        cycle_rows.append(_cycle(trial, strides + 1, start, 2.9, 0, "duration_outlier"))
        cycle_rows.append(_cycle(trial, strides + 2, start + 2.9, 1.0, 0, "no_next_contact"))
        if bursts:
            burst_rows.append(
                _burst(
                    trial,
                    None,
                    1,
                    (5.0, 9.0),
                    start + 3.4,
                    1.0,
                    cut="end",
                    onset_pct=np.nan,
                    offset_pct=np.nan,
                )
            )
        traces.append(Trace(trial, rate, signal, np.abs(signal)))
    cycles = table_values.build("cycles", cycle_rows)
    burst_table = table_values.build("bursts", burst_rows)
    pct = np.arange(101.0)
    mean = 12 + 60 * np.exp(-(((pct - 75) / 12) ** 2)) + 30 * np.exp(-(((pct - 4) / 7) ** 2))
    findings = [
        {
            "rule": "timing.prolonged",
            "term": "prolonged",
            "statement": "The offset lies at 110.9 % of the stride, 12.1 % later than the reference."
            + (HOSTILE if hostile else ""),
            "value": 12.1,
            "reference": "usual 56 to 13 %",
            "source": REFERENCE[0][3],
            "n_cycles": 7,
            "of_cycles": strides,
            "unit": "% of the cycle",
        }
    ]
    quality = [
        {
            "check": "noise_floor",
            "verdict": "good",
            "value": 3.9,
            "unit": "uV",
            "limit": "at most 10 uV",
            "advice": "none",
            "trial": "all",
            "where": "whole recording",
        },
        {
            "check": "band",
            "verdict": "limited",
            "value": 900.0,
            "unit": "Hz",
            "limit": "at least 1000 Hz",
            "advice": "The rate cuts the band; amplitudes of short potentials are too small.",
            "trial": "all",
            "where": "whole recording",
        },
        {
            "check": "hum",
            "verdict": "good",
            "value": 0.6,
            "unit": "uV",
            "limit": "at most 2 uV",
            "advice": "none",
            "trial": "walk_1",
            "where": "whole recording",
        },
        {
            "check": "saturation",
            "verdict": "not usable",
            "value": 2.25,
            "unit": "%",
            "limit": "at most 0.1 %",
            "advice": "Lower the gain and record again.",
            "trial": "walk_1",
            "where": "whole recording",
        },
        {
            "check": "placement",
            "verdict": "not determinable",
            "value": np.nan,
            "unit": "",
            "limit": "a response to stimulation",
            "advice": "There is no stimulation trial.",
            "trial": "all",
            "where": "whole recording",
        },
    ]
    values: dict[str, Any] = {
        "cycles": cycles,
        "bursts": burst_table,
        "profile": table_values.build(
            "profile",
            {
                "pct": pct,
                "mean_uv": mean,
                "sd_uv": 0.25 * mean,
                "median_uv": 0.95 * mean,
                "q25_uv": 0.8 * mean,
                "q75_uv": 1.15 * mean,
                "on_fraction": np.clip(mean / 60, 0, 1),
                "band_low_uv": 0.93 * mean,
                "band_high_uv": 1.07 * mean,
                "intensity_uv": np.full(101, np.nan),
                "intensity_pct_ref": np.full(101, np.nan),
                "mean_pct_ref": np.full(101, np.nan),
            },
        ),
        "summary": table_values.build("summary", _summary(cycles, burst_table)),
        "findings": table_values.build("findings", findings if bursts else []),
        "quality": table_values.build("quality", quality),
        "gait": table_values.build("gait", gait_rows([walk])),
        "phases": table_values.build("phases", phase_rows([walk])),
        "magnitude": table_values.build("magnitude", [_part(part) for part in of_strides([walk])]),
        "documentation": table_values.build(
            "documentation", documentation_rows(changes.get("manifest", MANIFEST))
        ),
        "variability": table_values.build(
            "variability",
            _variability(
                strides * trials, 1 if bursts else None, "stride" if activity == "walking" else "repetition"
            ),
        ),
        "principal": table_values.build(
            "principal",
            [
                dict.fromkeys(("activation", "onset_pct", "offset_pct", "share_pct"))
                | {"n_cycles": 0, "n_clusters": 0, "why": f"{strides * trials} cycles found, 100 needed"}
            ],
        ),
        "study": Study(
            label=HOSTILE + LONG if hostile else "TIBANT_L",
            muscle="tibialis_anterior",
            side="left",
            activity="walking",
            cycle_source="events",
            rate_hz=rate,
            band="20 to 900 Hz, Butterworth, order 4, zero-phase",
            detector={"method": "hmm", "block_s": 0.001, "min_gap_s": 0.03, "levels": [1.5, 2.0]},
            normalisation="none: there is no maximum test",
            noise_uv=3.94,
            amplitude=NO_MAXIMUM,
            profile="Profile of the fake, each cycle as a whole.",
            reference=REFERENCE,
            timing_reference=TIMING_REFERENCE,
            sensitivity=SENSITIVITY,
            verdict="B",
            verdict_why="Timing can be read. Magnitude with limits: band.",
        ),
        "settings": Settings(),
        "inputs": tuple(Source(t.trial + ".c3d", "ab12" * 16, "C3D", "uV") for t in traces),
        "versions": {"emgkit": "0.1.0", "numpy": "2.1.0", "python": "3.11.9"},
        "notes": ("2 cycles were left out; see the ledger of cycles.",)
        + ((HOSTILE, LONG) if hostile else ()),
        "manifest": {
            **MANIFEST,
            "electrode": {**MANIFEST["electrode"], "wire": HOSTILE},
            "study": {"history": HOSTILE + LONG},
        }
        if hostile
        else MANIFEST,
        "traces": tuple(traces),
        "stimulation": table_values.build("stimulation", stimulation_rows(_examined(), stimulated, 100.0)),
        "responses": (_response(stimulated),),
    }
    return Analysis(**(values | changes))
