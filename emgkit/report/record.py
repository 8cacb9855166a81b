"""What has to be documented about an acquisition, and where each item is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgkit.condition import envelope_words
from emgkit.documentation import AMPLIFIER, ITEMS, VERIFICATION, WIRE
from emgkit.found import REASONS
from emgkit.io.edits import FORMAT as EDITS
from emgkit.reference import FILE_FORMAT
from emgkit.report.model import Facts
from emgkit.report.words import (
    MICRO,
    Words,
    named,
    number,
    percent,
    remark,
    sentence,
    significant,
    stated,
)
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED


def look_up(manifest: Mapping[str, Any] | None, place: str) -> str:
    """Return what stands at the dotted `place` of the manifest as text, or "not recorded"."""
    value: Any = manifest
    for key in place.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return stated(value)


def identification(an: Analysis, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the strip at the head of the report."""
    used = an.cycles["used"]
    session = look_up(an.manifest, "session.id")
    names = [source.name for source in an.inputs if source.format not in (FILE_FORMAT, EDITS)]
    what = session if session != NOT_RECORDED else ", ".join(names[:2]) + (" and others" if names[2:] else "")
    return (
        ("Session" if session != NOT_RECORDED else "File", what or NOT_RECORDED),
        ("Date", look_up(an.manifest, "session.date")),
        ("Muscle", named(an.study.muscle)),
        ("Side", named(an.study.side)),
        ("Activity", words.activity),
        ("Channel", an.study.label or NOT_RECORDED),
        (sentence(words.many), f"{int(used.sum())} used of {len(used)} recorded"),
        ("Indication", look_up(an.manifest, "study.indication")),
    )


def acquisition(an: Analysis, words: Words) -> tuple[Facts, ...]:
    """Return every item of the acquisition record, those that are absent as "not recorded"."""
    wire, verification, amplifier = (
        Facts(
            tuple((i.item, look_up(an.manifest, i.places[0][0])) for i in ITEMS if i.group == group),
            title=group,
        )
        for group in (WIRE, VERIFICATION, AMPLIFIER)
    )
    if (as_set := _stimulation(an.manifest)) != NOT_RECORDED:
        (name, _), *others = verification.rows
        verification = Facts(((name, as_set), *others), verification.title)
    beside = ("neighbouring channels, for cross-talk", _neighbours(an))
    amplifier = Facts(
        (*amplifier.rows, beside, ("sampling rate", f"{an.study.rate_hz:g} Hz")), amplifier.title
    )
    phases = () if words.gait else _phases(an)
    return (wire, verification, amplifier, _switches(an, words), _processing(an), _cycles(an, words), *phases)


def _neighbours(an: Analysis) -> str:
    """Return the channels with which the wire was compared: the manifest, or a command, named them."""
    named_there = look_up(an.manifest, "channels.neighbours")
    if named_there == NOT_RECORDED and (an.quality["check"] == "crosstalk").any():
        return "named in the rows of the check crosstalk"
    return named_there


def _stimulation(manifest: Mapping[str, Any] | None) -> str:
    """Return how the stimulator was set, from its section and from the free text of the acquisition."""
    places = ("stimulation.current_ma", "stimulation.pulse_width_ms", "stimulation.rate_hz")
    values = zip((look_up(manifest, place) for place in places), ("mA", "ms", "Hz"), strict=True)
    free = look_up(manifest, "acquisition.stimulation")
    given = [f"{value} {unit}" for value, unit in values if value != NOT_RECORDED]
    return ", ".join([*given, *([free] if free != NOT_RECORDED else [])]) or NOT_RECORDED


def _switches(an: Analysis, words: Words) -> Facts:
    """Return what bounds the cycles, and how foot switches were read where there are any."""
    bounded = (f"{words.many} bounded by", an.study.cycle_source or NOT_DETERMINABLE)
    sites = ("sites and channels", _sites(an))
    if not words.gait:
        return Facts((sites, bounded) if sites[1] != NOT_RECORDED else (bounded,), title="Events")
    gait = an.settings.gait
    levels = stated(gait.coded_levels_v)
    decoded = an.study.foot_switches or an.study.foot_switch_levels
    return Facts(
        (
            sites,
            *(("left out", _site(text)) for text in an.study.foot_switches_left_out),
            ("coding", f"volts of each switch: {levels}" if gait.coded_levels_v else NOT_RECORDED),
            *((("debounce", f"{gait.debounce_s:g} s"),) if decoded else ()),
            bounded,
        ),
        title="Foot switches",
    )


