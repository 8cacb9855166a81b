"""A reference as a table in CSV: its columns, and every fault with its line and column."""

import csv
import difflib
import hashlib
import io
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from emgkit import muscles
from emgkit.errors import InputError
from emgkit.faults import joined, short
from emgkit.reference.arcs import arc, overlap
from emgkit.reference.sets import Reference
from emgkit.reference.windows import NAN, NOMINAL_FOOT_OFF_PCT, NORMALISATIONS, ReferenceWindow

COLUMNS: Mapping[str, str] = {
    "muscle": "full name in snake case, or an accepted abbreviation",
    "variant": "`usual`, or the name of an alternate pattern; every muscle has a `usual` one",
    "burst": "number of the burst within the variant, from 1",
    "onset_pct": "on, percent of the cycle, 0 to below 100; 0: on before contact, no onset is given",
    "offset_pct": "off, above 0 to 100; below `onset_pct` if the burst crosses contact; 100: on past the end "
    "of swing, no offset is given",
    "source": "where the row comes from: author, year, title",
    "status": "how far it can be relied on, such as `measured in this laboratory`",
}
OPTIONAL_COLUMNS: Mapping[str, str] = {
    "abbreviation": "for the reader only",
    "foot_off_pct": "foot-off of the cycle in which the row is given, above 0 to below 100, the same for all "
    f"rows of a muscle; {NOMINAL_FOOT_OFF_PCT:g} where empty",
    "onset_sd_pct": "standard deviation of the onset over persons, 0 to 50 % of the cycle",
    "offset_sd_pct": "the same of the offset",
    "mean_low_pct_ref": "least usual mean amplitude of the burst, in percent of `normalisation`",
    "mean_high_pct_ref": "greatest usual mean amplitude of the burst, likewise",
    "normalisation": "what these are a percentage of: " + ", ".join(f"`{n}`" for n in NORMALISATIONS),
}
MAX_BYTES = 1_000_000
_MAX_FAULTS = 5
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_Row = Mapping[str, str]


