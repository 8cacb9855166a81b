"""From an analysis to the document: what is said, in which order."""

from __future__ import annotations

from collections.abc import Iterable

from emgkit.report import (
    documentation,
    edits,
    faults,
    figures,
    gait,
    lines,
    magnitude,
    player,
    record,
    robustness,
    stimulation,
    style,
    traces,
    variability,
    verdict,
)
from emgkit.report.model import (
    Blank,
    Block,
    Bullets,
    Column,
    Document,
    Facts,
    Paragraph,
    Picture,
    Section,
    Signature,
    Table,
    Verdicts,
)
from emgkit.report.panels import Strip
from emgkit.report.words import (
    Words,
    missing,
    named,
    percent,
    records,
    remark,
    sentence,
    stated,
    words_for,
)
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

DRAFT = "Draft, not reviewed by a physician"
NO_DIAGNOSIS = (
    "Findings are measurements held against a reference by fixed rules. They are no diagnosis; the"
    " interpretation is the physician's."
)
NO_FOOT_OFF = "Foot-off not recorded: stance and swing are not marked."
_SHOWN_VERDICTS = 6


def build(an: Analysis) -> Document:
    """Return the document of an analysis, figures drawn.

    Parameters
    ----------
    an : Analysis
        One read back with `from_json` has no traces; the report then says so in their place.
    """
    words = words_for(an.study.activity)
    muscle = named(an.study.muscle) if an.study.muscle else "muscle not recorded"
    side = an.study.side or "side not recorded"
    title = f"Dynamic fine-wire EMG: {muscle}, {side}, {words.activity}"
    strip = record.identification(an, words)
    return Document(
        title=title,
        draft=DRAFT,
        strip=strip,
        sections=tuple(
            edits.marked(an, one, words)
            for one in (
                _quality(an, words),
                _timing(an, words),
                _findings(an),
                _profile(an, words),
                _tables(an, words),
                _notes(an),
                variability.section(an, words),
                gait.section(an, words),
                _traces(an, words),
                stimulation.section(an),
                _ledger(an, words),
                _record(an, words),
                _settings(an),
                edits.section(an, words),
                documentation.section(an),
                _interpretation(an),
            )
        ),
        footer=f"{strip[0][0]} {strip[0][1]} \u00b7 emgkit {an.versions.get('emgkit', NOT_RECORDED)}",
    )


def _quality(an: Analysis, words: Words) -> Section:
    seen = list(an.quality["verdict"])
    if not seen:
        none = Paragraph("No quality check was made.", "caution")
        return Section("quality", "Quality", (verdict.block(an), *edits.near_verdict(an, words), none))
    order = dict.fromkeys(("good", "limited", "not usable", NOT_DETERMINABLE, *seen))
    counts = ", ".join(f"{seen.count(word)} {word}" for word in order if word in seen)
    blocks: list[Block] = [
        verdict.block(an),
        *edits.near_verdict(an, words),
        Paragraph(f"{counts} of {len(seen)} checks."),
    ]
    poor = lines.poor_verdicts(an)
    if poor:
        blocks.append(Verdicts(poor[:_SHOWN_VERDICTS]))
    rest = poor[_SHOWN_VERDICTS:]
    if rest:
        # every one is named on the first page; only the advice is left to the table
        verdicts = dict.fromkeys(item.verdict for item in rest)
        also = "; ".join(
            f"{verdict}: {', '.join(item.label for item in rest if item.verdict == verdict)}"
            for verdict in verdicts
        )
        blocks.append(
            Paragraph(f"Also {also}. What that means stands in the table of quality checks.", "caution")
        )
    return Section("quality", "Quality", tuple(blocks))


def _timing(an: Analysis, words: Words) -> Section:
    used = figures.used_cycles(an)
    n_rows = len(used)
    level = f"{100 * an.settings.measure.confidence:g} %"
    known = int(used["foot_off_pct"].notna().sum())
    marked = words.gait and known > 0
    caption = [
        f"One row per used {words.one}; blue: muscle on"
        + ("; grey: swing; tick: foot-off." if marked else "."),
        *(
            (
                "Phases: thick line, the patient's own event; dotted, not measured."
                if words.gait
                else "Phases: as they are named in the settings.",
            )
            if figures.phases_drawn(an)
            else ()
        ),
        *edits.raster_caption(an, words),
        *_above(an, level),
        f"A burst across the next {words.start} goes on at the left of the next {words.one}."
        if words.gait
        else _bounds(an),
    ]
    if words.gait and n_rows and not known:
        caption.append(NO_FOOT_OFF)
    elif words.gait and known < n_rows:
        caption.append(f"Foot-off is not determinable in {n_rows - known} of {words.count(n_rows)}.")
    hidden = an.summary.loc[an.summary["burst"].notna(), "modality"].nunique() - figures.MAX_MODALITIES
    if hidden > 0:
        rarer = (
            "1 rarer number of bursts stands" if hidden == 1 else f"{hidden} rarer numbers of bursts stand"
        )
        caption.append(f"{rarer} in the table of timing only.")
    blocks: list[Block] = [
        *verdict.caution(an),
        Picture(
            "timing",
            style.to_svg(figures.timing_figure(an)),
            f"Raster of on and off in {words.count(n_rows)}, with the mean timing"
            + (" and the reference above it." if an.study.reference else "."),
            " ".join(caption).strip(),
        ),
    ]
    if said := robustness.summary(an, words):
        blocks.append(Paragraph(said))
    if an.study.reference:
        sources = _joined(an, (row[3] for row in an.study.reference))
        blocks.append(
            Paragraph(
                f"Reference, {_scaling(an)}: {sources}. Status: {_status(an)}.",
                "note",
            )
        )
    else:
        blocks.append(Paragraph("There is no timing reference for this muscle and activity.", "note"))
    return Section("timing", "Timing", tuple(blocks))


