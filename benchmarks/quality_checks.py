"""Find simulated faults of graded severity with the quality checks; count false alarms where there are none.

    python benchmarks/quality_checks.py [--recordings 200] [--only FAULT ...]

writes docs/validation/quality_checks.md and its curves beside it; with --only it prints and writes nothing.
All seeds are fixed.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import emgkit
from emgkit import quality
from emgkit.condition import condition
from emgkit.detectors import detect
from emgkit.measures import trial
from emgkit.model import BoolArray, FloatArray, Recording
from emgkit.settings import Settings
from emgkit.simulation.faults import FAULTS as PLACED_FAULTS
from emgkit.simulation.faults import Fault
from emgkit.simulation.faults_whole import WHOLE_FAULTS, with_neighbour

FAULTS: Mapping[str, Fault] = {**PLACED_FAULTS, **WHOLE_FAULTS}

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "quality_checks.md"
FIGURE = PAGE.with_suffix(".svg")
RATES_HZ = (1000.0, 1500.0, 2000.0, 4000.0)
BURSTS_PCT = (  # swing, early stance, late stance, short twice, long
    ((54.0, 109.0),),
    ((8.0, 50.0),),
    ((12.0, 52.0),),
    ((57.0, 72.0), (95.0, 110.0)),
    ((25.0, 85.0),),
)
N_ANEW = 30
Walk = tuple[Recording, BoolArray, BoolArray]
LIMIT_PCT = {"found": 95.0, "false": 2.0}
AT_REST = {"cycles", "cycles_in_trial", "foot_off", "band"}
"""Checks that say nothing of a fault: the band is that of the rate."""
ABOUT = """\
**Clean recordings**: {n} walks of 16 to 22 strides ({seconds:.0f} s in the mean) from
`emgkit.simulate`, each another wire: five patterns of bursts, rates of 1000 to 4000 Hz, noise of 2 to
12 uV, an SNR of 12 to 32 dB, 10 to 40 motor units at an excitation of 0.15 to 0.9, hum up to 0.6 uV,
drift up to that of the noise, artefacts up to 15 uV; and a second muscle of the same pattern, recorded
beside it. **Faults**: each of `emgkit.simulation.faults` and `emgkit.simulation.faults_whole` at each
severity in each of these recordings (*early filter*: in as many of 2000 Hz and more). *Found*: the
verdict of the named check is not "good". *False alarm*: the same on the recordings without any fault,
where it should be "good". **Limit**: the severity from which on 95 % have to be found.

