"""The JSON Schema of a `session.toml`, by which an editor completes and checks it while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgkit.io.manifest import Manifest
from emgkit.settings import Settings

FILE = "session.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema() -> dict[str, Any]:
    """Return the schema of a manifest, its `[settings]` included.

    Returns
    -------
    dict
        In draft 2020-12, without references and with keywords only that older drafts have, too: editors of
        TOML read those. It says of a manifest what one key can say of itself; that files exist, and that
        two keys agree, `emgkit.load_session` finds.

    Examples
    --------
    >>> manifest_schema()["required"]
    ['electrode', 'trials']
    """
    whole = Manifest.model_json_schema()
    schema = _plain(whole, whole["$defs"])
    settings = Settings.model_json_schema()
    about = schema["properties"]["settings"]["description"]
    schema["properties"]["settings"] = _plain(settings, settings["$defs"]) | {"description": about}
    return {"$schema": DIALECT, "title": "session.toml of emgkit", **schema}


def _plain(node: Any, sections: Mapping[str, Any]) -> Any:
    """Return a part of a schema with its references put in place, and without what TOML has not: null."""
    if isinstance(node, list):
        return [_plain(part, sections) for part in node]
    if not isinstance(node, dict):
        return node
    given = dict(node)
    options = given.get("anyOf", [])
    if {"type": "null"} in options:
        left = [option for option in options if option != {"type": "null"}]
        del given["anyOf"]
        # what stands at the key wins over what stands at its type
        given = ({**left[0], **given}) if len(left) == 1 else {**given, "anyOf": left}
    if "$ref" in given:
        given = sections[given.pop("$ref").rpartition("/")[2]] | given
    if "prefixItems" in given:  # of one kind wherever settings have them; drafts before 2020-12 lack the word
        given["items"] = given.pop("prefixItems")[0]
    out = {}
    for key, value in given.items():
        if key == "properties":
            out[key] = {name: _plain(part, sections) for name, part in value.items()}
        elif key not in ("$defs", "title") and not (
            key == "default" and (value is None or isinstance(value, dict))
        ):
            out[key] = _plain(value, sections)
    return out
