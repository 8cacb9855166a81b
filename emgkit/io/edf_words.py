"""Words of a recording as EDF+ can hold them: short, in ASCII, with the same meaning to a reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from emgkit import units
from emgkit.edf_plus import LABEL_LETTERS, TEXT_LETTERS, UNIT_LETTERS
from emgkit.errors import InputError
from emgkit.io.channels import Channel, nature
from emgkit.io.events import RawEvent, classify

_LABELS = {
    "foot_contact": "Foot Strike",
    "foot_off": "Foot Off",
    "repetition_start": "Repetition Start",
    "repetition_end": "Repetition End",
    "span": "Repetition",
}
_PLAIN = str.maketrans({"µ": "u", "μ": "u", "°": "deg", "²": "2", "³": "3", "ß": "ss", "·": "."})


def unit_in_ascii(unit: str, where: str) -> str:
    """Return a unit as a header can hold it: V, mV, uV and nV by these words, others in ASCII."""
    if units.is_voltage(unit):
        return units.symbol(unit)
    plain = _ascii(unit)
    if len(plain) > UNIT_LETTERS or (unit.strip() and not plain):
        raise InputError(
            "the unit does not fit an EDF header",
            where=where,
            found=unit,
            accepted=f"up to {UNIT_LETTERS} ASCII letters",
            mend="choose channels with --channel",
        )
    return plain


def short_labels(channels: Sequence[Channel], notes: list[str]) -> list[str]:
    """Return labels that fit; one that has to be shortened differs from all others."""
    labels = [_ascii(channel.label) for channel in channels]
    for i, label in enumerate(labels):
        if len(label) <= LABEL_LETTERS:
            continue
        # "Voltage.L Tib Post": the part in front of the point names the device
        short = label.rpartition(".")[2].strip() or label
        short = short[:LABEL_LETTERS].rstrip()
        number = channels[i].number
        taken = {other for at, other in enumerate(labels) if at != i}
        labels[i] = f"{short[: LABEL_LETTERS - len(number) - 1]} {number}" if short in taken else short
    for channel, label in zip(channels, labels, strict=True):
        if label != channel.label:
            notes.append(f"channel {channel.number} '{channel.label}' is called '{label}' there")
    return labels


def hint_of(channel: Channel, is_wire: bool, site: str | None, side: str | None, notes: list[str]) -> str:
    """Return what the user says of a channel and its label does not, in words that a reader understands."""
    what = nature(channel)
    if side is not None and what.side is not None and side != what.side and (is_wire or site):
        notes.append(f"channel '{channel.label}' says {what.side}, also in the new file; {side} was given")
    missing_side = f"{side} " if side is not None and what.side is None else ""
    if site is not None and what.site != site:
        return f"{missing_side}foot switch, {site.replace('_', ' ')}"
    if is_wire and (missing_side or what.kind != "emg"):
        return f"{missing_side}fine wire"
    return f"{missing_side}foot switch" if site is not None and missing_side else ""


def description(channel: Channel, label: str, hint: str) -> str:
    """Return what the file says of a channel beside its label; the whole of a label that was shortened."""
    full = channel.label if _ascii(channel.label) != label else ""
    # the hint alone if there is one: with other words beside it no reader would understand it
    return _ascii(hint or ", ".join(filter(None, (channel.description, full))))[:TEXT_LETTERS]


def _ascii(text: str) -> str:
    """Return a text in printable ASCII: accents go, micro and degree are spelled."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^ -~]", " ", plain).split())


def annotation_text(event: RawEvent) -> str:
    """Return label and context as one text; a reader takes it for the same, or like it for nothing known."""
    label, context = (re.sub(r"[\x00-\x1f]+", " ", text).strip() for text in (event.label, event.context))
    if not label:
        return context or "(no label)"
    kind, side = classify(label, context)
    joined = label if context.lower() in ("", "general") else f"{context} {label}"
    for text in (joined, label) if kind is None else (label, joined):
        if classify(text) == (kind, side):
            return text
    return " ".join(filter(None, (side and side.capitalize(), _LABELS[kind or ""])))
