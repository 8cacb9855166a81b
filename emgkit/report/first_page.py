"""What the physician reads first: can it be trusted, when is the muscle on, how strongly, what is unusual."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emgkit.cautions import cautions
from emgkit.report import edits, figures, lines, magnitude, record, style, timing_bar, variability, verdict
from emgkit.report.model import Block, Bullets, Paragraph, Picture, Section, Verdicts
from emgkit.report.words import Words, missing, percent, records, remark, sentence, spoken
from emgkit.result import Analysis, edited_words
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

NO_DIAGNOSIS = (
    "Findings are measurements held against a reference by fixed rules. They are no diagnosis; the"
    " interpretation is the physician's."
)
NO_FOOT_OFF = "Foot-off not recorded: stance and swing are not marked."
_SHOWN_VERDICTS = 6
_SHOWN_CAUTIONS = 3


def sections(an: Analysis, words: Words) -> tuple[Section, ...]:
    """Return quality, timing with profile, findings, and the numbers of the bursts."""
    return (_quality(an, words), _timing(an, words), _findings(an), _bursts(an, words))


def _quality(an: Analysis, words: Words) -> Section:
    title = "Quality"
    seen = list(an.quality["verdict"])
    if not seen:
        none = Paragraph("No quality check was made.", "caution")
        return Section("quality", title, (verdict.block(an), *_cautions(an, words), none))
    order = dict.fromkeys(("good", "limited", "not usable", NOT_DETERMINABLE, *seen))
    counts = ", ".join(f"{seen.count(word)} {word}" for word in order if word in seen)
    poor = lines.poor_verdicts(an)
    (whole,) = verdict.block(an).items
    whole = replace(whole, text=f"{whole.text} {sentence(counts)} of {len(seen)} checks.".strip())
    blocks: list[Block] = [Verdicts((whole, *poor[:_SHOWN_VERDICTS])), *_cautions(an, words)]
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
    return Section("quality", title, tuple(blocks))


def _cautions(an: Analysis, words: Words) -> tuple[Block, ...]:
    """Return what holds for the recordings or the numbers as a whole: cautions, edits by hand."""
    said = [f"{note}." for note in cautions(an.notes)]
    if more := said[_SHOWN_CAUTIONS:]:
        said = [*said[:_SHOWN_CAUTIONS], f"And {len(more)} more, in the notes of the analysis."]
    return (*((Paragraph(" ".join(said), "caution"),) if said else ()), *edits.near_verdict(an, words))


def _timing(an: Analysis, words: Words) -> Section:
    """Return bars and profile on one axis of the cycle, with one caption under both."""
    said = " ".join((*_above(an), *_reference(an), *_foot_off(an, words)))
    count = words.count(int(an.cycles["used"].sum()))
    alone = not an.profile["mean_uv"].notna().any()
    bars = Picture(
        "timing",
        style.to_svg(timing_bar.timing_bar_figure(an, labelled=alone)),
        _alternative(an, words),
        said if alone else "",
        windows=timing_bar.windows(an, labelled=alone),
    )
    if alone:
        text = f"The profile is not determinable: no {words.one} could be used for it."
        below: tuple[Block, ...] = (Paragraph(text, "caution"),)
    else:
        profile = Picture(
            "profile",
            style.to_svg(figures.profile_figure(an)),
            f"Envelope over the {words.one}, mean and standard deviation of {count}.",
            f"{said} {magnitude.profile_caption(an, count)}",
        )
        below = (profile, magnitude.under_profile(an, words))
    return Section("timing", "Timing and profile", (*verdict.caution(an), bars, *below))


def _alternative(an: Analysis, words: Words) -> str:
    """Return the figure in words: what a reader who does not see it needs."""
    means = [
        f"mean of {words.many} with {row['modality']}, burst {row['burst']}: on from"
        f" {percent(row['onset_pct'])} to {percent(row['offset_pct'])}"
        for row in records(figures.shown_modalities(an))
    ]
    reference = [
        f"reference {name.replace('_', ' ')}: on from {percent(onset)} to {percent(offset)}"
        for name, onset, offset in figures.scaled_reference(an)
    ]
    said = "; ".join([*reference, *means]) or f"mean timing is {NOT_DETERMINABLE}"
    return f"Timing as bars over the {words.one}. {sentence(said)}."


def _above(an: Analysis) -> tuple[str, ...]:
    """Return what the caption says of the mean timing: only what is drawn."""
    shown = figures.shown_modalities(an)
    if shown.empty:
        return ()
    level = f"{100 * an.settings.measure.confidence:g} %"
    whiskers = figures.whiskers(shown)
    head = "Light bars: mean timing for each number of bursts"
    hidden = an.summary.loc[an.summary["burst"].notna(), "modality"].nunique() - figures.MAX_MODALITIES
    numbers = "1 rarer number of bursts stands" if hidden == 1 else f"{hidden} rarer numbers of bursts stand"
    rarer: tuple[str, ...] = (f"{numbers} in the table of bursts only.",) if hidden > 0 else ()
    rarer += edits.counted_caption(an)
    if not any(whiskers):
        return (f"{head}, the {level} interval of the mean {NOT_DETERMINABLE}.", *rarer)
    some = "" if all(whiskers) else f", none where it is {NOT_DETERMINABLE}"
    return (f"{head}; whiskers: {level} interval of the mean{some}.", *rarer)


def _reference(an: Analysis) -> tuple[str, ...]:
    if not an.study.reference:
        return ("There is no timing reference for this muscle and activity.",)
    sources = _joined(an, (row[3] for row in an.study.reference))
    return (f"Dark bars: reference, {_scaling(an)}: {sources}. Status: {_status(an)}.",)


def _scaling(an: Analysis) -> str:
    foot_off = figures.mean_foot_off(an)
    if missing(foot_off):
        return "as printed"
    return f"stance and swing scaled to the mean foot-off of {percent(foot_off)}"


def _foot_off(an: Analysis, words: Words) -> tuple[str, ...]:
    if not words.gait:
        return ()
    return (NO_FOOT_OFF if missing(figures.mean_foot_off(an)) else "Grey: swing.",)


def _findings(an: Analysis) -> Section:
    blocks: list[Block] = []
    rows = records(an.findings)
    if rows:
        said = (f"{row['statement']} Rule {row['rule']}." for row in rows)
        blocks.append(Bullets(tuple(zip((_lead(str(row["term"])) for row in rows), said, strict=True))))
        named_sources = (str(row["source"]) for row in rows)
        sources = _joined(an, (text for text in named_sources if text not in ("", "none")))
        note = NO_DIAGNOSIS
        if sources:
            name = record.reference_name(an)
            note += f" Reference: {name}, from {sources}. Status: {_status(an)}."
    else:
        blocks.append(Paragraph("No finding was made."))
        note = NO_DIAGNOSIS
    blocks.append(Paragraph(note, "note"))
    return Section("findings", "Findings", tuple(blocks))


def _lead(term: str) -> str:
    return sentence(term.replace("_", " ")) + "."


def _status(an: Analysis) -> str:
    return str(an.study.timing_reference.get("status", NOT_RECORDED))


def _joined(an: Analysis, sources: Iterable[str]) -> str:
    """Return the sources, each once, without the status, which follows them in full where it is known."""
    # an older result has the status of each source only
    known = " (secondary transcription)" if an.study.timing_reference else ""
    return "; ".join(dict.fromkeys(text.removesuffix(known) for text in sources))


def _bursts(an: Analysis, words: Words) -> Section:
    note = " ".join((*_means(an, words), *lines.burst_remarks(an.bursts)))
    remarks = (
        edited_words(an.cycles, words.many),
        lines.partly_on(an, words),
        lines.edge_counts(an, words),
        variability.interval_remark(an, words),
    )
    said = [text for text in remarks if text]
    return Section(
        "bursts",
        "Bursts: timing and magnitude",
        (
            *verdict.caution(an),
            lines.burst_table(an, words),
            *magnitude.named(an, first_page=True),
            *counting(an, words),
            *((Paragraph(" ".join(said)),) if said else ()),
            *((Paragraph(note, "note"),) if note else ()),
        ),
    )


def _means(an: Analysis, words: Words) -> tuple[str, ...]:
    """Return how the edges in the table were averaged, nothing where no mean is determinable."""
    if an.summary[["onset_pct", "offset_pct"]].isna().all(axis=None):
        return ()
    of = f"eans and SD of the {words.many} with that number of bursts, in percent of the {words.one}"
    if not words.gait:
        return (f"M{of}.",)
    return (f"Circular m{of}; below 0 %: in the one before, above 100 %: in the next.",)


def counting(an: Analysis, words: Words) -> tuple[Paragraph, ...]:
    """Return from where in the cycle strides are counted, where that is not the contact."""
    return (Paragraph(sentence(spoken(remark(an.study.counting), words))),) if an.study.counting else ()
