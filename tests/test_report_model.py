"""One model: what is stored, what is printed and what the schemas describe are the same."""

import copy
import importlib.resources
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from report_fakes import fake

import emgkit
from emgkit import table_values, tables
from emgkit.errors import InputError
from emgkit.report import schema
from emgkit.report.data import BULKY
from emgkit.report.files import render
from emgkit.report.html import render_html
from emgkit.report.pdf import render_pdf
from emgkit.result import Analysis

HERE = Path(__file__).parent
FROZEN = sorted((HERE / "results").glob("*/*.json"))
OLDER = [HERE / "result_without_gait.json", *FROZEN]


def validator(name):
    stored = importlib.resources.files("emgkit") / "schemas" / name
    return Draft202012Validator(json.loads(stored.read_text(encoding="utf-8")))


RESULT, MODEL = validator("result.schema.json"), validator("report_model.schema.json")


@pytest.fixture(scope="module")
def analysed(sample_data):
    return emgkit.analyze_session(emgkit.load_session(sample_data / "tibialis_anterior_walking"))


@pytest.fixture(scope="module")
def model(analysed):
    return emgkit.report_model(analysed)


# the schemas


@pytest.mark.parametrize("name", schema.schema_files())
def test_the_stored_schemas_are_those_of_the_code(name):
    """Run docs/generate.py where this fails."""
    Draft202012Validator.check_schema(validator(name).schema)
    assert validator(name).schema == json.loads(schema.schema_files()[name])


def test_every_column_stands_in_the_schema_with_its_meaning_and_unit():
    described = RESULT.schema["properties"]["tables"]["properties"]
    for name, columns in tables.TABLES.items():
        assert list(described[name]["properties"]) == [c.name for c in columns]
        for column in columns:
            found = described[name]["properties"][column.name]
            assert (found["description"], found.get("x-unit", "")) == (column.meaning, column.unit)


@pytest.mark.parametrize(
    "options",
    [{}, {"hostile": True, "trials": 2}, {"bursts": False, "manifest": None}],
    ids=lambda options: next(iter(options), "plain"),
)
def test_results_and_models_are_as_described(options):
    an = fake(3, **options)
    RESULT.validate(an.to_dict())
    MODEL.validate(emgkit.report_model(an))


def test_an_analysed_session_is_as_described(analysed, model):
    RESULT.validate(json.loads(analysed.to_json()))
    MODEL.validate(model)


@pytest.mark.parametrize("path", OLDER, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_results_of_every_version_are_as_described_and_are_read_whole(path):
    text = path.read_text(encoding="utf-8")
    stored = json.loads(text)
    RESULT.validate(stored)
    an = Analysis.from_json(text)
    for name, columns in stored["tables"].items():
        table = table_values.to_text(getattr(an, name)).to_dict(orient="list")
        assert columns.items() <= table.items()  # later versions add columns, and change none
    assert an.study.label == stored["study"]["label"]
    again = json.loads(an.to_json())
    RESULT.validate(again)
    assert Analysis.from_json(an.to_json()).to_json() == an.to_json()
    for key in ("inputs", "versions", "notes", "manifest"):
        assert again[key] == stored[key]
    MODEL.validate(emgkit.report_model(an, figures=False))


def test_there_are_results_of_this_version():
    assert {p.stem for p in FROZEN if p.parent.name == emgkit.__version__} >= {
        "tibialis_anterior_walking",
        "vastus_intermedius_after_stroke",
        "flexor_carpi_ulnaris_hand_movement",
    }


# what is read back


def test_a_result_is_written_read_and_written_with_the_same_bytes(analysed):
    text = analysed.to_json()
    assert Analysis.from_json(text).to_json() == text
    assert json.loads(text) == analysed.to_dict()


SMALL = json.loads(FROZEN[0].read_text(encoding="utf-8"))
for table in SMALL["tables"].values():
    table.update({column: cells[:1] for column, cells in table.items()})


def places(value, at=()):
    """Yield the place of every value inside plain data."""
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*at, key))


PLACES = {depth: [p for p in places(SMALL) if len(p) == depth] for depth in range(1, 5)}
WRONG = st.sampled_from([None, True, 3, -0.5, "word", tables.NOT_DETERMINABLE, [], [7], {}, {"key": "word"}])


