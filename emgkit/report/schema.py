"""JSON Schemas of a result and of the report model, made from the declarations in the code.

They are stored in `emgkit/schemas/`; `docs/generate.py` writes them.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

from pydantic import TypeAdapter

from emgkit import tables
from emgkit.report import data, model
from emgkit.result import SCHEMA_VERSION, StoredResult
from emgkit.tables import NOT_DETERMINABLE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RESULT_ID = f"urn:emgkit:schema:result:{SCHEMA_VERSION}"
MODEL_ID = f"urn:emgkit:schema:report-model:{data.SCHEMA_VERSION}"
_TYPES: Mapping[tables.Dtype, str] = {
    "float64": "number",
    "Int64": "integer",
    "bool": "boolean",
    "str": "string",
}


def schema_files() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    schemas = {"result.schema.json": result_schema(), "report_model.schema.json": report_model_schema()}
    return {name: json.dumps(schema, indent=1) + "\n" for name, schema in schemas.items()}


def result_schema() -> dict[str, Any]:
    """Return the schema of a `result.json`, of this version and of every older one with its `schema_version`.

    Columns and tables that an older version lacks are not required.
    """
    schema: dict[str, Any] = _without_titles(StoredResult.model_json_schema())
    schema["properties"]["tables"] = {
        "description": f"columns by name, by table, of one length; a number that cannot be determined reads"
        f" {NOT_DETERMINABLE!r}",
        "type": "object",
        "properties": {name: _table(name) for name in tables.TABLES},
        "required": [name for name in tables.TABLES if _required(name)],
        "additionalProperties": False,
    }
    head = {"$schema": DIALECT, "$id": RESULT_ID, "title": "Result of emgkit (result.json)"}
    return head | schema


def report_model_schema() -> dict[str, Any]:
    """Return the schema of what `emgkit.report_model` returns; the result's schema is embedded in it."""
    document = _without_titles(TypeAdapter(model.Document).json_schema(ref_template="#/$defs/{model}"))
    definitions = document.pop("$defs")
    definitions["Document"] = document
    for name, definition in definitions.items():
        _complete(definition, getattr(model, name))
    blocks = definitions["Section"]["properties"]["blocks"]["items"]
    blocks["oneOf"] = blocks.pop("anyOf")  # the kind tells them apart
    return {
        "$schema": DIALECT,
        "$id": MODEL_ID,
        "title": "Report model of emgkit",
        "type": "object",
        "properties": {
            "schema_version": {"const": data.SCHEMA_VERSION},
            "result": {"$ref": RESULT_ID, "description": "The content of result.json."},
            "document": {"$ref": "#/$defs/Document"},
        },
        "required": ["schema_version", "result", "document"],
        "additionalProperties": False,
        "$defs": definitions | {"result": result_schema()},
    }


def _table(name: str) -> dict[str, Any]:
    columns = {c.name: _column(c) for c in tables.TABLES[name]}
    return {
        "type": "object",
        "properties": columns,
        "required": _required(name),
        "additionalProperties": False,
    }


def _required(name: str) -> list[str]:
    return [c.name for c in tables.TABLES[name] if c.name not in tables.LATER.get(name, ())]


def _column(column: tables.Column) -> dict[str, Any]:
    cell: dict[str, Any] = {"type": _TYPES[column.dtype]}
    if column.dtype in ("float64", "Int64"):
        cell = {"anyOf": [cell, {"const": NOT_DETERMINABLE}]}
    unit = {"x-unit": column.unit} if column.unit else {}
    return {"description": column.meaning, **unit, "type": "array", "items": cell}


def _complete(definition: dict[str, Any], declared: type) -> None:
    """Add what pydantic leaves out of the schema of a dataclass: its kind, and the words about its fields."""
    properties, words = definition["properties"], _words(declared)
    for name, about in words.items():
        properties[name]["description"] = about
    definition["properties"] = _kind(declared) | properties
    definition["required"] = [name for name in definition["properties"] if name not in data.BULKY]
    definition["additionalProperties"] = False


def _kind(declared: type) -> dict[str, Any]:
    return {"kind": {"const": declared.kind}} if declared in get_args(model.Block) else {}  # type: ignore[attr-defined]


def _words(declared: type) -> dict[str, str]:
    """Return the texts that stand under the fields of a dataclass."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(declared))).body
    assert isinstance(node, ast.ClassDef)
    found = {
        field.target.id: inspect.cleandoc(under.value.value)
        for field, under in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(under, ast.Expr)
        and isinstance(under.value, ast.Constant)
        and isinstance(under.value.value, str)
    }
    return {f.name: found[f.name] for f in fields(declared) if f.name in found}


def _without_titles(value: Any) -> Any:
    """Leave out the titles that pydantic makes of names: they say nothing new."""
    if isinstance(value, dict):
        return {
            key: item if key == "default" else _without_titles(item)
            for key, item in value.items()
            if key != "title" or not isinstance(item, str)
        }
    return [_without_titles(item) for item in value] if isinstance(value, list) else value
