"""Foot contacts and foot-offs of random walks: how many are found, how exactly, and how many are invented.

    python benchmarks/foot_switches.py

writes docs/validation/foot_switches.md. Fixed seeds: the page is the same on every run.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emgkit import sites
from emgkit.errors import InputError
from emgkit.gait.states import sequences
from emgkit.gait.switches import Contacts, decode
from emgkit.model import FloatArray
from emgkit.settings import GaitSettings
from emgkit.simulation import WALKS, random_walk
from emgkit.simulation.walk_score import REACH_S, compare
from emgkit.simulation.walk_strides import LEAST_SWING_S
from emgkit.simulation.walks import Walk
from emgkit.tables import NOT_DETERMINABLE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "foot_switches.md"
N_WALKS = 2000
FIRST_SEED = 10_000
TOLERANCE_S = 0.01
BOUNDS_PCT = (99.5, 0.1)
DEBOUNCE_S = 0.02
LEAST_SPAN = 0.2
ALL = "**all**"

CLEAR_STATE_S = 0.05

Decoder = Callable[[Walk], Contacts]

DEFINITIONS = f"""\
**Truth** is the plan of the walk, before any switch is sampled (`emgkit.simulation.random_walk`). A contact
is the moment at which the first working switch of a stance begins to close after the foot was off the ground
for at least {1000 * LEAST_SWING_S:g} ms; a foot-off that at which its last one opens for good.

- **Found**: true moments with a decoded one within {1000 * TOLERANCE_S:g} ms. **Displaced**: with one within
  {1000 * REACH_S:g} ms. **Invented**: decoded moments that belong to no true one within
  {1000 * REACH_S:g} ms, in percent of the true ones. All contacts of a walk that is refused are missed.
- **Error**: decoded less true, of the moments found or displaced: median, and 95th percentile of its size.
- The walks have seeds from {FIRST_SEED} on; the decoder was developed on others.
- **By hand** is what is mostly written in a lab: a channel is closed above half its span (a coded one: above
  half its smallest step), and the foot is on the ground while any is; with what is shorter than
  {1000 * DEBOUNCE_S:g} ms, and without it. Channels whose span is under {100 * LEAST_SPAN:g} % of the foot's
  largest are not used.
