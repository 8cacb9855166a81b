"""How often each number of bursts occurs, how much the strides differ, and the principal activations."""

from __future__ import annotations

from typing import Any

from emgkit.report.model import Block, Column, Paragraph, Section, Table
from emgkit.report.words import (
    Words,
    edge,
    integer,
    interval,
    missing,
    named,
    percent,
    records,
    sentence,
    significant,
)
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE

_NAMES = {
    "variance_ratio": "Variance ratio of the profile",
    "profile_cv": "Variation of the profile (CV)",
    "stride_time_cv": "Variation of the stride time (CV)",
    "repetition_time_cv": "Variation of the repetition time (CV)",
    "onset_sd": "Spread of the onset (SD)",
    "offset_sd": "Spread of the offset (SD)",
    "duration_cv": "Variation of the duration (CV)",
    "amplitude_cv": "Variation of the mean amplitude (CV)",
}
OLDER = "Variability is not part of this stored result; analyse the recording again to see it."


def section(an: Analysis, words: Words) -> Section:
    """Return the section; a result of an older version says that it lacks it."""
    title = "Variability"
    if an.variability.empty:
        return Section("variability", title, (Paragraph(OLDER, "caution"),))
    level = f"{100 * an.settings.measure.confidence:g} % interval"
    blocks: list[Block] = [_frequencies(an, words, level), _measures(an, words, level)]
    note = (
        f"Variance ratio: 0 if all {words.many} are alike, about 1 if they have nothing in common. Spread of"
        f" bursts (SD) in percent of the {words.one}, variation (CV) in percent of the mean; over the most"
        f" frequent number of bursts. Intervals by resampling the {words.many}, of frequencies by Wilson;"
        f" both take the {words.many} as independent."
    )
    blocks.append(Paragraph(note, "note"))
    blocks += _principal(an, words)
    return Section("variability", title, tuple(blocks))


def interval_remark(an: Analysis, words: Words) -> str:
    """Return a sentence on the means whose interval is not determinable, empty if there are none."""
    alike: dict[tuple[str, str], list[str]] = {}
    for row in records(an.summary):
        why = str(row["why"])
        if missing(row["burst"]) or why in ("none", NOT_DETERMINABLE):
            continue
        bursts = "1 burst" if row["modality"] == 1 else f"{integer(row['modality'])} bursts"
        alike.setdefault((bursts, _both_edges(why)), []).append(integer(row["burst"]))
    found = [
        f"{words.many} with {bursts}, burst{'s' * (len(numbers) > 1)} {' and '.join(numbers)}, {why}"
        for (bursts, why), numbers in alike.items()
    ]
    return f"Not determinable: {'; '.join(found)}." if found else ""


def _both_edges(why: str) -> str:
    """Return why two edges lack something, in one where it is the same."""
    onset, _, offset = why.removeprefix("onset: ").partition("; offset: ")
    return f"onset and offset: {onset}" if onset == offset else why


def _frequencies(an: Analysis, words: Words, level: str) -> Table:
    rows = [
        (
            integer(row["modality"]),
            integer(row["n_cycles"]),
            percent(row["frequency_pct"]),
            interval(row["frequency_low_pct"], row["frequency_high_pct"]),
        )
        for row in records(an.summary.drop_duplicates("modality"))
    ]
    columns = (
        Column(f"Bursts per {words.one}"),
        Column(sentence(words.many), "right"),
        Column("Frequency", "right"),
        Column(level, "right"),
    )
    return Table(columns, tuple(rows), title="How often each number of bursts occurs", small=True)


def _measures(an: Analysis, words: Words, level: str) -> Table:
    rows = [
        (
            _label(row, words),
            _with_unit(row["value"], row["unit"]),
            _bounds(row),
            integer(row["n"]),
            "" if row["why"] == "none" else sentence(str(row["why"])),
        )
        for row in records(an.variability)
    ]
    told = any(row[-1] for row in rows)
    columns = (
        Column("Measure", share=6),
        Column("Value", "right", share=2),
        Column(level, "right", share=3),
        Column(sentence(words.many), "right", share=2),
        Column("Why not", share=4),
    )
    if told:
        return Table(columns, tuple(rows), title=f"How much the {words.many} differ", small=True)
    rows_without = tuple(row[:-1] for row in rows)
    return Table(columns[:-1], rows_without, title=f"How much the {words.many} differ", small=True)


def _label(row: dict[str, Any], words: Words) -> str:
    name = _NAMES.get(str(row["measure"]), named(str(row["measure"]))).format(many=words.many)
    if missing(row["burst"]):
        return name
    of = "" if row["modality"] == 1 else f", burst {integer(row['burst'])} of {integer(row['modality'])}"
    return name + of


def _with_unit(value: Any, unit: Any) -> str:
    return significant(value, "" if unit == "none" else str(unit))


def _bounds(row: dict[str, Any]) -> str:
    if missing(row["low"]) or missing(row["high"]):
        return NOT_DETERMINABLE
    return f"{significant(row['low'])} to {_with_unit(row['high'], row['unit'])}"


def _principal(an: Analysis, words: Words) -> list[Block]:
    rows = records(an.principal)
    title = "Principal activations"
    if not rows or missing(rows[0]["activation"]):
        why = str(rows[0]["why"]) if rows else "not part of this stored result"
        return [Paragraph(f"{title}: {NOT_DETERMINABLE}, {why}.")]
    cells = tuple(
        (
            integer(row["activation"]),
            edge(row["onset_pct"], words),
            edge(row["offset_pct"], words),
            percent(row["share_pct"]),
            integer(row["n_cycles"]),
        )
        for row in rows
    )
    columns = (
        Column("Activation"),
        Column("From", "right"),
        Column("To", "right"),
        Column(f"{sentence(words.many)} with a burst in it", "right"),
        Column(f"{sentence(words.many)} clustered", "right"),
    )
    note = (
        f"Where the muscle is on in all {integer(rows[0]['n_clusters'])} patterns that recur among the"
        f" {words.many} (hierarchical clustering of onsets and offsets, after CIMAP)."
    )
    return [Table(columns, cells, title=title, small=True), Paragraph(note, "note")]
