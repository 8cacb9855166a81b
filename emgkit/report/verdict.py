"""The verdict on the session, as report and notebook show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from emgkit.report.model import Block, Paragraph, Verdict, Verdicts
from emgkit.result import Analysis

_SHOWN: Mapping[str, tuple[str, str, Literal["good", "limited", "bad", "unknown"]]] = {
    "A": ("can be read", "\u25cf", "good"),
    "B": ("can be read with limits", "\u25b2", "limited"),
    "C": ("do not read", "\u2715", "bad"),
}


def block(an: Analysis) -> Verdicts:
    """Return the verdict with the sentence why; it stands before all other words on quality."""
    said, mark, tone = _SHOWN.get(an.study.verdict, ("not assessed", "?", "unknown"))
    label = f"Verdict {an.study.verdict}" if an.study.verdict in _SHOWN else "Verdict"
    return Verdicts((Verdict(label, said, mark, tone, an.study.verdict_why),))


def caution(an: Analysis) -> tuple[Block, ...]:
    """Return what stands over timing and bursts of a session that is not to be read, else nothing."""
    if an.study.verdict != "C":
        return ()
    return (
        Paragraph("Verdict C: not usable. What follows is shown so that the fault can be seen.", "caution"),
    )