- A faulty walk has nothing to decode. **By name**: refused, and the reason names the channel."""

LIMITS = """\
The simulator draws what is known of switches and force cells; it is no recording. Where the switches of the
middle foot are missing, heel and toe still overlap, or leave at most 50 ms between them: with a longer gap no
decoder can tell one stance from two. A drag in swing is at least 50 ms away from the stances. A switch that
fails in the middle of a walk is not tested. A coded channel that is inverted and holds no heel can look like
another gait."""


def by_emgkit(walk: Walk) -> Contacts:
    return decode(walk.foot.switches, GaitSettings(coded_levels_v=walk.foot.levels_v))


def with_polarity(walk: Walk) -> Contacts:
    inverted = tuple(site for site, fault in walk.foot.faults.items() if fault == "inverted")
    settings = GaitSettings(coded_levels_v=walk.foot.levels_v, inverted_switches=inverted)
    return decode(walk.foot.switches, settings)


def by_hand(debounce_s: float) -> Decoder:
    def decoder(walk: Walk) -> Contacts:
        n = next(iter(walk.foot.switches.values())).voltage_v.size
        closed = np.zeros(n, dtype=np.bool_)
        least = LEAST_SPAN * max(np.ptp(switch.voltage_v) for switch in walk.foot.switches.values())
        for site, switch in walk.foot.switches.items():
            low, high = float(switch.voltage_v.min()), float(switch.voltage_v.max())
            middle = (low + high) / 2
            if site == sites.CODED and walk.foot.levels_v:
                middle = min(walk.foot.levels_v.values()) / 2
            if high - low >= least:
                closed |= switch.voltage_v > middle
        edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
        start, stop = edges[::2], edges[1::2]
        apart = start[1:] - stop[:-1] >= debounce_s * walk.rate_hz
        start, stop = start[np.append(True, apart)[: start.size]], stop[np.append(apart, True)[: stop.size]]
        long = stop - start >= debounce_s * walk.rate_hz
        start, stop = start[long], stop[long]
        return Contacts(start[start > 0] / walk.rate_hz, stop[stop < n] / walk.rate_hz)

    return decoder


DECODERS: dict[str, Decoder] = {
    "emgkit": by_emgkit,
    "by hand": by_hand(0.0),
    "by hand, debounced": by_hand(DEBOUNCE_S),
}


@dataclass
class Tally:
    """Moments of one sort, contacts or foot-offs, over many walks."""

    true: int = 0
    found: int = 0
    displaced: int = 0
    invented: int = 0
    error_s: list[FloatArray] = field(default_factory=list)

    def add(self, found_s: FloatArray, true_s: FloatArray) -> None:
        """Count the moments of one walk."""
        score = compare(found_s, true_s)
        near = score.error_s[~np.isnan(score.error_s)]
        found = score.within(TOLERANCE_S)
        self.true += true_s.size
        self.found += found
        self.displaced += near.size - found
        self.invented += score.invented_s.size
        self.error_s.append(near)

    def join(self, other: Tally) -> None:
        """Add the counts of other walks."""
        self.true += other.true
        self.found += other.found
        self.displaced += other.displaced
        self.invented += other.invented
        self.error_s += other.error_s

    def pct(self, count: int) -> float:
        """Return a count in percent of the true moments."""
        return 100 * count / max(self.true, 1)

    def meets(self) -> bool:
        """Tell whether the bounds are kept."""
        return self.pct(self.found) >= BOUNDS_PCT[0] and self.pct(self.invented) <= BOUNDS_PCT[1]

    def both(self) -> str:
        """Return found and invented in percent."""
        return f"{self.pct(self.found):.1f} / {self.pct(self.invented):.1f}"

    def row(self) -> str:
        """Return the cells of a table."""
        error_ms = 1000 * np.concatenate([*self.error_s, np.zeros(0)])
        exact = (
            f"{np.median(error_ms):+.1f} | {np.quantile(np.abs(error_ms), 0.95):.1f}"
            if error_ms.size
            else "- | -"
        )
        counts = (self.found, self.displaced, self.invented)
        return f"{self.true} | " + " | ".join(f"{self.pct(n):.2f}" for n in counts) + f" | {exact}"


@dataclass
class Result:
    """What one decoder made of the walks of one kind."""

    walks: int = 0
    contacts: Tally = field(default_factory=Tally)
    foot_offs: Tally = field(default_factory=Tally)
    refusals: Counter[str] = field(default_factory=Counter)
    by_name: int = 0
    strides: int = 0
    told: int = 0
    same: int = 0

    def join(self, other: Result) -> None:
        """Add the walks of another kind."""
        self.walks += other.walks
        self.contacts.join(other.contacts)
        self.foot_offs.join(other.foot_offs)
        self.refusals += other.refusals
        self.strides += other.strides
        self.told += other.told
        self.same += other.same

    def decoded_pct(self) -> float:
        """Return the share of the walks that were not refused, in percent."""
        return 100 * (1 - self.refusals.total() / self.walks)


def add_walk(result: Result, walk: Walk, decoder: Decoder) -> None:
    result.walks += 1
    try:
        found = decoder(walk)
    except InputError as error:
        found = Contacts(np.zeros(0), np.zeros(0))
        result.refusals[error.what.removeprefix("the channel does not behave like a foot switch: ")] += 1
        labels = [switch.label for switch in walk.foot.switches.values()]
        result.by_name += any(label in (error.where or "") for label in labels)
    result.contacts.add(found.contact_s, walk.foot.plan.contact_s)
    result.foot_offs.add(found.foot_off_s, walk.foot.plan.foot_off_s)
    add_states(result, walk, found)


def add_states(result: Result, walk: Walk, found: Contacts) -> None:
    """Compare the order of the contact states of each stride, if all of them last long enough to be clear."""
    plan = walk.foot.plan
    start, end = plan.contact_s[:-1], plan.contact_s[1:]
    first, stop = np.searchsorted(plan.state_s, start), np.searchsorted(plan.state_s, end)
    length = np.diff(plan.state_s)
    for a, b, order in zip(first, stop, sequences(found.states, start, end), strict=True):
        if length[a:b].min() >= CLEAR_STATE_S:
            result.strides += 1
            result.told += order != NOT_DETERMINABLE
            result.same += order == plan.states[a:b]


def table(head: str, rows: list[str]) -> str:
    return "\n".join([f"| {head} |", "|---" * (head.count("|") + 1) + "|", *(f"| {row} |" for row in rows)])


def decodable_part(results: dict[str, dict[str, Result]], n_walks: int) -> list[str]:
    """Return the part of the page on the walks that can be decoded."""
    ours = results["emgkit"]
    decodable = [kind for kind in WALKS if WALKS[kind].decodable]
    total = {name: Result() for name in results}
    for name, by_kind in results.items():
        for kind in decodable:
            total[name].join(by_kind[kind])
    whole = total["emgkit"]
    not_met = [kind for kind in decodable if not ours[kind].contacts.meets()]
    reached = "Reached" if whole.contacts.meets() else "Not reached"
    exact = "true | found, % | displaced, % | invented, % | error, ms | 95 %, ms"
    rows = [(kind, ours[kind]) for kind in decodable] + [(ALL, whole)]
    text = [
        "# Foot switches of random walks",
        f"{n_walks} walks of {len(WALKS)} kinds, {whole.walks} of them decodable, with {whole.contacts.true} "
        f"contacts. To reach: at least {BOUNDS_PCT[0]:g} % of the contacts found within "
        f"{1000 * TOLERANCE_S:g} ms and at most {BOUNDS_PCT[1]:g} % invented. {reached} over all; "
        f"{'not for ' + ', '.join(not_met) if not_met else 'and for each kind'}.",
        "## Contacts",
        table(
            f"kind | {exact} | walks refused",
            [f"{kind} | {one.contacts.row()} | {one.refusals.total()} of {one.walks}" for kind, one in rows],
        ),
    ]
    if whole.refusals:
        text.append(f"Decodable walks that were refused, and why: {reasons(whole)}.")
    text += [
        "## Foot-offs",
        table(f"kind | {exact}", [f"{kind} | {one.foot_offs.row()}" for kind, one in rows]),
        "## Order of the contact states",
        f"Of the strides whose true states (H, F, P, S) each last {1000 * CLEAR_STATE_S:g} ms or more.",
        table(
            "kind | strides | told, % | right, % of those told", [states_row(kind, one) for kind, one in rows]
        ),
        "## Against what is written by hand",
        f"Contacts found within {1000 * TOLERANCE_S:g} ms / invented, in percent of the true ones.",
        table("kind | " + " | ".join(DECODERS), [beside(kind, results, total) for kind in [*decodable, ALL]]),
    ]
    return text


def states_row(kind: str, one: Result) -> str:
    right = f"{100 * one.same / one.told:.2f}" if one.told else "-"
    return f"{kind} | {one.strides} | {100 * one.told / max(one.strides, 1):.1f} | {right}"


def beside(kind: str, results: dict[str, dict[str, Result]], total: dict[str, Result]) -> str:
    tallies = [(total[name] if kind == ALL else results[name][kind]).contacts for name in DECODERS]
    return f"{kind} | " + " | ".join(tally.both() for tally in tallies)


def reasons(result: Result) -> str:
    return "; ".join(f"{count} x {reason}" for reason, count in sorted(result.refusals.items())) or "none"


def undecodable(results: dict[str, dict[str, Result]]) -> list[str]:
    """Return the part of the page on the walks that have nothing to decode."""
    ours, hand = results["emgkit"], results["by hand"]
    faulty = [kind for kind in WALKS if not WALKS[kind].decodable]
    stated = results["polarity stated"]
    head = (
        "kind | walks | refused by name, % | decoded all the same, % | so by hand, % "
        "| polarity stated: found / invented, % | why refused"
    )
    return [
        "## Walks that cannot be decoded",
        table(
            head,
            [
                f"{kind} | {ours[kind].walks} | {100 * ours[kind].by_name / ours[kind].walks:.1f} "
                f"| {ours[kind].decoded_pct():.1f} | {hand[kind].decoded_pct():.1f} "
                f"| {stated[kind].contacts.both() if stated[kind].walks else '-'} | {reasons(ours[kind])}"
                for kind in faulty
            ],
        ),
    ]


def page(results: dict[str, dict[str, Result]], n_walks: int) -> str:
    versions = ", ".join(
        f"{package} {importlib.metadata.version(package)}" for package in ("emgkit", "numpy")
    )
    text = decodable_part(results, n_walks) + undecodable(results)
    text += ["## The kinds", "\n".join(f"- **{kind}**: {WALKS[kind].description}" for kind in WALKS)]
    text += ["## What is counted", DEFINITIONS, "## What is not tested", LIMITS, f"Versions: {versions}."]
    return "\n\n".join(text) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--walks", type=int, default=N_WALKS, help="number of walks")
    parser.add_argument("--seed", type=int, default=0, help="first seed of a partial run, for development")
    parser.add_argument("--kind", choices=list(WALKS), help="only this kind: what is wrong in each walk")
    arguments = parser.parse_args()
    kinds = [arguments.kind] if arguments.kind else list(WALKS)
    results = {name: {kind: Result() for kind in WALKS} for name in (*DECODERS, "polarity stated")}
    whole = arguments.walks == N_WALKS and arguments.kind is None
    first = FIRST_SEED if whole else arguments.seed  # it is judged on other walks than it is made on
    for seed in range(first, first + arguments.walks):
        kind = list(WALKS)[seed % len(WALKS)]
        if kind not in kinds:
            continue
        walk = random_walk(kind, seed=seed)
        if arguments.kind is None:
            for name, decoder in DECODERS.items():
                add_walk(results[name][kind], walk, decoder)
            if WALKS[kind].wiring.all_faulty and "inverted" in walk.foot.faults.values():
                add_walk(results["polarity stated"][kind], walk, with_polarity)
        else:
            one = Result()
            add_walk(one, walk, by_emgkit)
            if not (one.contacts.found == one.contacts.true and one.contacts.invented == 0):
                print(f"seed {seed}, {walk.rate_hz:g} Hz: {one.contacts.row()} {dict(one.refusals) or ''}")
    if arguments.kind is None:
        text = page(results, arguments.walks)
        print(text)
        if whole:  # a partial run does not replace the page
            PAGE.parent.mkdir(parents=True, exist_ok=True)
            PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