def _sites(an: Analysis) -> str:
    """Return the foot switches that bound the cycles, or what the manifest names and was not used."""
    if an.study.foot_switches:
        return ", ".join(_site(text) for text in an.study.foot_switches)
    channels = ((an.manifest or {}).get("channels") or {}).get("switches") or {}
    if not channels:
        return NOT_RECORDED
    used = "" if an.study.cycle_source == "switches" else ", not used for the cycles"
    return ", ".join(f"{named(site)}: {label}" for site, label in channels.items()) + (
        f" (named in the manifest{used})"
    )


def _site(text: str) -> str:
    """Return "site: label" with the site in words; the label stays as the file spells it."""
    site, colon, label = text.partition(": ")
    return f"{named(site)}{colon}{label}"


def _processing(an: Analysis) -> Facts:
    snr = an.cycles.loc[an.cycles["used"], "snr_db"].dropna()
    spread = (
        f"{number(snr.min(), 1)} to {number(snr.max(), 1)} dB over the {len(snr)} in which it is determinable"
        if len(snr)
        else NOT_DETERMINABLE
    )
    sources = list(dict.fromkeys(row[3] for row in an.study.reference))
    return Facts(
        (
            ("software that analysed", f"emgkit {an.versions.get('emgkit', NOT_RECORDED)}"),
            ("band of the magnitudes", an.study.band or NOT_RECORDED),
            ("envelope", envelope_words(an.settings.condition)),
            ("detector", stated(an.study.detector.get("method"))),
            ("noise floor, root mean square", significant(an.study.noise_uv, MICRO)),
            ("signal to noise", spread),
            ("normalisation", remark(an.study.normalisation) or NOT_RECORDED),
            ("reference: source", "; ".join(sources) if sources else "none for this muscle and activity"),
            ("reference: name, version", reference_name(an) if sources else "none"),
            ("reference: population, electrode", stated(an.study.timing_reference.get("population"))),
        ),
        title="Processing",
    )


def reference_name(an: Analysis) -> str:
    """Return name and version of the timing reference."""
    about = an.study.timing_reference
    return f"{stated(about.get('name'))}, version {stated(about.get('version'))}"


def _cycles(an: Analysis, words: Words) -> Facts:
    counts = an.cycles["reason"].value_counts()
    left_out = [
        (f"left out: {REASONS.get(str(reason), str(reason))}", str(int(n)))
        for reason, n in sorted(counts.items())
        if reason != "none"
    ]
    foot_off = an.cycles.loc[an.cycles["used"], "foot_off_pct"].dropna()
    rows = [
        ("recorded", str(len(an.cycles))),
        ("used", str(int(an.cycles["used"].sum()))),
        *(left_out or [("left out", "0")]),
    ]
    if words.gait:
        mean = percent(foot_off.mean()) if len(foot_off) else NOT_DETERMINABLE
        rows.append(("foot-off, mean", f"{mean} (from {words.count(len(foot_off))})"))
        forms = an.cycles.loc[an.cycles["used"], "contact_form"].value_counts()
        shown = [f"{named(str(form))} {int(n)}" for form, n in sorted(forms.items())]
        rows.append(("form of the contacts", ", ".join(shown) or NOT_DETERMINABLE))
    return Facts(tuple(rows), title=sentence(words.many))


def _phases(an: Analysis) -> tuple[Facts, ...]:
    """Return what the muscle does in each phase that the user named, over the used repetitions."""
    rows = []
    for name, (start, stop) in an.settings.repetitions.phases.items():
        inside = an.profile[(an.profile["pct"] >= start) & (an.profile["pct"] < stop)]
        on, mean = 100 * inside["on_fraction"].mean(), inside["mean_uv"].mean()  # NaN where none is inside
        text = f"{percent(on)} of it on, mean {significant(mean, MICRO)}"
        rows.append((f"{name}, {start:g} to {stop:g} %", text if len(inside) else NOT_DETERMINABLE))
    return (Facts(tuple(rows), title="Phases of the repetition"),) if rows else ()
