"""What the first page rests on, cycle by cycle: signal, raster and ledger; then magnitude and notes."""

from __future__ import annotations

from emgkit.report import edits, figures, first_page, lines, magnitude, player, robustness, style, traces
from emgkit.report.model import Block, Bullets, Paragraph, Picture, Section
from emgkit.report.panels import Strip
from emgkit.report.words import Words, missing, remark
from emgkit.result import Analysis
from emgkit.tables import AMPLITUDE

PART = "Evidence"


def signal(an: Analysis, words: Words) -> Section:
    """Return the signal of each used cycle with the edges of its bursts and their intervals."""
    title = f"The signal of each {words.one}"
    found = traces.strips(an)
    n_used = int(an.cycles["used"].sum())
    if not found:
        why = (
            "The signal is not part of a stored result; analyse the recording again to see it."
            if n_used
            else f"No {words.one} was used."
        )
        return Section("traces", title, (Paragraph(why, "caution"),), new_page=True, part=PART)
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
                windows=traces.windows(shown[first:last], traces.common_limit(shown)),
            )
        )
    return Section("traces", title, (*blocks, magnitude.CAUTION), new_page=True, part=PART)


def _dashed(shown: tuple[Strip, ...]) -> str:
    known = any(not missing(strip.foot_off_pct) for strip in shown)
    return "Dashed: foot-off." if known else first_page.NO_FOOT_OFF


def _bounds(an: Analysis) -> str:
    return "" if figures.drawn_axis(an) == (0.0, 100.0) else "Dashed: start and end of the repetition."


def raster(an: Analysis, words: Words) -> Section:
    """Return the raster of on and off, one row per used cycle, with phases, reference and means above it."""
    n_rows = len(figures.used_cycles(an))
    known = int(figures.used_cycles(an)["foot_off_pct"].notna().sum())
    caption = [
        f"One row per used {words.one}; blue: muscle on"
        + ("; grey: swing; tick: foot-off." if words.gait and known else "."),
    ]
    if figures.phases_drawn(an):
        caption.append(
            "Phases: thick line, the patient's own event; dotted, not measured."
            if words.gait
            else "Phases: as they are named in the settings."
        )
    caption += edits.raster_caption(an, words)
    caption.append(
        f"A burst across the next {words.start} goes on at the left of the next {words.one}."
        if words.gait
        else _bounds(an)
    )
    if words.gait and n_rows and not known:
        caption.append(first_page.NO_FOOT_OFF)
    elif words.gait and known < n_rows:
        caption.append(f"Foot-off is not determinable in {n_rows - known} of {words.count(n_rows)}.")
    picture = Picture(
        "raster",
        style.to_svg(figures.timing_figure(an)),
        f"Raster of on and off in {words.count(n_rows)}, with the mean timing"
        + (" and the reference above it." if an.study.reference else " above it."),
        " ".join(caption).strip(),
    )
    return Section("raster", f"On and off in each {words.one}", (picture,))


def ledger(an: Analysis, words: Words) -> Section:
    """Return every cycle, used or not, and why one is left out."""
    out = lines.left_out(an, words)
    why = (Paragraph("Left out", tone="heading"), Bullets(out)) if out else ()
    return Section(
        "ledger",
        f"Ledger of {words.many}",
        (lines.ledger(an, words), magnitude.CAUTION, *first_page.counting(an, words), *why),
    )


def second_opinion(an: Analysis, words: Words) -> Section:
    """Return whether the bursts hold with another setting and with another detector."""
    said = robustness.summary(an, words)
    return Section(
        "robustness",
        "Other settings and a second detector",
        (*((Paragraph(said),) if said else ()), robustness.table(an)),
    )


def magnitudes(an: Analysis, words: Words) -> Section:
    """Return the magnitude by part of the cycle, and over each cycle as a whole."""
    return Section(
        "magnitude",
        "Magnitude",
        (*magnitude.phases(an, words), lines.spread_table(an, words), magnitude.CAUTION),
    )


def notes(an: Analysis) -> Section:
    """Return the notes of the analysis; the one that stands under every magnitude is not said again."""
    said = tuple(("", remark(note)) for note in an.notes if note != AMPLITUDE)
    return Section("notes", "Notes of the analysis", (Bullets(said) if said else Paragraph("None."),))
