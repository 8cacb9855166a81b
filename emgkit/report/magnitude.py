"""Magnitude in the report: what percentages are of, the table of phases, and the words under each figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgkit.report.model import Block, Column, Paragraph, Table
from emgkit.report.words import (
    MICRO,
    NBSP,
    Words,
    integer,
    missing,
    number,
    percent,
    records,
    remark,
    sentence,
    significant,
    spoken,
)
from emgkit.result import Analysis
from emgkit.tables import AMPLITUDE, GIVEN, NOMINAL, NOT_DETERMINABLE, NOT_RECORDED, SCALED

CAUTION = Paragraph(AMPLITUDE, "note")
"""Stands under every table and figure of magnitudes."""
WITHIN_NOISE = "within the noise"
_CLEAR_SHARE = 0.2
"""A power that exceeds that of the noise by less than this share of it (0.8 dB) is within the noise: the
noise is not steadier than that, and the root of a small difference looks large."""
_NUMBER = 113
"""Share of a column of numbers: "determinable" fits on a line of it."""


def percent_of(an: Analysis) -> str:
    """Return the heading of a column of percentages: what they are of, with its value."""
    short = an.study.amplitude.short
    return (
        "% of the reference amplitude"
        if short == "none"
        else f"% of the {remark(short).replace(' ' + MICRO, NBSP + MICRO)}"
    )


def named(an: Analysis, *, first_page: bool = False) -> tuple[Block, ...]:
    """Return what stands under a table of percentages: the caution, the reference, and what is against it.

    On the first page the caution stands by itself, so that no reader misses it.
    """
    words = f"Normalisation: {remark(an.study.normalisation) or NOT_RECORDED}."
    if first_page:
        return (Paragraph(AMPLITUDE, "caution"), Paragraph(words, "note"), *_doubt(an))
    return (Paragraph(f"{AMPLITUDE} {words}", "note"), *_doubt(an))


def _doubt(an: Analysis) -> tuple[Block, ...]:
    against = an.study.amplitude.against
    if not against:
        return ()
    return (Paragraph(f"This maximum is not credible: {remark('; '.join(against))}.", "caution"),)


def phases(an: Analysis, words: Words) -> tuple[Block, ...]:
    """Return the table of magnitude by part of the cycle with what stands under it; none if it is older."""
    if an.magnitude.empty:
        return ()
    rows = tuple(_row(row) for row in records(an.magnitude))
    last = 68 if words.gait else 100  # as wide as its heading
    columns = (
        Column("Part", share=208 - last),
        Column(f"% of the {words.one}", "right", share=_NUMBER),
        Column(f"Mean (SD), {MICRO}", "right", share=_NUMBER),
        Column(f"RMS, {MICRO}", "right", share=_NUMBER),
        Column("RMS without noise", "right", share=_NUMBER),
        Column(f"Peak, {MICRO}", "right", share=_NUMBER),
        Column(f"Integral, {MICRO}{NBSP}s", "right", share=_NUMBER),
        Column(f"Mean, {percent_of(an)}", "right", share=_NUMBER),
        Column(sentence(words.many), "right", share=last),
    )
    noise = (
        "the noise floor is not determinable"
        if missing(an.study.noise_uv)
        else f"the noise floor, {significant(an.study.noise_uv, MICRO)}, is subtracted in power"
    )
    note = (
        f"Mean: of the rectified signal, averaged over the {words.many}; SD: of these means. RMS: over all of"
        f" them together; without noise: {noise}. Peak: of the envelope, averaged. {_basis(an)}"
    )
    return (
        Table(columns, rows, title=f"By part of the {words.one}", small=True),
        Paragraph(note.strip(), "note"),
        *_remarks(an),
        *named(an),
    )


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    bounds = (
        NOT_DETERMINABLE
        if missing(row["start_pct"]) or missing(row["end_pct"])
        else f"{number(row['start_pct'], 1)}\u2013{number(row['end_pct'], 1)}"
    )
    return (
        sentence(str(row["phase"])) + _mark(row),
        bounds,
        _mean_sd(row),
        significant(row["rms_uv"]),
        _net(row),
        significant(row["peak_uv"]),
        significant(row["iemg_uvs"]),
        percent(row["mean_pct_ref"]),
        integer(row["n_cycles"]),
    )


def _net(row: Mapping[str, Any]) -> str:
    net = row["net_rms_uv"]
    if not missing(net) and net**2 <= _CLEAR_SHARE * (row["rms_uv"] ** 2 - net**2):
        return WITHIN_NOISE
    return significant(net)


def _mean_sd(row: Mapping[str, Any]) -> str:
    spread = "" if missing(row["sd_uv"]) else f" ({significant(row['sd_uv'])})"
    return significant(row["mean_uv"]) + spread


def _mark(row: Mapping[str, Any]) -> str:
    bases = {row["start_basis"], row["end_basis"]}
    return f"{NBSP}(n)" if NOMINAL in bases else f"{NBSP}(s)" if SCALED in bases else ""


def _basis(an: Analysis) -> str:
    bases = {*an.magnitude["start_basis"], *an.magnitude["end_basis"]}
    said = {
        SCALED: "(s): a bound was not measured but scaled between own events.",
        NOMINAL: "(n): a bound is nominal, not the patient's own.",
        GIVEN: "The phases are as the settings name them.",
    }
    return " ".join(text for basis, text in said.items() if basis in bases)


def _remarks(an: Analysis) -> tuple[Paragraph, ...]:
    """Return why parts or numbers are not determinable, or not in every cycle; the same why stands once."""
    n_used = int(an.cycles["used"].sum())
    grouped: dict[str, list[str]] = {}
    for row in records(an.magnitude):
        if row["why"] != "none" and (row["n_cycles"] < n_used or missing(row["net_rms_uv"])):
            grouped.setdefault(str(row["why"]), []).append(str(row["phase"]))
    return tuple(Paragraph(f"{sentence(', '.join(names))}: {why}.") for why, names in grouped.items())


def under_profile(an: Analysis, words: Words) -> Paragraph:
    """Return what stands under the figure of the profile; it says which strides hold edits."""
    return Paragraph(f"{AMPLITUDE} {spoken(remark(an.study.profile), words)}".strip(), "note")


def profile_caption(an: Analysis, count: str) -> str:
    """Return which lines the figure of the profile has; only those that are drawn."""
    drawn = {name: bool(an.profile[name].notna().any()) for name in ("sd_uv", "band_low_uv", "intensity_uv")}
    level = f"{100 * an.settings.measure.confidence:g} %"
    return (
        f"Envelope in {MICRO} of {count}: mean"
        + (f" with its {level} interval (dark, at each percent alone)" if drawn["band_low_uv"] else "")
        + (", one standard deviation of the single ones (pale)" if drawn["sd_uv"] else "")
        + ", median (dashed)"
        + (
            "; steps: intensity-filtered average of the rectified signal."
            if drawn["intensity_uv"]
            else "; the intensity-filtered average is not determinable."
        )
    )
