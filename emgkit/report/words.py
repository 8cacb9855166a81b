"""Numbers and names as a physician reads them; what is not determinable says so."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

MINUS = "\u2212"
NBSP = "\u00a0"
"""Keeps a number and its unit on one line."""
MICRO = "\u00b5V"


@dataclass(frozen=True, slots=True)
class Words:
    """The words that depend on what was done."""

    one: str
    many: str
    start: str
    activity: str
    gait: bool

    def count(self, n: int) -> str:
        """Return "1 stride" or "7 strides"."""
        return f"{n} {self.one if n == 1 else self.many}"


def words_for(activity: Literal["walking", "repetitions"]) -> Words:
    """Return the words for walking or for repetitions of another movement."""
    if activity == "walking":
        return Words("stride", "strides", "foot contact", "walking", True)
    return Words("repetition", "repetitions", "start of the repetition", "repetitions", False)


def missing(value: Any) -> bool:
    """Tell whether `value` is None, NaN, NA or infinite: a number that cannot be stated."""
    if value is None or value is pd.NA:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def number(value: Any, decimals: int, unit: str = "") -> str:
    """Return `value` with a fixed number of decimals, a true minus sign and its unit."""
    if missing(value):
        return NOT_DETERMINABLE
    text = f"{float(value):.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    text = text.replace("-", MINUS)
    return f"{text}{NBSP}{unit}" if unit else text


def significant(value: Any, unit: str = "") -> str:
    """Return `value` with three significant digits and never an exponent.

    Examples
    --------
    >>> significant(1234.5), significant(12.345), significant(0.012345)
    ('1234', '12.3', '0.0123')
    """
    if missing(value):
        return NOT_DETERMINABLE
    magnitude = 0 if value == 0 else math.floor(math.log10(abs(float(value))))
    return number(value, min(max(2 - magnitude, 0), 9), unit)


def percent(value: Any, decimals: int = 1) -> str:
    """Return a position or share in percent; what is below 100 never reads as 100."""
    if missing(value):
        return NOT_DETERMINABLE
    while value < 100 and decimals < 6 and float(f"{float(value):.{decimals}f}") >= 100:
        decimals += 1
    return number(value, decimals, "%")


def edge(value: Any, words: Words) -> str:
    """Return the place of an edge; outside the cycle it also says where that is."""
    text = percent(value)
    if missing(value) or 0 <= value < 100:
        return text
    if not words.gait or value < 0:
        return f"{text} ({'before its start' if value < 0 else 'after its end'})"
    passed = math.floor(float(value) / 100)
    which = f"the next {words.one}" if passed == 1 else f"{passed} {words.many} later"
    return f"{text} ({percent(float(value) - 100 * passed)} of {which})"


def interval(low: Any, high: Any) -> str:
    """Return "92.1 to 96.3 %", or that it is not determinable."""
    if missing(low) or missing(high):
        return NOT_DETERMINABLE
    return f"{number(low, 1)} to {number(high, 1, '%')}"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts of column and value."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def integer(value: Any) -> str:
    """Return a count, or that it is not determinable."""
    return NOT_DETERMINABLE if missing(value) else str(int(value))


def named(name: str | None) -> str:
    """Return a name in snake case as words, or "not recorded"."""
    return name.replace("_", " ") if name else NOT_RECORDED


def sentence(text: str) -> str:
    """Return `text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def remark(text: str) -> str:
    """Return a note as it is read: microvolts with their sign, no name said twice in a row.

    Examples
    --------
    >>> remark("rest: rest: at rest the signal is 5.1 uV.")
    'rest: at rest the signal is 5.1 \u00b5V.'
    """
    text = re.sub(r"(?<= )uV\b", MICRO, text)
    return re.sub(r"^([^:]+): (?:\1(?=[:.]|$)(?:: )?)+", _said_once, text, flags=re.IGNORECASE)


def _said_once(match: re.Match[str]) -> str:
    return f"{match[1]}: " if match[0].endswith(": ") else match[1]


def spoken(text: str, words: Words) -> str:
    """Return a sentence that says "cycle" of strides and repetitions in the report's words.

    Examples
    --------
    >>> spoken("Profile of 7 cycles, each cycle as a whole.", words_for("walking"))
    'Profile of 7 strides, each stride as a whole.'
    >>> spoken("Cycles that a burst fills count as cycles with one.", words_for("repetitions"))
    'Repetitions that a burst fills count as repetitions with one.'
    """

    def said(found: re.Match[str]) -> str:
        word = words.many if found[2] else words.one
        return sentence(word) if found[1] == "C" else word

    return re.sub(r"\b([Cc])ycle(s?)\b", said, text)


def shorten(text: str, length: int) -> str:
    """Return `text`, its middle left out if it is longer than `length`."""
    if len(text) <= length:
        return text
    head = (length - 1) * 2 // 3
    return f"{text[:head]}\u2026{text[len(text) - (length - 1 - head) :]}"


def stated(value: Any) -> str:
    """Return any value of a manifest or of the settings as text; absent is "not recorded"."""
    if value is None or value == "" or (isinstance(value, Sequence | Mapping) and len(value) == 0):
        return NOT_RECORDED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return NOT_DETERMINABLE if missing(value) else repr(value).removesuffix(".0")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {stated(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(stated(item) for item in value)
    return str(value)