The masks of quiet and active signal, which some checks need, come from the default detector: on the
clean recording; and, at the limit and in the first {n_anew} recordings ("detected anew"), on the faulty
one, as in an analysis."""
NOT_TESTED = """\
**Not tested**: real faults. The simulated ones are what their docstrings say, and no more alike to a
broken wire than that; `tests/test_quality_real.py` holds the checks against recordings that are known to
be bad, or good."""


def clean(number: int) -> Recording:
    """Return one of the clean recordings."""
    draw = np.random.default_rng([71, number])
    noise_uv = draw.uniform(2, 12)
    rec = emgkit.simulate(
        bursts_pct=BURSTS_PCT[number % len(BURSTS_PCT)],
        n_cycles=int(draw.integers(16, 23)),
        cycle_s=draw.uniform(0.95, 1.3),
        rate_hz=RATES_HZ[number // len(BURSTS_PCT) % len(RATES_HZ)],
        snr_db=draw.uniform(12, 32),
        noise_uv=noise_uv,
        hum_uv=draw.uniform(0, 0.6),
        hum_hz=float(draw.choice([50.0, 60.0])),
        drift_uv=noise_uv * draw.uniform(0, 1),
        artefact_uv=draw.uniform(0, 15),
        excitation=draw.uniform(0.15, 0.9),
        n_units=int(draw.integers(10, 41)),
        switches="separate",
        seed=5000 + number,
    )
    return with_neighbour(rec, np.random.default_rng([79, number]))


def pool_of(n: int, least_rate_hz: float) -> list[Walk]:
    """Return the first clean recordings of a sufficient rate, with their masks."""
    pool: list[Walk] = []
    for number in itertools.count():
        if len(pool) == n:
            return pool
        if RATES_HZ[number // len(BURSTS_PCT) % len(RATES_HZ)] >= least_rate_hz:
            rec = clean(number)
            pool.append((rec, *masks(rec)))
    raise AssertionError  # the count has no end


def masks(rec: Recording) -> tuple[BoolArray, BoolArray]:
    """Return quiet and active as an analysis with defaults has them."""
    detection = detect(rec.emg_uv, rec.rate_hz, "hmm")
    conditioned = condition(rec.emg_uv, rec.rate_hz, Settings().condition)
    signal = trial.signal_of(rec.trial, conditioned.emg_uv, conditioned.envelope_uv, rec.rate_hz, detection)
    return signal.quiet, signal.active


def verdicts(rec: Recording, quiet: BoolArray, active: BoolArray) -> dict[str, str]:
    """Return the verdict of each check of the trial."""
    assert rec.truth is not None
    contact_s: FloatArray = rec.truth.contact_s
    seen = quality.look(
        rec.emg_uv, rec.rate_hz, trial=rec.trial, quiet=quiet, active=active, contact_s=contact_s
    )
    rows = quality.check_trial(
        rec.emg_uv,
        rec.rate_hz,
        trial=rec.trial,
        quiet=quiet,
        active=active,
        n_used_cycles=contact_s.size - 1,
        seen=seen,
    )
    rows += quality.crosstalk.crosstalk(seen, rec.neighbours)
    return {row["check"]: row["verdict"] for row in rows}


def moved(rec: Recording) -> quality.Row:
    assert rec.truth is not None
    emg_uv = condition(rec.emg_uv, rec.rate_hz, Settings().condition).emg_uv
    contact_s = rec.truth.contact_s[rec.truth.contact_s < rec.duration_s]
    number = np.arange(1, contact_s.size)
    strides = quality.strides_of(
        emg_uv, rec.rate_hz, contact_s[:-1], contact_s[1:], number=number, trial=rec.trial
    )
    return quality.wire_movement([strides])


def length(rec: Recording) -> quality.Row:
    lasts_s = {label: switch.voltage_v.size / switch.rate_hz for label, switch in rec.switches.items()}
    return quality.synchrony.channel_length(rec.duration_s, lasts_s, rec.trial)


def found_pct(fault: Fault, pool: Sequence[Walk], severity: float, *, anew: bool) -> float:
    """Return the share of the recordings in which the check finds the fault."""
    alone = {"wire_movement": moved, "channel_length": length}.get(fault.check)
    hits = 0
    for number, (rec, quiet, active) in enumerate(pool):
        faulty = fault.inject(rec, severity, np.random.default_rng([73, number]))
        if alone:
            hits += alone(faulty)["verdict"] != "good"
            continue
        seen = verdicts(faulty, *(masks(faulty) if anew else (quiet, active)))
        hits += seen[fault.check] != "good"
    return 100 * hits / len(pool)


def draw_curves(curves: Mapping[str, Sequence[float]], faults: Mapping[str, Fault]) -> None:
    """Draw found against severity, one panel a fault; the limit is dashed."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "emgkit"  # the same bytes on every run
    from matplotlib.figure import Figure

    n_rows = -(-len(curves) // 4)
    figure = Figure(figsize=(11, 2.1 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, 4, squeeze=False).ravel()
    for panel, (name, found) in zip(panels, curves.items(), strict=False):
        fault = faults[name]
        at = np.arange(len(found))
        panel.plot(at, found, "o-", ms=3, lw=1.2, color="#1f4e79")
        panel.axhline(LIMIT_PCT["found"], lw=0.6, color="0.6")
        panel.axvline(np.interp(fault.limit, fault.severities, at), lw=0.8, ls="--", color="#b03a2e")
        panel.set_xticks(at, [f"{s:g}" for s in fault.severities], fontsize=7)
        panel.set_ylim(-4, 104)
        panel.set_title(name.replace("_", " "), fontsize=9)
        panel.set_xlabel(fault.unit, fontsize=7)
        panel.tick_params(labelsize=7)
    for panel in panels[len(curves) :]:
        panel.set_visible(False)
    figure.supylabel("found, %", fontsize=8)
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FIGURE, metadata={"Date": None})


def page_of(
    faults: Mapping[str, Fault],
    curves: Mapping[str, Sequence[float]],
    anew: Mapping[str, float],
    false: Mapping[str, float],
    *,
    n: int,
    seconds: float,
    per_minute_ms: float,
) -> str:
    """Return the page, from the shares in percent."""
    head = "| fault | check | limit | found at the limit | detected anew | found at severity |"
    lines = [head, "|---|---|---|---|---|---|"]
    for name, fault in faults.items():
        at = curves[name][fault.severities.index(fault.limit)]
        curve = ", ".join(f"{s:g}: {f:.0f} %" for s, f in zip(fault.severities, curves[name], strict=True))
        mark = "" if min(at, anew[name]) >= LIMIT_PCT["found"] else " **below 95 %**"
        lines.append(
            f"| {name.replace('_', ' ')} | `{fault.check}` | {fault.limit:g} {fault.unit} |"
            f" {at:.1f} %{mark} | {anew[name]:.1f} % | {curve} |"
        )
    alarm_lines = ["| check | false alarms |", "|---|---|"]
    for name, share in false.items():
        alarm_lines.append(
            f"| `{name}` | {share:.1f} %{'' if share <= LIMIT_PCT['false'] else ' **above 2 %**'} |"
        )
    text = [
        "# How well the quality checks find faults",
        ABOUT.format(n=n, seconds=seconds, n_anew=min(N_ANEW, n)),
        "\n".join(lines),
        f"![Found against severity]({FIGURE.name})",
        f"## False alarms on {n} clean recordings",
        "\n".join(alarm_lines),
        f"The checks of one minute of signal took {per_minute_ms:.0f} ms of processor time where this "
        "page was made, at 1000 to 4000 Hz.",
        NOT_TESTED,
    ]
    return "\n\n".join(text) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=200)
    parser.add_argument("--only", nargs="*", choices=list(FAULTS), default=list(FAULTS), metavar="FAULT")
    given = parser.parse_args()
    faults = {name: FAULTS[name] for name in given.only}
    pool = pool_of(given.recordings, 0.0)
    alarms: Counter[str] = Counter()
    checks: list[str] = []
    spent_s = 0.0
    for rec, quiet, active in pool:
        spent_s -= time.process_time()
        seen = verdicts(rec, quiet, active)
        spent_s += time.process_time()
        seen |= {row["check"]: row["verdict"] for row in (moved(rec), length(rec))}
        checks = [name for name in seen if name not in AT_REST]
        alarms.update(name for name, verdict in seen.items() if verdict != "good")
    seconds = sum(rec.duration_s for rec, _, _ in pool) / len(pool)
    per_minute_ms = 1000 * spent_s / len(pool) * 60 / seconds
    false = {name: 100 * alarms[name] / len(pool) for name in checks}
    curves, anew = {}, {}
    for name, fault in faults.items():
        walks = pool_of(given.recordings, fault.least_rate_hz) if fault.least_rate_hz else pool
        curves[name] = [found_pct(fault, walks, severity, anew=False) for severity in fault.severities]
        anew[name] = found_pct(fault, walks[:N_ANEW], fault.limit, anew=True)
        print(name, curves[name], anew[name], file=sys.stderr, flush=True)
    if set(faults) != set(FAULTS):
        return
    page = page_of(faults, curves, anew, false, n=len(pool), seconds=seconds, per_minute_ms=per_minute_ms)
    print(page)
    draw_curves(curves, faults)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
