"""Words for events: the labels that laboratories write, and what they mean."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from emgkit.model import Side, make_events

# One table. Words are lower case, single spaces; a side may stand before or after them, or in the context.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "foot_contact": (
        "foot strike",
        "footstrike",
        "foot contact",
        "foot on",
        "heel strike",
        "heelstrike",
        "heel contact",
        "initial contact",
        "hs",
        "ic",
        "fs",
        "fc",
    ),
    "foot_off": ("foot off", "footoff", "toe off", "toeoff", "to", "fo"),
    "repetition_start": ("repetition start", "rep start", "movement start", "start of repetition"),
    "repetition_end": ("repetition end", "rep end", "movement end", "end of repetition"),
}
SPANS = ("repetition", "rep", "movement")
"""An annotation with one of these words and a duration is a whole repetition."""

_GLUED = {"on": "foot_contact", "off": "foot_off"}
# "LON" and "LOFF" say what they mean; a bare "on" does not
_KINDS = {word: kind for kind, words in VOCABULARY.items() for word in words}
_SIDES: dict[str, Side] = {
    "left": "left",
    "l": "left",
    "lt": "left",
    "right": "right",
    "r": "right",
    "rt": "right",
}
_TOLERANCE_S = 1e-4  # times are stored as 32-bit floats, which lose up to 0.06 ms in a long recording


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event as the file states it; `time_s` from the first sample."""

    time_s: float
    label: str
    context: str = ""
    duration_s: float | None = None

    @property
    def words(self) -> str:
        """Label and context as shown to a user."""
        label = self.label.strip() or "(no label)"
        return f"{label} ({self.context.strip()})" if self.context.strip() else label


def classify(label: str, context: str = "") -> tuple[str | None, Side | None]:
    """Return (kind, side) of an event's label; kind "span" is a repetition with a duration.

    Examples
    --------
    >>> classify("Foot Strike", "Left"), classify("RTO"), classify("repetition 3"), classify("Start")
    (('foot_contact', 'left'), ('foot_off', 'right'), ('span', None), (None, None))
    """
    context_side = _SIDES.get(context.strip().lower())
    words = re.sub(r"[\W_]+", " ", label.lower()).split()
    side: Side | None = None
    if len(words) > 1 and words[0] in _SIDES:
        side, words = _SIDES[words[0]], words[1:]
    elif len(words) > 1 and words[-1] in _SIDES:
        side, words = _SIDES[words[-1]], words[:-1]
    text = " ".join(words)
    if text in _KINDS:
        return _KINDS[text], side or context_side
    if side is not None and text in _GLUED:
        return _GLUED[text], side
    if side is None and len(words) == 1 and text[:1] in ("l", "r"):
        kind = _GLUED.get(text[1:]) or (_KINDS.get(text[1:]) if len(text) == 3 else None)
        if kind:
            return kind, _SIDES[text[0]]
    unnumbered = " ".join(word for word in words if not word.isdigit())
    if _KINDS.get(unnumbered, "").startswith("repetition"):
        return _KINDS[unnumbered], side or context_side
    if unnumbered in SPANS:
        return "span", side or context_side
    return None, None


def with_repetitions(
    raw: Iterable[RawEvent], label: str, *, source: str, duration_s: float | None
) -> pd.DataFrame | None:
    """Return the table of known events, in which those with the given label are repetitions.

    Parameters
    ----------
    label : str
        An event with this label, in any case and with or without its context, starts a repetition. If it
        has a duration it is a whole one. Repetitions with other labels are left out; ends stay.

    Returns
    -------
    DataFrame as of `gather`, or None if no event has the label
    """
    wanted = label.strip().casefold()
    marked, some = [], False
    for event in raw:
        if wanted in (event.label.strip().casefold(), event.words.casefold()):
            some = True
            marked.append(replace(event, label="repetition" if event.duration_s else "repetition start"))
        elif classify(event.label, event.context)[0] not in ("span", "repetition_start"):
            marked.append(event)
    return gather(marked, source=source, duration_s=duration_s)[0] if some else None


def gather(
    raw: Iterable[RawEvent], *, source: str, duration_s: float | None
) -> tuple[pd.DataFrame, tuple[str, ...], tuple[str, ...]]:
    """Turn the events of a file into the table of known events.

    Parameters
    ----------
    raw : iterable of RawEvent
    source : str
        "c3d" or "edf".
    duration_s : float or None
        Length of the recording; None if the file holds no signal.

    Returns
    -------
    events : DataFrame
        time_s, side, kind, source; only events inside [0, duration_s].
    unknown : tuple of str
        Labels that the vocabulary does not know, each once, in order.
    notes : tuple of str
    """
    rows: list[tuple[float, str | None, str, str]] = []
    unknown: dict[str, None] = {}
    outside = 0
    last = math.inf if duration_s is None else duration_s
    for event in raw:
        kind, side = classify(event.label, event.context)
        if kind is None:
            unknown[event.words] = None
            continue
        if kind != "span":
            points = [(event.time_s, kind)]
        elif event.duration_s:
            points = [
                (event.time_s, "repetition_start"),
                (event.time_s + event.duration_s, "repetition_end"),
            ]
        else:
            unknown[f"{event.words} (without a duration)"] = None
            continue
        for time_s, name in points:
            # a NaN fails the comparison and counts as outside
            if -_TOLERANCE_S <= time_s <= last + _TOLERANCE_S:
                rows.append((min(max(time_s, 0.0), last), side, name, source))
            else:
                outside += 1
    notes = []
    if outside:
        notes.append(f"{outside} event{'s' * (outside > 1)} outside the recorded signal left out")
    sideless = sum(side is None for _, side, kind, _ in rows if kind.startswith("foot"))
    if sideless:
        notes.append(f"{sideless} foot event{'s' * (sideless > 1)} without a side")
    return make_events(rows), tuple(unknown), tuple(notes)
