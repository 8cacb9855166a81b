"""The FHIR bundle: valid R4, the numbers of the analysis, no person, the same on every run."""

import base64
import json
import math
import sys
from collections import Counter
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhirclient.models import bundle as r4
from report_fakes import MANIFEST, fake

from emgkit import tables
from emgkit.cautions import contradiction
from emgkit.errors import InputError
from emgkit.report.fhir import _UCUM_CODES, ROWS, render_fhir
from emgkit.report.files import render
from emgkit.settings import Settings

SIGNED = MANIFEST | {"signature": {"by": "ND-2", "date": "2025-03-06"}}


def bundle(an, pdf=b"%PDF-1.7 x"):
    return json.loads(render_fhir(an, pdf))


def resources(found, kind):
    return [e["resource"] for e in found["entry"] if e["resource"]["resourceType"] == kind]


@pytest.fixture(scope="module")
def an():
    return fake(6)


@pytest.fixture(scope="module")
def made(an):
    return bundle(an)


@pytest.mark.parametrize("options", [{}, {"hostile": True}, {"bursts": False}, {"manifest": None}], ids=str)
def test_two_libraries_find_it_valid(options):
    found = bundle(fake(3, **options))
    Bundle.model_validate(found)  # R4B: the same resources
    parsed = r4.Bundle(found, strict=True)  # R4, 4.0.1
    assert parsed.as_json() == found


def test_a_side_against_the_label_stands_with_every_observation():
    """Each names its side; read alone, none may pass for certain."""
    against = contradiction("channel 'LTA'", "left", "right")
    found = bundle(fake(3, notes=("walk_1: no events", f"walk_1: {against}")))
    r4.Bundle(found, strict=True)
    observed = resources(found, "Observation")
    assert all(one["note"][0] == {"text": f"walk_1: {against}"} for one in observed)
    assert not any("no events" in note["text"] for one in observed for note in one["note"])
    assert any(len(one["note"]) > 1 for one in observed)


def test_the_library_would_refuse_what_is_not_fhir(made):
    wrong = json.loads(json.dumps(made))
    wrong["entry"][0]["resource"]["status"] = ["final"]
    with pytest.raises(ValueError, match="status"):
        Bundle.model_validate(wrong)


def test_every_row_is_an_observation_and_every_one_is_in_the_report(an, made):
    (report,) = resources(made, "DiagnosticReport")
    observed = resources(made, "Observation")
    assert len(observed) == 2 + sum(len(getattr(an, name)) for name in ROWS)
    assert [r["reference"] for r in report["result"]] == [f"urn:uuid:{o['id']}" for o in observed]
    urls = [entry["fullUrl"] for entry in made["entry"]]
    assert urls == [f"urn:uuid:{entry['resource']['id']}" for entry in made["entry"]]
    assert max(Counter(urls).values()) == 1


def components(observation):
    return {c["code"]["coding"][0]["code"]: c for c in observation["component"]}


def number(holder):
    """Return the number of an element; NaN where FHIR says that it is absent."""
    if "dataAbsentReason" in holder:
        assert not {key for key in holder if key.startswith("value")}
        assert holder["dataAbsentReason"]["text"] == "not determinable"
        return math.nan
    quantity = holder.get("valueQuantity")
    return holder["valueInteger"] if quantity is None else quantity["value"]


@pytest.mark.parametrize("name", ROWS)
def test_numbers_and_units_are_those_of_the_tables(an, made, name):
    observed = [
        o for o in resources(made, "Observation") if o["code"]["coding"][0]["code"].partition(".")[0] == name
    ]
    rows = getattr(an, name).to_dict("records")
    assert len(observed) == len(rows)
    for observation, row in zip(observed, rows, strict=True):
        parts = components(observation)
        for column in tables.TABLES[name]:
            if column.dtype not in ("float64", "Int64"):
                continue
            holder = observation if column.name == "value" else parts[f"{name}.{column.name}"]
            value = row[column.name]
            expected = math.nan if value is None or value != value else float(value)
            assert number(holder) == pytest.approx(expected, rel=5e-9, nan_ok=True)
            if column.unit and "valueQuantity" in holder:
                assert holder["valueQuantity"]["unit"] == column.unit
                assert holder["valueQuantity"]["code"] == _UCUM_CODES[column.unit]


def test_intervals_of_the_timing_are_components(an, made):
    timing = next(
        o
        for o in resources(made, "Observation")
        if o["code"]["coding"][0]["code"] == "summary" and "burst 1" in o["code"]["text"]
    )
    parts = components(timing)
    row = an.summary[an.summary["burst"] == 1].iloc[0]
    for column in ("onset_pct", "onset_ci_low_pct", "onset_ci_high_pct", "offset_pct", "mean_uv"):
        assert number(parts[f"summary.{column}"]) == pytest.approx(row[column], nan_ok=True)


