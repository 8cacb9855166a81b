"""The JSON Schema of a manifest: up to date, and of one mind with the reader as far as a schema can be."""

import datetime
import importlib.util
import json
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_io_session import FULL, LEAST
from test_io_session_faults import KEYS, VALUES, toml

from emgkit import io, muscles, units
from emgkit.errors import InputError
from emgkit.io.manifest_schema import FILE, manifest_schema

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = json.loads(resources.files("emgkit").joinpath("schemas", FILE).read_text(encoding="utf-8"))
JUDGE = Draft202012Validator(SHIPPED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    session = tmp_path_factory.mktemp("s")
    for name in ("walk_10.c3d", "walk_2.c3d", "extra.c3d", "rest.c3d", "mmt_1.c3d", "mmt_2.c3d", "a.edf"):
        (session / name).touch()
    return session


def of_schema(text: str) -> list[str]:
    """What the schema finds; an editor hands it dates as texts."""
    plain = json.loads(json.dumps(tomllib.loads(text), default=lambda day: day.isoformat()))
    return [f"{list(error.absolute_path)}: {error.message}" for error in JUDGE.iter_errors(plain)]


def of_reader(folder, text: str) -> str:
    (folder / "session.toml").write_bytes(text.encode())
    try:
        io.load_session(folder)
    except InputError as error:
        return str(error)
    return ""


def test_it_is_a_schema_and_is_up_to_date():
    Draft202012Validator.check_schema(SHIPPED)
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (module.SCHEMAS / FILE).read_text(encoding="utf-8") == module.schemas()[FILE]
    assert manifest_schema() == SHIPPED


def test_older_drafts_know_all_its_words():
    words = set()

    def gather(node):
        for key, value in node.items() if isinstance(node, dict) else ():
            if key in ("properties", "propertyNames"):
                words.add(key)
                for part in value.values() if key == "properties" else [value]:
                    gather(part)
            elif key != "default":
                words.add(key)
                for part in value if isinstance(value, list) else [value]:
                    gather(part)

    gather(SHIPPED)
    later = {"$defs", "$ref", "prefixItems", "dependentRequired", "unevaluatedProperties", "const", "if"}
    assert not words & later
    assert {"additionalProperties", "pattern", "enum", "exclusiveMinimum", "description"} <= words


def test_every_key_has_its_meaning():
    for name, section in SHIPPED["properties"].items():
        assert section["description"]
        if name != "settings":
            assert all(key["description"] for key in section["properties"].values())
    for section in SHIPPED["properties"]["settings"]["properties"].values():
        assert all(key["description"] for key in section["properties"].values())


def test_sound_manifests_are_sound(sample_data, folder):
    texts = [(f / "session.toml").read_text() for f in sample_data.iterdir() if f.is_dir()]
    assert len(texts) == 3
    for text in (*texts, FULL, LEAST):
        assert of_schema(text) == []


# every change that a single key shows; the others are below
SEEN = [
    ('side = "left"', 'side = "L"'),
    ('"TIBPOST"', '"tibialis"'),
    ('"TIBPOST"', '"???"'),
    ("indication", "indikation"),
    ("[study]", "[studie]"),
    ('"uV"', '"uW"'),
    ('"uV"', '"???"'),
    ("coded =", "code ="),
    ("heel = 0.5", "heel = -1"),
    ('"rest.c3d"', '"../outside.c3d"'),
    ('"rest.c3d"', '"/etc/passwd"'),
    ('"rest.c3d"', "5"),
    ('"rest.c3d"', "[]"),
    ('"rest.c3d"', '" "'),
    ("walk =", "wlk ="),
    ("rest =", 'activity = "a.edf"\nrest ='),
    ("GL-0417", "../x"),
    ("2025-03-04", '"March"'),
    ("method =", "metod ="),
    ("0.02", "-1"),
    ("0.02", '"0.02"'),
    ("0.02", "true"),
    ('"double_threshold"', '"foo"'),
    ("debounce_s", "debounce"),
    ("debounce_s = 0.02", "coded_levels_v = { hel = 1.0 }"),
    ("debounce_s = 0.02", "skip_first = 1.5"),
    ('"differential"', "3"),
    ('"differential"', '""'),
    ("[study]", '[reference]\nmode = "add"\n[study]'),
    ("[study]", '[signature]\nby = "JD"\n[study]'),
]
UNSEEN = [
    ('"rest.c3d"', '"rst.c3d"'),  # whether a file is there
    ('"extra.c3d"', '"walk_2.c3d"'),  # whether a pattern and a name mean the same file
    ("debounce_s = 0.02", "coded_levels_v = { heel = 1.0 }"),  # whether two sections say the same
    ('"TIBPOST"', '"TIBIAL"'),  # whether another spelling than those that are listed is known
    ("varus of", "varus\\u0007 of"),  # control characters
    ("debounce_s = 0.02", "debounce_s = nan"),  # no order, no number
    ("[study]", "[settings.detect.parameters]\npatient = 1\n[study]"),  # what names a person
]


@pytest.mark.parametrize(("old", "new"), SEEN)
def test_both_refuse(folder, old, new):
    assert FULL.count(old) == 1
    text = FULL.replace(old, new)
    assert of_schema(text)
    assert of_reader(folder, text)


@pytest.mark.parametrize(("old", "new"), UNSEEN)
def test_what_a_schema_cannot_see(folder, old, new):
    assert FULL.count(old) == 1
    text = FULL.replace(old, new)
    assert of_schema(text) == []
    assert of_reader(folder, text)


@pytest.mark.parametrize("spelled", [*muscles.SPELLINGS, "TIBPOST", "Tib Ant", "Tibialis-Anterior", "Gmax_L"])
def test_no_spelling_of_a_muscle_is_marked_that_is_read(spelled):
    assert muscles.full_name(spelled)
    assert of_schema(LEAST.replace('"ta"', json.dumps(spelled))) == []


@pytest.mark.parametrize(
    "unit", [w for u in units._VOLTS for w in (u, u.upper(), f" {u.title()}")] + ["\u03bcV"]
)
def test_no_unit_is_marked_that_is_read(unit):
    assert units.is_voltage(unit)
    assert of_schema(f"{LEAST}[channels]\nemg_unit = {json.dumps(unit)}") == []


def _can_be_seen(value) -> bool:
    if isinstance(value, dict):
        return all(map(_can_be_seen, value.values()))
    if isinstance(value, list):
        return all(map(_can_be_seen, value))
    return not isinstance(value, float | datetime.datetime | datetime.time)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(KEYS), st.sampled_from(KEYS), VALUES.filter(_can_be_seen))
def test_what_is_read_is_never_marked(folder, section, key, value):
    text = f"{LEAST}[{toml(section)}]\n{toml(key)} = {toml(value)}\n"
    if section not in ("electrode", "trials") and not of_reader(folder, text):
        assert of_schema(text) == []