def parse(content: bytes, file: str, *, name: str, version: str, population: str, status: str) -> Reference:
    """Return the reference that a CSV file holds.

    Raises
    ------
    InputError
        If anything in it cannot be used.
    """
    if len(content) > MAX_BYTES:
        raise InputError(
            "this is too large for a reference", where=file, accepted=f"{MAX_BYTES} bytes at most"
        )
    rows = _rows(content, file)
    faults: list[str] = []
    windows = [(line, w) for line, row in rows if (w := _window(line, row, faults)) is not None]
    faults += [] if faults else _disagreements(windows)
    if faults:
        more = len(faults) - _MAX_FAULTS
        shown = faults[:_MAX_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise InputError(joined(shown), where=file, mend="put the file right and run again")
    ordered = sorted((w for _, w in windows), key=lambda w: w.variant != "usual")
    return Reference(
        name, version, population, status, tuple(ordered), file, hashlib.sha256(content).hexdigest()
    )


def _rows(content: bytes, file: str) -> list[tuple[int, _Row]]:
    """Return the rows that hold anything, each with its line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is no text in UTF-8", where=file) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        _check_head(head, file)
        rows: list[tuple[int, _Row]] = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(head):
                raise InputError(
                    "the line has another number of cells than the head (a comma in a cell needs quotes; "
                    "decimals are written with a point)",
                    where=f"{file}, line {reader.line_num}",
                    found=len(cells),
                    accepted=str(len(head)),
                )
            rows.append((reader.line_num, dict(zip(head, (c.strip() for c in cells), strict=True))))
    except csv.Error as error:
        raise InputError(
            f"this is no CSV ({error})", where=f"{file}, line {reader.line_num}", mend="separate by commas"
        ) from None
    if not rows:
        raise InputError("the reference holds no row", where=file)
    return rows


def _check_head(head: Sequence[str], file: str) -> None:
    known = {**COLUMNS, **OPTIONAL_COLUMNS}
    wrong = [f"the column {c} is missing" for c in COLUMNS if c not in head]
    wrong += [f"the column {short(c)} is not known" for c in dict.fromkeys(head) if c not in known]
    wrong += [f"the column {c} stands there twice" for c in dict.fromkeys(head) if head.count(c) > 1]
    if wrong:
        raise InputError(
            "; ".join(wrong),
            where=f"{file}, line 1",
            found=",".join(head),
            accepted=f"{', '.join(COLUMNS)}, and where wanted {', '.join(OPTIONAL_COLUMNS)}; by commas",
        )


class _Cells:
    """The cells of one line, with the faults that reading them finds."""

    def __init__(self, line: int, row: _Row) -> None:
        self.line, self.row, self.faults = line, row, list[str]()

    def fault(self, column: str, text: str) -> None:
        self.faults.append(f"line {self.line}, {column}: {text} (found {short(self.row.get(column, ''))})")

    def text(self, column: str) -> str:
        if not self.row[column]:
            self.fault(column, "empty")
        return self.row[column]

    def number(
        self, column: str, low: float, high: float, words: str, *, empty: float | None = None
    ) -> float:
        given = self.row.get(column, "")
        if not given and empty is not None:
            return empty
        if not _NUMBER.fullmatch(given) or not low <= float(given) <= high:
            self.fault(column, f"a number {words} is needed")
            return NAN
        return float(given)


def _window(line: int, row: _Row, faults: list[str]) -> ReferenceWindow | None:
    cells = _Cells(line, row)
    muscle = muscles.full_name(row["muscle"])
    if muscle is None:
        near = difflib.get_close_matches(row["muscle"].lower(), muscles.MUSCLES, n=3, cutoff=0.5)
        cells.fault("muscle", f"not a known muscle{f'; near it: {chr(44).join(near)}' if near else ''}")
    number = re.fullmatch(r"[1-9][0-9]{0,2}", row["burst"])
    if not number:
        cells.fault("burst", "a whole number from 1 is needed")
    least, below = math.nextafter(0, 1), math.nextafter(100, 0)
    window = ReferenceWindow(
        muscle=muscle or "",
        variant=cells.text("variant"),
        burst=int(number[0]) if number else 0,
        onset_pct=cells.number("onset_pct", 0, below, "from 0 to below 100"),
        offset_pct=cells.number("offset_pct", least, 100, "above 0, to 100"),
        source=cells.text("source"),
        status=cells.text("status"),
        foot_off_pct=cells.number(
            "foot_off_pct", least, below, "above 0 and below 100", empty=NOMINAL_FOOT_OFF_PCT
        ),
        onset_sd_pct=cells.number("onset_sd_pct", 0, 50, "from 0 to 50", empty=NAN),
        offset_sd_pct=cells.number("offset_sd_pct", 0, 50, "from 0 to 50", empty=NAN),
        mean_low_pct_ref=cells.number("mean_low_pct_ref", 0, 10_000, "from 0 to 10000", empty=NAN),
        mean_high_pct_ref=cells.number("mean_high_pct_ref", 0, 10_000, "from 0 to 10000", empty=NAN),
        normalisation=row.get("normalisation", ""),
    )
    if window.onset_pct == window.offset_pct:
        cells.fault("offset_pct", "the burst ends where it begins")
    if window.mean_low_pct_ref >= window.mean_high_pct_ref:
        cells.fault("mean_high_pct_ref", "not above mean_low_pct_ref")
    stated = not (math.isnan(window.mean_low_pct_ref) and math.isnan(window.mean_high_pct_ref))
    if (stated or window.normalisation) and window.normalisation not in NORMALISATIONS:
        cells.fault("normalisation", f"one of {', '.join(NORMALISATIONS)} is needed")
    faults += cells.faults
    return None if cells.faults else window


def _disagreements(windows: Sequence[tuple[int, ReferenceWindow]]) -> list[str]:
    """Return what is wrong between rows of one muscle."""
    faults: list[str] = []
    by_muscle: dict[str, list[tuple[int, ReferenceWindow]]] = defaultdict(list)
    for line, window in windows:
        by_muscle[window.muscle].append((line, window))
    for muscle, rows in by_muscle.items():
        first = rows[0][0]
        if all(w.variant != "usual" for _, w in rows):
            faults.append(f"line {first}, variant: {muscle} has no usual one (found {rows[0][1].variant!r})")
        if len({w.foot_off_pct for _, w in rows}) > 1:
            found = ", ".join(f"{w.foot_off_pct:g} in line {line}" for line, w in rows)
            faults.append(f"line {first}, foot_off_pct: differs within {muscle} (found {found})")
        for variant in dict.fromkeys(w.variant for _, w in rows):
            faults += _within_variant([(line, w) for line, w in rows if w.variant == variant])
    return faults


def _within_variant(rows: Sequence[tuple[int, ReferenceWindow]]) -> list[str]:
    numbers = [w.burst for _, w in rows]
    if sorted(numbers) != list(range(1, len(rows) + 1)):
        line, w = rows[0]
        return [
            f"line {line}, burst: the bursts of {w.muscle}, {w.variant}, are numbered 1 to {len(rows)}, each "
            f"once (found {', '.join(map(str, numbers))})"
        ]
    return [
        f"line {line}, onset_pct: the burst overlaps that of line {before} (found {w.onset_pct:g} to "
        f"{w.offset_pct:g} and {other.onset_pct:g} to {other.offset_pct:g})"
        for (before, other), (line, w) in combinations(rows, 2)
        if overlap(arc(w.onset_pct, w.offset_pct), arc(other.onset_pct, other.offset_pct)) > 0
    ]
