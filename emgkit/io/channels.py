"""Channels: what kind each is and why, and which one a name means.

Evidence is positive: a channel is EMG because its label or description says so, never because it is left
over.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Literal, cast

from emgkit import muscles, sites, units
from emgkit.errors import InputError
from emgkit.model import Side

Kind = Literal["emg", "switch", "other"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a file.

    Attributes
    ----------
    index : int
        Place in the file, from 0. Users see and give it from 1, as "#1".
    label, description, unit : str
        As the file states them; empty if it does not.
    rate_hz : float
    n_samples : int
    step : float or None
        One count of the converter, in `unit`; None if the file holds real numbers.
    """

    index: int
    label: str
    description: str
    unit: str
    rate_hz: float
    n_samples: int
    step: float | None = None

    @property
    def number(self) -> str:
        """Number of the channel as a user gives it."""
        return f"#{self.index + 1}"

    def __str__(self) -> str:
        return f"{self.label or self.number} ({self.rate_hz:g} Hz, {self.unit or 'unit not stated'})"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a channel is taken for: `why` says it in words."""

    kind: Kind
    why: str
    side: Side | None = None
    muscle: str | None = None
    site: str | None = None


_NOT_VOLTAGE = re.compile(
    r"k?n|nt|newtons?|(n|nt|newton)[ .*-]?m+|kgf?|lbs?|deg(rees?)?|deg/s|°(/s)?|rad(/s)?|g|"
    r"m/?s(\^?2|²)|m|c?mm?|pa|kpa|mmhg|%|hz|bpm|degc|°c|boolean|ohm|kohm|a|ma|s|ms",
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"(force|moment)\b.*|[fmp]\d?[xyz]\d*|[fm][xyz]?\d?[xyz]\d*|(cop|px|py|ax|ay)\d*", re.IGNORECASE
)
_NOT_EMG = {
    "sync": "a synchronisation signal",
    "trigger": "a trigger",
    "ecg": "an electrocardiogram",
    "ekg": "an electrocardiogram",
    "eeg": "an electroencephalogram",
    "eog": "eye movements",
    "acc": "an accelerometer",
    "gyro": "a gyroscope",
    "goniometer": "a goniometer",
    "heart": "the heart",
    "force": "a force",
    "moment": "a moment",
    "status": "a status word",
    "marker": "a marker",
}
_UNUSED = re.compile(r"(?<![a-z])(not used|unused|spare)(?![a-z])", re.IGNORECASE)
_EMG = re.compile(r"(?<![a-z])(emg|fine ?wire|fw|wire)(?![a-z])", re.IGNORECASE)
# "Analog EMG::Voltage [3,5]" and "Force Plate [1]" name the device, not what is plugged into it
_DEVICE = re.compile(r".*::.*|.*\[\d+(,\d+)*\]\s*")

_SWITCH = r"(?:foot|ft|f)?(?:switch|sw)|fs"
_MET = r"(?:met(?:atarsal)?|mtp?j?|mth)"
_SITE_PATTERNS: tuple[tuple[str, str], ...] = (
    (sites.HEEL, r"heel|calcaneus"),
    (sites.FIFTH_METATARSAL, rf"(?:5th|5|fifth|v){_MET}(?:head)?|{_MET}(?:head)?5"),
    (sites.FIRST_METATARSAL, rf"(?:1st|1|first){_MET}(?:head)?|{_MET}(?:head)?1"),
    (sites.TOE, r"(?:great|big)?toe|hallux"),
)
_SITES = tuple(
    (site, re.compile(rf"(?:{_SWITCH})?(?:{pattern})(?:{_SWITCH})?", re.IGNORECASE))
    for site, pattern in _SITE_PATTERNS
)
_UNSITED = re.compile(r"(?:(?:foot|ft|f)(?:switch|sw)|fs)\d*", re.IGNORECASE)
_CODED = re.compile(r"\bcoded\b", re.IGNORECASE)
_NAME_CODED = (
    "; it says that it is coded, so it must be named, with its levels: --switch coded={}, and coded_levels_v "
    "in the settings"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SIDE_WORDS: dict[str, Side] = {
    "l": "left",
    "lt": "left",
    "left": "left",
    "r": "right",
    "rt": "right",
    "right": "right",
}
_FILLERS = {"voltage", "analog", "analogue", "sensor", "channel", "raw", "emg"}


def shown(text: str) -> str:
    """Return a text of a file with a mark for each control character: a terminal would obey them."""
    return _CONTROL.sub("\ufffd", text)


@functools.lru_cache(maxsize=4096)  # a reader asks of every channel three times
def nature(channel: Channel) -> Nature:
    """Tell what a channel is, from its unit, label and description.

    Examples
    --------
    >>> nature(Channel(0, "LTA", "", "V", 1000.0, 10)).why
    'label names tibialis_anterior'
    >>> nature(Channel(0, "CH40", "", "V", 1000.0, 10)).kind
    'other'
    """
    unit = channel.unit.strip()
    texts = [("label", channel.label), ("description", _telling(channel.description))]
    named = [muscles.from_label(text) for _, text in texts]
    muscle = next((m for m, _ in named if m), None)
    side = cast("Side | None", next((s for _, s in named if s), None))
    stated = "" if unit else "; the file does not state the unit"
    if unit and not units.is_voltage(unit) and _NOT_VOLTAGE.fullmatch(unit):
        return Nature("other", f"unit {unit} is not a voltage", side)
    for where, text in texts:
        if _UNUSED.search(text):
            return Nature("other", f"{where} '{text}' names an unused input", side)
    for where, text in texts:
        bare = _bare(text)
        if _FORCE.fullmatch(bare) and switch_site(text)[0] is None:
            return Nature("other", f"{where} '{text}' names a force, moment or place on a force plate", side)
        found, switch_side = switch_site(text)
        if found:
            if found == sites.CONTACT and _CODED.search(f"{channel.label} {channel.description}"):
                found = sites.CODED
            why = "a foot switch" if found in (sites.CONTACT, sites.CODED) else f"a foot switch at {found}"
            coded = _NAME_CODED.format(channel.label or channel.number) if found == sites.CODED else ""
            return Nature(
                "switch", f"{where} '{text}' names {why}{coded}{stated}", switch_side or side, None, found
            )
        meant = [_NOT_EMG[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _NOT_EMG]
        if meant:
            return Nature("other", f"{where} '{text}' names {meant[0]}", side)
        if (m := muscles.from_label(text)[0]) is not None:
            return Nature("emg", f"{where} names {m}{stated}", side, muscle)
        if _EMG.search(re.sub(r"[_\d]+", " ", text)):
            return Nature("emg", f"{where} says EMG{stated}", side, muscle)
    return Nature(
        "other", "nothing in label or description says EMG or a muscle; name it with --emg to use it", side
    )


def switch_site(label: str) -> tuple[str | None, Side | None]:
    """Return (site, side) of a foot-switch channel by its label; (None, None) if it names no foot switch.

    Examples
    --------
    >>> switch_site("FSW_HEEL_L"), switch_site("FSW_R_5MT"), switch_site("LFSW"), switch_site("LTA")
    (('heel', 'left'), ('fifth_metatarsal', 'right'), ('contact', 'left'), (None, None))
    """
    words = [w for w in re.split(r"[^A-Za-z0-9]+", label) if w and w.lower() not in _FILLERS]
    side: Side | None = None
    for at in (0, -1, *range(1, len(words) - 1)):
        if len(words) > 1 and side is None and words[at].lower() in _SIDE_WORDS:
            side = _SIDE_WORDS[words.pop(at).lower()]
    glued = "".join(words)
    tries: list[tuple[str, Side | None]] = [(glued, side)]
    if side is None:
        for word, meant in (("left", "left"), ("right", "right"), ("l", "left"), ("r", "right")):
            if glued.lower().startswith(word):
                tries.append((glued[len(word) :], cast("Side", meant)))
            # FSR may also be a force-sensing resistor, of either foot
            if glued.lower().endswith(word) and glued.lower() != "fsr":
                tries.append((glued[: -len(word)], cast("Side", meant)))
    for text, found_side in tries:
        for site, pattern in _SITES:
            if pattern.fullmatch(text):
                return site, found_side
    for text, found_side in tries:
        if _UNSITED.fullmatch(text):
            return sites.CONTACT, found_side
    return None, None


def _telling(description: str) -> str:
    return "" if _DEVICE.fullmatch(description) else description


def _bare(label: str) -> str:
    words = [w for w in re.split(r"[\s_]+", label.strip()) if w]
    return " ".join(words)


def find(channels: Sequence[Channel], name: str | int, *, file: str, what: str, option: str) -> Channel:
    """Return the channel that a user means.

    Tried in this order: the exact label; the label in any case; a number as "#3", which counts from 1 as
    `emgkit inspect` shows it; a part of a label between word boundaries, with or without a letter for the
    side; the description, likewise. An int is a number and nothing else.

    Parameters
    ----------
    channels : sequence of Channel
    name : str or int
    file, what, option : str
        For errors: the file, what the channel is for, and the option that names it ("--emg").

    Raises
    ------
    InputError
        If no channel or more than one answers to the name.
    """
    if isinstance(name, bool) or not isinstance(name, str | Integral):
        raise InputError(
            f"this is no name of the {what} channel",
            where=file,
            found=name,
            accepted='a label, or a number such as "#3" or 3',
        )
    wanted = f"#{name}" if isinstance(name, Integral) else name.strip()
    if not wanted:
        raise InputError(f"the name of the {what} channel is empty", where=file, accepted=listing(channels))
    folded = wanted.casefold()
    part = re.compile(_part_pattern(wanted), re.IGNORECASE)
    numbered = [c for c in channels if c.number == wanted]
    by_name = (
        [c for c in channels if c.label == wanted],
        [c for c in channels if c.label.casefold() == folded],
        numbered,  # before the parts: descriptions say "Force plate #1"
        [c for c in channels if part.search(c.label)],
        [c for c in channels if c.description.casefold() == folded],
        [c for c in channels if part.search(c.description)],
    )
    for matches in (numbered,) if isinstance(name, Integral) else by_name:
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise InputError(
                f"more than one channel answers to this name of the {what} channel",
                where=file,
                found=name,
                accepted=[f"{c.number} {c}" for c in matches],
                mend=f"give the full label, or the number: {option}'{matches[0].number}'",
            )
    raise InputError(
        f"no channel answers to this name of the {what} channel",
        where=file,
        found=name,
        accepted=listing(channels),
        mend="see the channels of the file with 'emgkit inspect FILE'",
    )


def _part_pattern(wanted: str) -> str:
    # "TA" is a part of "LTA" and "Voltage.L TA", not of "STATUS"; "EMG1" is none of "EMG10"
    before = r"(?:(?<![A-Za-z0-9])|(?<=(?<![A-Za-z0-9])[LRlr]))" if wanted[0].isalnum() else ""
    after = r"(?=[LRlr]?(?![A-Za-z0-9]))" if wanted[-1].isalnum() else ""
    return before + re.escape(wanted) + after


def pick_emg(channels: Sequence[Channel], *, file: str) -> Channel:
    """Return the only channel that qualifies as EMG.

    Raises
    ------
    InputError
        If none or several qualify; it lists them, or all channels, with rates and units.
    """
    if not channels:
        raise InputError("the file holds no signal, so there is no EMG channel", where=file)
    candidates = [c for c in channels if nature(c).kind == "emg"]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise InputError(
            "no channel says that it is EMG",
            where=file,
            accepted=listing(channels),
            mend="name the EMG channel with --emg",
        )
    raise InputError(
        f"{len(candidates)} channels qualify as EMG, and one is analysed at a time",
        where=file,
        accepted=listing(candidates),
        mend="name one with --emg",
    )


def listing(channels: Iterable[Channel], at_most: int = 40) -> str:
    """Return "LTA (1000 Hz, V), ..." for errors; labels that stand twice carry their number."""
    channels = list(channels)
    labels = [c.label for c in channels]
    shown = [
        f"{c.number} {c}" if c.label and labels.count(c.label) > 1 else str(c) for c in channels[:at_most]
    ]
    more = len(channels) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