def _bounds(an: Analysis) -> str:
    return "" if figures.drawn_axis(an) == (0.0, 100.0) else "Dashed: start and end of the repetition."


def _above(an: Analysis, level: str) -> tuple[str, ...]:
    """Return what the caption says of the mean timing: only what is drawn."""
    shown = figures.shown_modalities(an)
    if shown.empty:
        return ()
    whiskers = figures.whiskers(shown)
    if not any(whiskers):
        return (f"Above: mean timing for each number of bursts, its {level} interval {NOT_DETERMINABLE}.",)
    some = "" if all(whiskers) else f", none where it is {NOT_DETERMINABLE}"
    return (f"Above: mean timing for each number of bursts; whiskers: {level} interval of the mean{some}.",)


def _scaling(an: Analysis) -> str:
    foot_off = figures.mean_foot_off(an)
    if missing(foot_off):
        return "as printed"
    return f"stance and swing scaled to the mean foot-off of {percent(foot_off)}"


def _profile(an: Analysis, words: Words) -> Section:
    if not an.profile["mean_uv"].notna().any():
        text = f"The profile is not determinable: no {words.one} could be used for it."
        return Section("profile", "Profile", (Paragraph(text, "caution"),))
    n = int(an.cycles["used"].sum())
    picture = Picture(
        "profile",
        style.to_svg(figures.profile_figure(an)),
        f"Envelope over the {words.one}, mean and standard deviation of {words.count(n)}.",
        magnitude.profile_caption(an, words.count(n))
        + (f" {NO_FOOT_OFF}" if words.gait and missing(figures.mean_foot_off(an)) else ""),
    )
    return Section("profile", "Profile", (picture, *magnitude.under_profile(an)))


def _findings(an: Analysis) -> Section:
    blocks: list[Block] = []
    rows = records(an.findings)
    if rows:
        said = (f"{row['statement']} Rule {row['rule']}." for row in rows)
        blocks.append(Bullets(tuple(zip((_lead(str(row["term"])) for row in rows), said, strict=True))))
        named_sources = (str(row["source"]) for row in rows)
        sources = _joined(an, (text for text in named_sources if text not in ("", "none")))
        if sources:
            name = record.reference_name(an)
            text = f"Reference: {name}. Source of the reference: {sources}. Status: {_status(an)}."
            blocks.append(Paragraph(text, "note"))
    else:
        blocks.append(Paragraph("No finding was made."))
    blocks.append(Paragraph(NO_DIAGNOSIS, "note"))
    return Section("findings", "Findings", tuple(blocks))


def _status(an: Analysis) -> str:
    return str(an.study.timing_reference.get("status", NOT_RECORDED))


def _joined(an: Analysis, sources: Iterable[str]) -> str:
    """Return the sources, each once, without the status, which follows them in full where it is known."""
    # an older result has the status of each source only
    known = " (secondary transcription)" if an.study.timing_reference else ""
    return "; ".join(dict.fromkeys(text.removesuffix(known) for text in sources))


def _lead(term: str) -> str:
    return sentence(term.replace("_", " ")) + "."


def _tables(an: Analysis, words: Words) -> Section:
    remarks = " ".join(lines.burst_remarks(an.bursts))
    timing_note = (
        f"Positions are circular means in percent of the {words.one}, over the {words.many} with that"
        f" number of bursts. An interval is of the mean; a bound below 0 % lies in the {words.one} before,"
        f" above 100 % in the next. SD: circular standard deviation. {remarks}"
        if words.gait
        else f"Positions are means in percent of the {words.one}, over the {words.many} with that number of"
        f" bursts. An interval is of the mean. SD: standard deviation. {remarks}"
    )
    return Section(
        "tables",
        "Timing and magnitude",
        (
            *verdict.caution(an),
            lines.timing_table(an, words),
            *_counting(an),
            *((Paragraph(few),) if (few := lines.edge_counts(an, words)) else ()),
            *((Paragraph(why),) if (why := variability.interval_remark(an, words)) else ()),
            Paragraph(timing_note.strip(), "note"),
            lines.magnitude_table(an, words),
            *magnitude.named(an),
            *magnitude.phases(an, words),
            lines.spread_table(an, words),
            magnitude.CAUTION,
        ),
    )