def test_it_is_preliminary_until_someone_signed(made):
    assert {r["status"] for r in (e["resource"] for e in made["entry"])} == {"preliminary"}
    signed = bundle(fake(6, manifest=SIGNED))
    assert {r["status"] for r in (e["resource"] for e in signed["entry"])} == {"final"}
    (report,) = resources(signed, "DiagnosticReport")
    assert report["resultsInterpreter"] == [
        {"identifier": {"value": "ND-2"}, "display": "ND-2, signed 2025-03-06"}
    ]
    # a signed report replaces its draft
    assert [e["fullUrl"] for e in signed["entry"]] == [e["fullUrl"] for e in made["entry"]]


def test_a_report_that_says_that_it_is_a_draft_is_none_but_preliminary(monkeypatch):
    monkeypatch.setattr("emgkit.report.physician.status", lambda an: ("Draft", False))
    found = bundle(fake(6, manifest=SIGNED))
    assert {r["status"] for r in (e["resource"] for e in found["entry"])} == {"preliminary"}
    (report,) = resources(found, "DiagnosticReport")
    assert "resultsInterpreter" not in report


def test_no_person_no_time_of_the_run_and_no_judgement_of_its_own(made):
    text = json.dumps(made)
    for word in ("subject", "Patient", "performer", "issued", "conclusion", "birth", "timestamp"):
        assert f'"{word}' not in text
    (report,) = resources(made, "DiagnosticReport")
    assert report["effectiveDateTime"] == "2025-03-04"
    assert report["identifier"][1] == {"system": "urn:emgkit:codes/session", "value": "GL-0417"}
    said = MANIFEST | {"study": {**MANIFEST["study"], "assessment": "As the physician wrote it."}}
    (report,) = resources(bundle(fake(3, manifest=said)), "DiagnosticReport")
    assert report["conclusion"] == "As the physician wrote it."


def test_what_was_not_recorded_is_left_out_and_never_invented():
    (report,) = resources(bundle(fake(3, manifest=None)), "DiagnosticReport")
    assert "effectiveDateTime" not in report
    assert len(report["identifier"]) == 1


def test_codes_are_of_the_system_of_the_settings():
    own = Settings(report={"code_system": "https://lab.example/fhir/emg"})
    found = json.dumps(bundle(fake(3, settings=own)))
    assert "urn:emgkit" not in found
    systems = {"https://lab.example/fhir/emg", "https://lab.example/fhir/emg/session"}
    assert systems <= set(found.split('"'))
    for wrong in ("", "no uri", "codes", "urn:with blank"):
        with pytest.raises(InputError, match="code_system"):
            Settings(report={"code_system": wrong})


def test_a_number_keeps_its_caution_when_it_is_read_alone():
    study = replace(fake(3).study, verdict="C", verdict_why="Do not read: open wire.")
    found = resources(bundle(fake(3, study=study)), "Observation")
    for observation in found:
        name = observation["code"]["coding"][0]["code"].partition(".")[0]
        notes = [note["text"] for note in observation.get("note", ())]
        assert ("Verdict C: Do not read: open wire." in notes) == (name in set(ROWS) - {"quality"})
        assert (tables.AMPLITUDE in notes) == (name in ("magnitude", "summary"))


def test_the_report_holds_the_pdf_and_is_the_same_on_every_run(an):
    files = render(an, formats=("pdf", "fhir"))
    assert set(files) == {"report.pdf", "report.fhir.json"}
    (report,) = resources(json.loads(files["report.fhir.json"]), "DiagnosticReport")
    assert base64.b64decode(report["presentedForm"][0]["data"]) == files["report.pdf"]
    assert render(an, formats=("fhir",))["report.fhir.json"] == files["report.fhir.json"]


def test_units_that_are_not_known_go_in_words(an):
    quality = an.quality.assign(unit="furlongs")
    found = resources(bundle(replace(an, quality=quality)), "Observation")
    quantities = [o["valueQuantity"] for o in found if o.get("valueQuantity", {}).get("unit") == "furlongs"]
    assert quantities
    assert all("code" not in q and "system" not in q for q in quantities)


def test_without_the_extra_it_says_how_to_get_it(an, monkeypatch):
    monkeypatch.setitem(sys.modules, "fhir.resources.R4B.bundle", None)
    with pytest.raises(InputError, match=r"pip install 'emgkit\[fhir\]'"):
        render(an, formats=("fhir",))
