"""Annotations of EDF+ and BDF+: time-stamped lists, and the times of the data records.

edfio leaves out without a word what it cannot parse, and refuses a file for one umlaut that is not UTF-8;
here each annotation is read or counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emgkit.io.events import RawEvent

_TIMING = re.compile(rb"([+-]?[0-9]+(?:\.[0-9]*)?)(?:\x15([0-9]+(?:\.[0-9]*)?)?)?")
_LONGEST_TIMING = 64


@dataclass(frozen=True, slots=True)
class Annotations:
    """Annotations of a file, and when each data record begins; times as the file counts them."""

    events: tuple[RawEvent, ...]
    record_starts_s: tuple[float | None, ...]
    """None for a record that does not say."""
    n_malformed: int


def parse(signals: Sequence[Iterable[bytes]]) -> Annotations:
    """Parse the annotation signals of a file.

    Parameters
    ----------
    signals : sequence of iterable of bytes
        For each annotation signal its bytes in each data record. The first annotation of each record of
        the first signal is empty and tells when the record begins.

    References
    ----------
    Kemp B, Olivan J. European data format 'plus' (EDF+). Clin Neurophysiol 2003;114:1755-61.
    doi:10.1016/S1388-2457(03)00123-8
    """
    events: list[RawEvent] = []
    starts: list[float | None] = []
    malformed = 0
    for number, records in enumerate(signals):
        for record in records:
            start = None
            for place, chunk in enumerate(filter(None, record.split(b"\0"))):
                read = _annotation(chunk)
                if read is None:
                    malformed += 1
                    continue
                onset_s, duration_s, texts = read
                if number == place == 0 and not texts[0]:
                    start, texts = onset_s, texts[1:]
                events += [RawEvent(onset_s, text, duration_s=duration_s) for text in texts if text.strip()]
            if number == 0:
                starts.append(start)
    return Annotations(tuple(events), tuple(starts), malformed)


def _annotation(chunk: bytes) -> tuple[float, float | None, list[str]] | None:
    """Return (onset, duration, texts) of one list, or None if it is malformed.

    It reads onset [x15 duration] x14 text x14 [text x14 ...].
    """
    timing, *texts = chunk.split(b"\x14")
    if not texts or texts.pop() or not texts:
        return None  # without its last separator a text may be cut short
    match = _TIMING.fullmatch(timing) if len(timing) <= _LONGEST_TIMING else None
    if match is None:
        return None
    onset, duration = match.groups()
    return float(onset), float(duration) if duration else None, [_text(text) for text in texts]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