# most places are cells of tables, so the depth is drawn first
@settings(deadline=None)
@given(
    place=st.sampled_from(range(1, 5)).flatmap(lambda n: st.sampled_from(PLACES[n])),
    wrong=WRONG | st.just("left out"),
)
def test_what_the_schema_refuses_is_an_input_error(place, wrong):
    document = copy.deepcopy(SMALL)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    if wrong == "left out":
        del inner[place[-1]]
    else:
        inner[place[-1]] = wrong
    text = json.dumps(document)
    if RESULT.is_valid(document):
        try:
            an = Analysis.from_json(text)
        except (
            InputError
        ):  # the reader knows more: columns of one length, bounds of settings that hang together
            return
        assert Analysis.from_json(an.to_json()).to_json() == an.to_json()
    else:
        with pytest.raises(InputError):
            Analysis.from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "1", '"x"', "\x00", "{" * 10, "[" * 100_000),
        '{"schema_version": true}',
        '{"schema_version": 2}',
        '{"schema_version": 1}',
        '{"schema_version": 1, "study": NaN}',
    ],
    ids=lambda text: repr(text[:30]),
)
def test_what_is_no_result_is_one_input_error(text):
    with pytest.raises(InputError) as caught:
        Analysis.from_json(text)
    assert len(str(caught.value)) < 700


def test_an_error_names_the_place_and_what_is_accepted():
    document = copy.deepcopy(SMALL)
    document["tables"]["cycles"]["used"][0] = "false"
    with pytest.raises(InputError, match=r"cycles\.used.*'false'.*true or false"):
        Analysis.from_json(json.dumps(document))
    document = copy.deepcopy(SMALL)
    document["study"]["noise_uv"] = "quiet"
    with pytest.raises(InputError, match=r"study\.noise_uv.*'quiet'"):
        Analysis.from_json(json.dumps(document))
    document = copy.deepcopy(SMALL)
    document["tables"]["oddities"] = {}
    with pytest.raises(InputError, match="oddities"):
        Analysis.from_json(json.dumps(document))


# what is printed


def test_the_model_is_plain_data_and_the_same_on_every_run(analysed, model):
    assert json.loads(json.dumps(model, allow_nan=False)) == model
    assert emgkit.report_model(analysed) == model
    assert model["result"] == json.loads(analysed.to_json())


def test_html_and_pdf_are_rendered_from_the_model_even_from_a_stored_one(analysed, model):
    files = render(analysed, formats=("html", "pdf", "model"))
    stored = json.loads(files["report_model.json"])
    assert stored == model
    assert render_html(stored["document"]) == files["report.html"]
    assert render_pdf(stored["document"]) == files["report.pdf"]


def test_without_figures_the_texts_are_the_same(analysed, model):
    light = emgkit.report_model(analysed, figures=False)
    heavy = copy.deepcopy(model)
    found = set()
    for section in heavy["document"]["sections"]:
        for block in section["blocks"]:
            found |= {key for key in BULKY if block.pop(key, None)}
    assert light == heavy
    assert found == set(BULKY)
    assert len(json.dumps(light)) < len(json.dumps(model)) / 3


def test_only_an_analysis_has_a_model():
    with pytest.raises(InputError, match="what analyze returns"):
        emgkit.report_model("an analysis")


class Cells(HTMLParser):
    """The text of each cell of the tables of each section."""

    def __init__(self, page):
        super().__init__()
        self.section, self.inside, self.found = "", False, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.section = dict(attrs)["id"]
        if tag == "td":
            self.inside = True
            self.found.setdefault(self.section, []).append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.found[self.section][-1] += data


NUMBER = re.compile(r"(?<![\w.])[\u2212-]?\d+(?:\.\d+)?(?![\w.]*\d)")


def numbers(cell):
    return [text.replace("\u2212", "-") for text in NUMBER.findall(cell)]


def known_numbers(an):
    """Return all numbers of the tables of an analysis, and each text as the numbers in it."""
    found = set()
    for name in tables.TABLES:
        for column in tables.TABLES[name]:
            cells = getattr(an, name)[column.name].dropna()
            if column.dtype in ("float64", "Int64"):
                found |= {float(v) for v in cells if math.isfinite(v)}
            elif column.dtype == "str":
                found |= {float(text) for cell in cells for text in numbers(cell)}
    return found


def stands_among(text, known):
    decimals = len(text.partition(".")[2])
    # a place past the next contact is also said as a place of the next stride
    return any(
        abs(float(text) - (value - shift)) <= 0.5000001 * 10**-decimals
        for value in known
        for shift in (0.0, 100.0)
    )


@pytest.mark.parametrize("section", ["bursts", "ledger", "gait", "variability"])
def test_every_number_in_a_table_of_the_page_stands_in_a_table_of_the_analysis(analysed, model, section):
    known = known_numbers(analysed)
    printed = {
        text
        for cell in Cells(render_html(model["document"]).decode()).found[section]
        for text in numbers(cell)
    }
    assert len(printed) > 10
    assert [text for text in sorted(printed) if not stands_among(text, known)] == []
