"""Procedure codes that are not reported together: numbers, source and year, and nothing of the code book."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

CODES_STATUS = "secondary, check; the code book of the year decides"
_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


@dataclass(frozen=True, slots=True)
class Combination:
    """A code, and a range of codes with which it is not reported."""

    code: int
    with_from: int
    with_to: int
    source: str
    year: int


@cache
def combinations() -> tuple[Combination, ...]:
    """Return the table."""
    text = resources.files("emgkit.reference").joinpath("code_combinations.csv").read_text(encoding="utf-8")
    return tuple(
        Combination(
            int(row["code"]), int(row["with_from"]), int(row["with_to"]), row["source"], int(row["year"])
        )
        for row in csv.DictReader(text.splitlines())
    )


def code_remarks(codes: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each pair of codes that is not reported together.

    Parameters
    ----------
    codes : sequence of str
        As the manifest gives them; the number of five digits in each counts ("96003-26").

    Returns
    -------
    tuple of str
        It names the pair, the source and its year. It is no advice: it does not say which code to use.

    Examples
    --------
    >>> print(code_remarks(["96003", "95870"])[0].partition(" (")[0])
    Codes 96003 and 95870 both stand in study.codes and are listed as not reported together
    """
    given = list(dict.fromkeys(int(found) for text in codes for found in _CODE.findall(text)))
    return tuple(
        f"Codes {rule.code} and {other} both stand in study.codes and are listed as not reported together "
        f"({rule.source}, {rule.year}; {CODES_STATUS})."
        for rule in combinations()
        if rule.code in given
        for other in given
        if rule.with_from <= other <= rule.with_to
    )
