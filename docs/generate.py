"""Write the generated parts of the documentation, and the JSON Schemas, from the declarations in the code.

Run it after a change of a column, a setting, a check, a rule or a key of the manifest:

    python docs/generate.py
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from emgkit import quality, reference, tables
from emgkit.documentation import ITEMS
from emgkit.found import REASONS
from emgkit.io.edits import ACTIONS
from emgkit.io.events import VOCABULARY
from emgkit.io.manifest import Manifest
from emgkit.io.manifest_schema import FILE as MANIFEST_SCHEMA
from emgkit.io.manifest_schema import manifest_schema
from emgkit.report.schema import schema_files
from emgkit.settings import Settings

DOCS = Path(__file__).resolve().parent
SCHEMAS = DOCS.parent / "emgkit" / "schemas"
NOTICE = "<!-- Written by docs/generate.py; do not edit by hand. -->"

_ABOUT_TABLES = {
    "cycles": "one row per gait cycle or repetition, used or not",
    "bursts": "one row per burst of activity",
    "profile": "one row per percent of the cycle, 0 to 100",
    "summary": "one row per modality (number of bursts per cycle) and burst",
    "findings": "one row per finding",
    "quality": "one row per check and recording",
    "gait": "one row per time parameter and side; [gait.md](gait.md) defines them",
    "phases": "one row per phase of gait, in order; [gait.md](gait.md) says where each boundary comes from",
    "magnitude": "one row per part of the cycle: the whole, stance and swing, and the phases; "
    "[magnitude.md](magnitude.md) defines its numbers",
    "interference_pattern": "one row per measure of a steady contraction, no part of an analysis; "
    "[interference_pattern.md](interference_pattern.md) defines them",
    "variability": "one row per measure of how much the cycles differ; [timing.md](timing.md) defines them",
    "principal": "one row per principal activation; [timing.md](timing.md) says how they are found",
    "comparison": "one row per measure of two results; written by `emgkit compare`",
    "stimulation": "one row per measure of a trial; [stimulation.md](stimulation.md) defines them",
    "faults": "one row per place at which a check of the signal found a fault",
    "edits": "one row per change that a person made; [edits.md](edits.md) has the rules",
    "documentation": "one row per item that has to be documented; [documentation.md](documentation.md)",
    "sessions": "one row per session of an archive; written by `emgkit collect`, whose `cycles.csv` and "
    "`bursts.csv` begin with the same column `session`; [archive.md](archive.md)",
}
_UNITS = {"s": "seconds", "hz": "hertz", "pct": "percent", "v": "volts", "ratio": "times the median"}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def columns() -> str:
    """Return the page of all columns."""
    parts = [
        "# Columns",
        NOTICE,
        "Every column of every table, as CSV and in `result.json`. In a file, a number that cannot be "
        f'determined reads "{tables.NOT_DETERMINABLE}".',
        "In the CSV files (UTF-8, numbers with nine significant digits) a text that a spreadsheet would take "
        "for a formula has an apostrophe before it: one that begins with `=`, `+`, `-`, `@`, a tab, a line "
        "break or an apostrophe. Numbers have none. To read a table back with its texts as they were:",
        "```python\nimport pandas\n\nfrom emgkit.report.files import text_of_cell\n\n"
        'cycles = pandas.read_csv("out/cycles.csv", na_values="not determinable")\n'
        'cycles["trial"] = cycles["trial"].map(text_of_cell)\n```',
    ]
    for name, declared in {**tables.TABLES, **tables.BESIDE}.items():
        rows = [(f"`{c.name}`", c.unit, _type(c.dtype), c.meaning) for c in declared]
        parts += [f"## {name}", f"{_ABOUT_TABLES[name].capitalize()}."]
        parts += [table(("column", "unit", "type", "meaning"), rows)]
    words = [(f"`{word}`", meaning) for word, meaning in REASONS.items()]
    parts += ["## Words of `cycles.reason`", table(("word", "meaning"), words)]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """Return the page of all settings."""
    parts = [
        "# Settings",
        NOTICE,
        "All settings with their defaults. In a session folder they stand in `session.toml` under "
        "`[settings]`, for example `[settings.gait]`. Every result carries all of them.",
    ]
    for name, section in Settings.model_fields.items():
        model = section.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError(f"the settings {name!r} are no section")
        defaults = model().model_dump(mode="json")
        rows = [
            (f"`{key}`", f"`{json.dumps(defaults[key])}`", _unit(key), _bounds(f), f.description or "")
            for key, f in model.model_fields.items()
        ]
        parts += [f"## {name}", (model.__doc__ or "").strip().splitlines()[0]]
        parts += [table(("setting", "default", "unit", "accepted", "meaning"), rows)]
    return "\n\n".join(parts) + "\n"


def checks() -> str:
    """Return the table of quality checks."""
    rows = [(f"`{c.name}`", c.meaning, c.unit, c.limit) for c in quality.CHECKS]
    return table(("check", "value", "unit", "verdict"), rows)


def rules() -> str:
    """Return the table of timing rules."""
    return table(("term", "rule", "holds when"), [(r.term, f"`{r.id}`", r.words) for r in reference.RULES])


def reference_columns() -> str:
    """Return the table of the columns of a reference."""
    rows = [(f"`{name}`", "required", meaning) for name, meaning in reference.COLUMNS.items()]
    rows += [(f"`{name}`", "", meaning) for name, meaning in reference.OPTIONAL_COLUMNS.items()]
    return table(("column", "", "meaning"), rows)


def manifest() -> str:
    """Return the table of all keys of a manifest."""
    rows = []
    for name, section in Manifest.model_fields.items():
        model = _model(section.annotation)
        if model is None:
            rows.append((f"`[{name}]`", "any of [settings](settings.md)", "", section.description or ""))
            continue
        for key, f in model.model_fields.items():
            need = "required" if section.is_required() and f.is_required() else ""
            need = need or (f"required in [{name}]" if f.is_required() else "")
            rows.append((f"`[{name}]`", f"`{key}`", need, f.description or ""))
    return table(("section", "key", "", "meaning"), rows)


def edit_keys() -> str:
    """Return the table of all keys of an edit."""
    used: dict[str, list[str]] = {}
    meanings: dict[str, str] = {}
    for action, model in ACTIONS.items():
        for key, f in model.model_fields.items():
            used.setdefault(key, []).append(f"`{action}`")
            meanings[key] = f.description or ""
    rows = [
        (f"`{key}`", "all" if len(of) == len(ACTIONS) else ", ".join(of), meanings[key])
        for key, of in used.items()
    ]
    return table(("key", "in", "meaning"), rows)


def movements() -> str:
    """Return the table of the movements that confirm and refute the place of a wire."""
    rows = [
        (a.muscle.replace("_", " "), a.confirms, a.refutes, a.source, a.status)
        for a in reference.actions().values()
    ]
    return table(("muscle", "confirms", "refutes", "source", "status"), rows)


def documentation() -> str:
    """Return the table of the items that have to be documented."""
    rows = [(i.group, i.item, i.required_by, i.where) for i in ITEMS]
    return table(("about", "item", "required by", "keys"), rows)


def vocabulary() -> str:
    """Return the table of the words for events."""
    return table(("event", "words"), [(f"`{kind}`", ", ".join(words)) for kind, words in VOCABULARY.items()])


def pages() -> Mapping[str, str]:
    """Return the text that each page should have, by file name."""
    out = {"columns.md": columns(), "settings.md": settings()}
    blocks = {
        "quality.md": checks(),
        "findings.md": rules(),
        "reference.md": reference_columns(),
        "session.md": manifest(),
        "recordings.md": vocabulary(),
        "muscles.md": movements(),
        "edits.md": edit_keys(),
        "documentation.md": documentation(),
    }
    for name, block in blocks.items():
        text = (DOCS / name).read_text(encoding="utf-8")
        before, begin, rest = text.partition(f"{NOTICE}\n")
        _, end, after = rest.partition("<!-- end -->")
        if not begin or not end:
            raise ValueError(f"{name} has no place for its generated part")
        out[name] = f"{before}{begin}\n{block}\n\n{end}{after}"
    return out


def schemas() -> Mapping[str, str]:
    """Return the text that each JSON Schema of the package should have, by file name."""
    return {MANIFEST_SCHEMA: json.dumps(manifest_schema(), indent=1, ensure_ascii=False) + "\n"}


def _type(dtype: str) -> str:
    return {"float64": "number", "Int64": "integer", "bool": "true or false", "str": "text"}[dtype]


def _unit(key: str) -> str:
    return _UNITS.get(key.rsplit("_", 1)[-1], "")


def _bounds(f: FieldInfo) -> str:
    signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
    found = [f"{s} {getattr(m, a):g}" for m in f.metadata for a, s in signs.items() if hasattr(m, a)]
    choices = getattr(f.annotation, "__args__", ())
    found += [c for c in choices if isinstance(c, str)]
    return ", ".join(found)


def _model(annotation: Any) -> type[BaseModel] | None:
    for one in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


if __name__ == "__main__":
    for file, text in pages().items():
        (DOCS / file).write_text(text, encoding="utf-8")
    SCHEMAS.mkdir(exist_ok=True)
    for file, text in (schemas() | schema_files()).items():
        (SCHEMAS / file).write_text(text, encoding="utf-8")
