"""Hold what is found of simulated responses to stimulation against the truth.

How often a response is found, missed or invented, and how well it is measured.

    python benchmarks/stimulation.py [--n 200]

writes docs/validation/stimulation.md. Simulated trials with fixed seeds; the truth is known.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import emgkit
from emgkit.settings import Settings
from emgkit.simulation import simulate_stimulation
from emgkit.stimulation import Examination, examine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "stimulation.md"
RESPONSES_UV = (0.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1500.0, 5000.0)
DECAYS_MS = (0.3, 0.6, 1.0, 2.0, 4.0, 8.0)
ABOUT = """\
Each row: {n} simulated trials (`emgkit.simulation.simulate_stimulation`) of 15 to 30 pulses at 1 to 5 Hz,
drawn at random: rate 2000 or 4000 Hz; artefact 5 to 50 mV, of which 0.5 to 10 mV are left behind the
pulse; a second decay of the other sign (up to 5 % of it, 5 to 30 ms) in half of them; a rail at 5 to 20
mV in half; alternating polarity in a quarter; up to 10 % missed pulses; latency 2 to 8 ms with a spread
of 0.1 ms; duration 5 to 12 ms; up to 20 % of the pulses without a response; noise 3 to 15 uV, hum up to 5
uV (also where the pulse rate divides 50 Hz). `emgkit` sees none of that. A response of 100 uV is the
least that must have been seen before "absent" is said (`stimulation.least_response_uv`).

*Latency* is from the start of the pulse to where the response passes 5 % of its peak-to-peak amplitude,
which is by rule a little after its true start: the error holds that delay. *Amplitude*: error in percent.
Both: median and 90th percentile of the absolute error, of the trials in which a response was found and
its start was seen."""
LIMITS = """\
**Not tested**: real stimulation, of which there is no recording here. Amplifiers whose recovery is no sum
of two exponentials; a fit that is off by more than 5 % of itself is not foreseen. Responses of other
muscles (volume conduction) are responses here: whether the muscle is the right one is what the eye sees,
not what the wire says."""


def drawn(rng: np.random.Generator, **fixed: Any) -> Mapping[str, Any]:
    """Draw the circumstances of a trial."""
    left_uv = 10 ** rng.uniform(np.log10(500), 4)
    return {
        "n_pulses": int(rng.integers(15, 31)),
        "pulse_hz": float(rng.choice([1.0, 2.0, 3.0, 5.0, rng.uniform(1, 5)])),
        "missed_pct": float(rng.uniform(0, 10)),
        "alternating": bool(rng.random() < 0.25),
        "artefact_uv": float(rng.uniform(5e3, 5e4)),
        "recovery_uv": float(left_uv),
        "recovery_s": float(10 ** rng.uniform(-3.5, -2.7)),
        "undershoot_uv": float(rng.uniform(0, 0.05) * left_uv * (rng.random() < 0.5)),
        "undershoot_s": float(rng.uniform(0.005, 0.03)),
        "rail_uv": float(rng.uniform(5e3, 2e4)) if rng.random() < 0.5 else None,
        "latency_s": float(rng.uniform(0.002, 0.008)),
        "response_s": float(rng.uniform(0.005, 0.012)),
        "failing_pct": float(rng.uniform(0, 20)),
        "noise_uv": float(rng.uniform(3, 15)),
        "hum_uv": float(rng.uniform(0, 5)),
        "rate_hz": float(rng.choice([2000.0, 4000.0])),
        "seed": int(rng.integers(2**31)),
    } | fixed


def trials(n: int, row: int, **fixed: Any) -> list[tuple[Mapping[str, Any], Examination]]:
    rng = np.random.default_rng([7, row])
    found = []
    for _ in range(n):
        rec = simulate_stimulation(**drawn(rng, **fixed))
        assert rec.truth is not None
        found.append((rec.truth.parameters, examine(rec.emg_uv, rec.rate_hz, Settings().stimulation)))
    return found


def line(name: str, found: list[tuple[Mapping[str, Any], Examination]]) -> str:
    verdicts = [e.verdict for _, e in found]
    shares = [100 * verdicts.count(v) / len(found) for v in ("present", "absent", "not determinable")]
    seen = [(p, e) for p, e in found if e.verdict == "present" and e.shape and p["response_uv"]]
    latency = [abs(1000 * (e.shape.latency_s - p["latency_s"])) for p, e in seen if e.shape]
    latency = [one for one in latency if np.isfinite(one)]
    size = [abs(100 * (e.shape.amplitude_uv / p["response_uv"] - 1)) for p, e in seen if e.shape]
    pulses = [abs(e.pulses.sample.size - len(p["pulse_s"])) for p, e in found]
    rates = [abs(100 * (1 / (e.pulses.interval_s * p["pulse_hz"]) - 1)) for p, e in found]
    cells = [name, *(f"{share:.1f} %" for share in shares), pair(latency, "ms"), pair(size, "%")]
    return "| " + " | ".join([*cells, str(sum(k > 0 for k in pulses)), f"{np.nanmax(rates):.2f} %"]) + " |"


def pair(errors: list[float], unit: str) -> str:
    return "-" if not errors else "{:.2f}, {:.2f} {}".format(*np.quantile(errors, [0.5, 0.9]), unit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=200)
    n = parser.parse_args().n
    head = (
        "| {} | present | absent | not determinable | latency error | amplitude error | trials with a"
        " wrong number of pulses | largest error of the rate |\n" + "|---" * 8 + "|"
    )
    by_size = [head.format("response, uV")]
    by_size += [
        line(f"{uv:g}" if uv else "none", trials(n, k, response_uv=uv)) for k, uv in enumerate(RESPONSES_UV)
    ]
    by_decay = [head.format("decay of the artefact, ms; response, uV")]
    for k, ms in enumerate(DECAYS_MS):
        for j, uv in enumerate((0.0, 1000.0)):
            found = trials(n, 100 + 2 * k + j, response_uv=uv, recovery_s=ms / 1000)
            by_decay.append(line(f"{ms:g}; {uv:g}" if uv else f"{ms:g}; none", found))
    refused = walks(n)
    text = [
        "# Responses to stimulation",
        "\n".join(by_size),
        ABOUT.format(n=n),
        "## By the artefact",
        "\n".join(by_decay),
        "The same, with the time constant of the artefact fixed. A longer artefact hides more; it is said.",
        "## Recordings without stimulation",
        f"Pulses were claimed in {refused} of {n} simulated walks without any (5 strides each).",
        LIMITS,
    ]
    page = "\n\n".join(text) + "\n"
    print(page)
    PAGE.write_text(page, encoding="utf-8")


def walks(n: int) -> int:
    """Return in how many walks the bursts were taken for pulses."""
    claimed = 0
    for seed in range(n):
        rec = emgkit.simulate(n_cycles=5, seed=seed, excitation=0.05 + 0.6 * (seed % 10) / 10)
        claimed += not examine(rec.emg_uv, rec.rate_hz, Settings().stimulation).pulses.why
    return claimed


if __name__ == "__main__":
    main()
