"""Measured bursts against a variant of the reference: which belongs to which, how far edges differ."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from emgkit.reference.arcs import Arc, aligned, arc, overlap
from emgkit.reference.rules import COVERED_PCT, OPPOSITE_PCT
from emgkit.reference.windows import ReferenceWindow, scaled_pct


@dataclass(frozen=True, slots=True)
class Window:
    """A reference window scaled to the patient's foot-off."""

    of: ReferenceWindow
    arc: Arc

    @property
    def has_amplitude(self) -> bool:
        """Whether the reference states a normalised amplitude for it."""
        return not (isnan(self.of.mean_low_pct_ref) and isnan(self.of.mean_high_pct_ref))


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of a burst against one window; `deviation` is 0 on the side where there is no edge."""

    name: Literal["onset", "offset"]
    window: Window
    difference: float
    """Measured minus reference, percent of the cycle."""
    deviation: float

    @property
    def reference_pct(self) -> float:
        """Where the reference has it."""
        return self.window.arc.on if self.name == "onset" else self.window.arc.off

    def tolerance_pct(self, setting_pct: float) -> float:
        """Return the tolerance: that of the setting, or the reference's own spread where that is larger."""
        own = self.window.of.onset_sd_pct if self.name == "onset" else self.window.of.offset_sd_pct
        return setting_pct if isnan(own) else max(setting_pct, own)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One burst against one variant; an edge is None where another burst shares the window on that side."""

    windows: tuple[Window, ...]
    """The windows that the burst belongs to."""
    onset: Edge | None
    offset: Edge | None
    pauses: tuple[tuple[Window, Window], ...]
    """Neighbouring windows through whose pause the burst goes on."""


def scale(windows: Sequence[ReferenceWindow], foot_off_pct: float) -> dict[str, list[Window]]:
    """Return the windows by variant, scaled to the foot-off."""
    variants: dict[str, list[Window]] = {}
    for w in windows:
        on, off = (scaled_pct(edge, foot_off_pct, w.foot_off_pct) for edge in (w.onset_pct, w.offset_pct))
        variants.setdefault(w.variant, []).append(Window(w, arc(on, off)))
    return variants


def compare(bursts: Sequence[Arc], windows: Sequence[Window]) -> list[Comparison | None]:
    """Compare every burst with one variant; None for a burst that overlaps none of its windows."""
    served = [_served(burst, windows) for burst in bursts]
    return [
        _comparison(burst, mine, bursts, served) if mine else None
        for burst, mine in zip(bursts, served, strict=True)
    ]


def _served(burst: Arc, windows: Sequence[Window]) -> list[Window]:
    """Return the windows that the burst belongs to, in order along the burst.

    A burst belongs to the window that it overlaps most, and to every other of which it covers 20 %.
    """
    most = max(windows, key=lambda w: overlap(burst, w.arc))
    if overlap(burst, most.arc) == 0:
        return []
    mine = [w for w in windows if w is most or overlap(burst, w.arc) >= COVERED_PCT / 100 * w.arc.length]
    return sorted(mine, key=lambda w: aligned(w.arc, burst).on)


def _comparison(
    burst: Arc, mine: list[Window], bursts: Sequence[Arc], served: Sequence[list[Window]]
) -> Comparison:
    first, last = mine[0], mine[-1]
    here_first, here_last = aligned(burst, first.arc), aligned(burst, last.arc)
    # a window that two bursts share is compared with the onset of the first and the offset of the last
    sharing_first = [aligned(b, first.arc) for b, ws in zip(bursts, served, strict=True) if first in ws]
    sharing_last = [aligned(b, last.arc) for b, ws in zip(bursts, served, strict=True) if last in ws]
    onset = offset = None
    if here_first.on <= min(b.on for b in sharing_first):
        d = here_first.on - first.arc.on
        onset = Edge("onset", first, d, 0.0 if first.of.no_onset and d < 0 else d)
    if here_last.off >= max(b.off for b in sharing_last):
        d = here_last.off - last.arc.off
        offset = Edge("offset", last, d, 0.0 if last.of.no_offset and d > 0 else d)
    return Comparison(tuple(mine), onset, offset, tuple(itertools.pairwise(mine)))


def opposite_share(burst: Arc, windows: Sequence[Window], foot_off_pct: float) -> float:
    """Return the share of the burst (0 to 1) in the phase opposite to the one with most of the windows."""
    stance, swing = Arc(0.0, foot_off_pct), Arc(foot_off_pct, 100.0)
    in_stance = sum(overlap(w.arc, stance) for w in windows)
    in_swing = sum(overlap(w.arc, swing) for w in windows)
    return overlap(burst, swing if in_stance >= in_swing else stance) / burst.length


def covered_share(burst: Arc, windows: Sequence[Window]) -> float:
    """Return the share, 0 to 1, that the burst covers of the window of which it covers most."""
    return max(overlap(burst, w.arc) / w.arc.length for w in windows)


def out_of_phase(burst: Arc, windows: Sequence[Window], foot_off_pct: float) -> bool:
    """Tell whether half of the burst lies in the opposite phase and it covers < 20 % of every window."""
    return (
        opposite_share(burst, windows, foot_off_pct) >= OPPOSITE_PCT / 100
        and covered_share(burst, windows) < COVERED_PCT / 100
    )
