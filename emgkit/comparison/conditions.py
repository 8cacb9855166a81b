"""What of two results may be compared, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from emgkit.errors import InputError
from emgkit.result import Analysis, edited_words, plain
from emgkit.tables import NOT_RECORDED

_WIRE = ("wire", "configuration", "insertion", "reference")
"""Keys of the manifest's electrode that tell one insertion from another."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Why a kind of measure does not compare; empty if it does."""

    timing: str
    """Onsets, offsets, and how long the muscle is on."""
    amplitude: str
    """Amplitudes in microvolts."""
    normalised: str
    """Amplitudes in percent of a reference."""
    shape: str
    """Variance ratio and variation of the profile, which have no unit but hold the noise of the wire."""
    remarks: tuple[str, ...]
    """Sentences on what differs and does not by itself forbid the comparison."""


def require_alike(a: Analysis, b: Analysis, labels: tuple[str, str]) -> None:
    """Refuse results of two muscles, two sides or two activities.

    Raises
    ------
    InputError
        Naming what differs.
    """
    for what, x, y in (
        ("muscles", a.study.muscle, b.study.muscle),
        ("sides", a.study.side, b.study.side),
        ("activities", a.study.activity, b.study.activity),
    ):
        if x is not None and y is not None and x != y:
            raise InputError(
                f"the results are of two {what} and do not compare",
                where=" and ".join(labels),
                found=f"{x} and {y}",
                accepted="two results of the same muscle, side and activity",
            )


def conditions(a: Analysis, b: Analysis, labels: tuple[str, str]) -> Conditions:
    """Return what of two results may be compared.

    Notes
    -----
    - Timing compares between days and insertions, if the same detector with the same parameters found it.
    - Amplitudes compare within one insertion only: the same session id and date, and the same wire and
      insertion in the manifest, on the same channel; with the same rate, band and envelope. Percentages do
      if they are of the same amplitude: those of the mean or peak of each task are not.
    """
    insertion = _other_insertion(a, b, labels)
    band = _other_band(a, b)
    amplitude = insertion or band
    normalised = amplitude
    if not normalised and _reference(a) != _reference(b):
        normalised = f"normalised to another reference ({a.study.amplitude.short}; {b.study.amplitude.short})"
    return Conditions(
        timing=_other_detector(a, b),
        amplitude=amplitude,
        normalised=normalised,
        shape=amplitude,
        remarks=(*_remarks(a, b, labels), *_on_trust(a, b, insertion)),
    )


def _reference(an: Analysis) -> Mapping[str, Any]:
    """Return the amplitude that percentages are of, without what speaks against it beside the trials."""
    return {key: plain(value) for key, value in asdict(an.study.amplitude).items() if key != "against"}


def _section(an: Analysis, name: str) -> Mapping[str, Any]:
    found = (an.manifest or {}).get(name) or {}
    return plain(found) if isinstance(found, Mapping) else {}


def _other_insertion(a: Analysis, b: Analysis, labels: tuple[str, str]) -> str:
    for key, words in (("id", "session"), ("date", "date")):
        values = [_section(an, "session").get(key) for an in (a, b)]
        for value, label in zip(values, labels, strict=True):
            if value is None or value == NOT_RECORDED:
                return f"whether it is one insertion is not known, the {words} of {label} is not recorded"
        if str(values[0]) != str(values[1]):
            return f"another insertion of the wire ({words} {values[0]} and {values[1]})"
    electrodes = [_section(an, "electrode") for an in (a, b)]
    differing = [key for key in _WIRE if electrodes[0].get(key) != electrodes[1].get(key)]
    if differing:
        return f"another insertion of the wire ({', '.join(differing)} of the electrode differ)"
    if a.study.label != b.study.label:
        return f"another wire (channels {a.study.label} and {b.study.label})"
    return ""


def _on_trust(a: Analysis, b: Analysis, insertion: str) -> tuple[str, ...]:
    if insertion or all(_section(an, "electrode").get("insertion") for an in (a, b)):
        return ()
    return (
        "That it is one insertion of the wire rests on the same session and date: the insertion is not"
        " recorded.",
    )


def _other_band(a: Analysis, b: Analysis) -> str:
    for what, x, y in (
        ("rate", f"{a.study.rate_hz:g} Hz", f"{b.study.rate_hz:g} Hz"),
        ("band", a.study.band, b.study.band),
    ):
        if x != y:
            return f"another {what} ({x}; {y})"
    if a.settings.condition != b.settings.condition:
        return "other filters in settings.condition"
    return ""


def _other_detector(a: Analysis, b: Analysis) -> str:
    # as in the file, so that a result compares with itself read back
    one, other = (
        {key: value for key, value in plain(an.study.detector).items() if key != "learned"} for an in (a, b)
    )
    differing = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    if not differing:
        return ""
    shown = [f"{key} {one.get(key, 'none')} and {other.get(key, 'none')}" for key in differing]
    if "method" in differing:
        shown = [f"{one.get('method')} and {other.get('method')}"]
    return f"found by other detectors or parameters ({', '.join(shown)})"


def _remarks(a: Analysis, b: Analysis, labels: tuple[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    ids = [_section(an, "session").get("id") for an in (a, b)]
    if ids[0] != ids[1] or ids[0] is None:
        found.append("That both are of one person cannot be seen from the results.")
    shared = sorted({s.name for s in a.inputs if s.sha256 in {other.sha256 for other in b.inputs}})
    if shared:
        found.append(f"Both rest on the same recording: {', '.join(shared)}.")
    for an, label in zip((a, b), labels, strict=True):
        lacking = [name for name in ("muscle", "side") if getattr(an.study, name) is None]
        if lacking:
            found.append(
                f"{label}: {' and '.join(lacking)} {NOT_RECORDED}; that it is the same is taken on trust."
            )
    for what, x, y in (
        ("version of emgkit", a.versions.get("emgkit"), b.versions.get("emgkit")),
        ("source of the cycles", a.study.cycle_source, b.study.cycle_source),
        ("rate", f"{a.study.rate_hz:g} Hz", f"{b.study.rate_hz:g} Hz"),
        ("level of the intervals", a.settings.measure.confidence, b.settings.measure.confidence),
        ("scaling of the profile", a.settings.measure.profile_scaling, b.settings.measure.profile_scaling),
    ):
        if x != y:
            found.append(f"The {what} differs: {labels[0]} {x}, {labels[1]} {y}.")
    if a.settings.gait != b.settings.gait or a.settings.repetitions != b.settings.repetitions:
        found.append("The settings by which cycles are found or left out differ.")
    for an, label in zip((a, b), labels, strict=True):
        left_out = an.study.foot_switches_left_out
        if left_out:
            found.append(
                f"{label}: foot switch left out ({'; '.join(left_out)}), so contact and foot-off may be"
                " shifted."
            )
        if not an.edits.empty:
            found.append(f"{label}: not all is automatic. {edited_words(an.cycles)}".rstrip())
        if an.study.amplitude.against:
            against = "; ".join(an.study.amplitude.against)
            found.append(f"{label}: against its maximum test speaks: {against}.")
        bad = an.quality.loc[an.quality["verdict"] == "not usable", ["check", "trial"]]
        if len(bad):
            checks = ", ".join(f"{check} ({trial})" for check, trial in bad.itertuples(index=False))
            found.append(f"{label}: not usable by the checks {checks}.")
    return tuple(found)