def _counting(an: Analysis) -> tuple[Paragraph, ...]:
    return (Paragraph(sentence(remark(an.study.counting))),) if an.study.counting else ()


def _traces(an: Analysis, words: Words) -> Section:
    title = f"The signal of each {words.one}"
    found = traces.strips(an)
    n_used = int(an.cycles["used"].sum())
    if not found:
        why = (
            "The signal is not part of a stored result; analyse the recording again to see it."
            if n_used
            else f"No {words.one} was used."
        )
        return Section("traces", title, (Paragraph(why, "caution"),), new_page=True)
    shown = found[: traces.MAX_SHOWN]
    blocks: list[Block] = [
        Paragraph(
            f"Conditioned signal ({an.study.band}), the same axes for all. Shaded: muscle on. Blue line:"
            " edge; black bar at the foot: its 95 % interval."
            + (f" {_dashed(shown)}" if words.gait else f" {_bounds(an)}")
            + edits.trace_caption(an),
            "note",
        ),
        *player.player(an, words),
    ]
    if len(shown) < n_used:
        blocks.append(
            Paragraph(
                f"{words.count(len(shown))} shown, {n_used - len(shown)} of the used ones left out;"
                " bursts.csv has the bursts of all.",
                "caution",
            )
        )
    for page, figure in enumerate(traces.trace_figures(an, shown), start=1):
        first = (page - 1) * traces.PER_PAGE
        last = min(first + traces.PER_PAGE, len(shown))
        which = f"{words.one} {last}" if last == first + 1 else f"{words.many} {first + 1} to {last}"
        blocks.append(
            Picture(
                f"traces-{page}",
                style.to_svg(figure),
                f"Signal of used {which}, bursts shaded.",
                f"Used {which} of {n_used}." if len(shown) > traces.PER_PAGE else "",
            )
        )
    return Section("traces", title, (*blocks, magnitude.CAUTION), new_page=True)


def _dashed(shown: tuple[Strip, ...]) -> str:
    known = any(not missing(strip.foot_off_pct) for strip in shown)
    return "Dashed: foot-off." if known else NO_FOOT_OFF


def _ledger(an: Analysis, words: Words) -> Section:
    out = lines.left_out(an, words)
    why = (Paragraph("Left out", tone="heading"), Bullets(out)) if out else ()
    return Section(
        "ledger",
        f"Ledger of {words.many}",
        (lines.ledger(an, words), *_counting(an), magnitude.CAUTION, *why),
    )


def _notes(an: Analysis) -> Section:
    notes: Block = Bullets(tuple(("", remark(note)) for note in an.notes)) if an.notes else Paragraph("None.")
    return Section("notes", "Notes of the analysis", (notes,))


def _record(an: Analysis, words: Words) -> Section:
    return Section(
        "record",
        "Record of the acquisition",
        (
            *record.acquisition(an, words),
            Paragraph("Quality checks", "heading"),
            lines.quality_table(an),
            *faults.blocks(an, words),
        ),
        new_page=True,
    )


def _settings(an: Analysis) -> Section:
    versions = Facts(tuple((name, str(value)) for name, value in an.versions.items()), title="Versions")
    inputs: Block = lines.inputs_table(an)
    if not an.inputs:
        inputs = Table((Column("File"),), ((NOT_RECORDED,),), small=True)
    return Section(
        "settings",
        "Settings, versions and inputs",
        (
            lines.settings_table(an),
            lines.detector_table(an),
            robustness.table(an),
            versions,
            Paragraph("Inputs", "heading"),
            inputs,
            *_trials(an),
        ),
    )


def _trials(an: Analysis) -> tuple[Facts, ...]:
    """Return which files the manifest names for which purpose."""
    trials = (an.manifest or {}).get("trials") or {}
    rows = tuple((named(role), stated(files)) for role, files in trials.items() if files)
    return (Facts(rows, title="Trials named in the manifest"),) if rows else ()


def _interpretation(an: Analysis) -> Section:
    def given(key: str) -> tuple[str, ...]:
        study = (an.manifest or {}).get("study") or {}
        value = study.get(key)
        if value is None or value == "" or value == []:
            return ()
        return tuple(stated(v) for v in value) if isinstance(value, list | tuple) else (stated(value),)

    return Section(
        "interpretation",
        "Interpretation by the physician",
        (
            Paragraph(
                "This part is the physician's. What stands under a heading comes from the session's manifest;"
                " the software adds nothing to it.",
                "note",
            ),
            Blank("History", given("history"), 2),
            Blank("Examination", given("neurological_examination") + given("clinical_findings"), 2),
            Blank("Correlation with other tests", given("other_tests"), 3),
            Blank("Assessment", (), 6),
            Blank("Plan of care", (), 4),
            Signature(("Physician", "Date", "Signature"), "Unsigned."),
        ),
        new_page=True,
    )
