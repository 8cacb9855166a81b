"""Hold robust bursts against bursts drawn by hand, beside those that depend on the detector.

    python benchmarks/sensitivity.py [--data ../shared/data]

writes docs/validation/sensitivity.md. The recordings are not part of the project.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import emgkit
from emgkit.errors import EmgkitError
from emgkit.tables import BY_DETECTOR, BY_SETTING, ROBUST

sys.path.insert(0, str(Path(__file__).resolve().parent))
from gait_burst_labels import ROOT, USABLE_S, nearest, trials

PAGE = ROOT / "docs" / "validation" / "sensitivity.md"
ABOUT = f"""\
Every burst of the default analysis (`emgkit.analyze`) that lies inside the labelled cycles of its muscle and
trial, by its word in `robustness`. *No label*: bursts that overlap none that was drawn. *Onset*, *offset*:
absolute error against the nearest label that overlaps the burst and whose edge lies more than
{1000 * USABLE_S:.0f} ms from the ends of its cycle; median and 90th percentile. The errors hold those of the
people too, who differ among themselves by 8 to 11 ms in the median and by 41 to 86 ms in one of ten.

**Not tested**: fine wire, other muscles, the limits of the rule (30 ms and 5 % of the cycle were set before
this page was made and not tuned on it). These are surface recordings, some of them weak: the share of robust
bursts here says little about a clean wire."""


@dataclass
class Group:
    """Bursts with the same word."""

    bursts: int = 0
    unlabelled: int = 0
    onset_s: list[float] = field(default_factory=list)
    offset_s: list[float] = field(default_factory=list)


def in_ms(errors_s: list[float]) -> str:
    if not errors_s:
        return "-"
    median, most = 1000 * np.quantile(np.abs(errors_s), [0.5, 0.9])
    return f"{median:.0f}, {most:.0f} (n {len(errors_s)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    groups: dict[str, Group] = defaultdict(Group)
    held: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    refused: list[str] = []
    for path, muscle, rows in trials(parser.parse_args().data / "gait_burst_labels"):
        side = "left" if muscle.startswith("L") else "right"
        try:
            an = emgkit.analyze(emgkit.read(path, emg=muscle, side=side))
        except EmgkitError as error:
            refused.append(f"{path.stem} {muscle}: {error}")
            continue
        for one in an.study.sensitivity:
            changed = ", ".join(f"{name} {value:g}" for name, value in one["changed"].items())
            counts = held[f"{one['method']}, {changed or 'defaults'}"]
            for k, number in enumerate((len(an.bursts), one["hold"], one["further"])):
                counts[k] += number
        start, end = rows.gc_start_s.min(), rows.gc_end_s.max()
        for burst in an.bursts.itertuples():
            if burst.onset_s < start or burst.offset_s > end:
                continue
            group = groups[burst.robustness]
            group.bursts += 1
            drawn = rows[(rows.on_s < burst.offset_s) & (rows.off_s > burst.onset_s)]
            group.unlabelled += drawn.empty
            begun = drawn.on_s[drawn.on_s - drawn.gc_start_s > USABLE_S].to_numpy()
            ended = drawn.off_s[drawn.gc_end_s - drawn.off_s > USABLE_S].to_numpy()
            if begun.size:
                group.onset_s.append(nearest(begun, burst.onset_s))
            if ended.size:
                group.offset_s.append(nearest(ended, burst.offset_s))
    lines = ["| word | bursts | no label | onset, ms | offset, ms |", "|---|---|---|---|---|"]
    for word in (ROBUST, BY_DETECTOR, BY_SETTING):
        one = groups[word]
        lines.append(
            f"| {word} | {one.bursts} | {100 * one.unlabelled / max(one.bursts, 1):.0f} % |"
            f" {in_ms(one.onset_s)} | {in_ms(one.offset_s)} |"
        )
    compared = ["| compared with | bursts that hold in it | further ones of it |", "|---|---|---|"]
    compared += [f"| {name} | {hold} of {of} | {further} |" for name, (of, hold, further) in held.items()]
    text = ["# What the robustness of a burst says", "\n".join(lines), ABOUT, "\n".join(compared)]
    if refused:
        text.append("Not analysed: " + "; ".join(refused) + ".")
    page = "\n\n".join(text) + "\n"
    print(page)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
