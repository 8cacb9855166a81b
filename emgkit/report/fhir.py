"""The report as FHIR R4: a Bundle of a DiagnosticReport, its Observations and the PDF."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from emgkit import tables
from emgkit.cautions import cautions
from emgkit.io.edits import FORMAT as EDITS
from emgkit.report import physician
from emgkit.report.extras import needed
from emgkit.report.words import missing, named, records
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

Resource = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_UCUM_CODES: Mapping[str, str] = {
    **{unit: unit for unit in ("%", "uV", "s", "ms", "Hz", "dB", "V", "mA")},
    **{"uV s": "uV.s", "1/min": "/min", "per min": "/min", "": "1", "none": "1"},
    **{"% of the cycle": "%", "% of the reference amplitude": "%"},
    **{"cycles": "{cycles}", "events": "{events}"},
}
"""UCUM codes of the units of the tables. A unit that is not here goes without a code, in words."""
ROWS: Mapping[str, tuple[str, ...]] = {
    "quality": ("check", "trial"),
    "summary": ("modality", "burst"),
    "findings": ("rule",),
    "magnitude": ("phase",),
    "gait": ("parameter", "side"),
    "phases": ("phase",),
    "variability": ("measure", "modality", "burst"),
    "principal": ("activation",),
    "stimulation": ("measure", "trial"),
}
"""Tables whose rows become Observations, and the columns that tell the rows apart."""
_CODING = ("check", "rule", "parameter", "measure")
"""Columns whose word is part of the code."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def render_fhir(an: Analysis, pdf: bytes) -> bytes:
    """Return the report as a FHIR R4 Bundle (collection) in JSON.

    Parameters
    ----------
    an : Analysis
    pdf : bytes
        The report as PDF; it stands in the DiagnosticReport.

    Raises
    ------
    InputError
        If the extra `fhir` is not installed.

    Notes
    -----
    The status is `final` where the report says that it is signed, else `preliminary`. There is no subject:
    emgkit knows no patient; the code of the session identifies the report. Codes are local, of the system
    that the setting `report.code_system` names: a row of a table is `TABLE` or `TABLE.MEASURE`, a column of
    it `TABLE.COLUMN`. Identifiers are derived from the inputs, so that the same recordings give the same
    ones. The Bundle is validated before it is returned.
    """
    library = needed("fhir.resources.R4B.bundle", "fhir")
    bundle = _Report(an).bundle(pdf)
    library.Bundle.model_validate(bundle)
    return (json.dumps(bundle, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


class _Report:
    """What all resources of one report share."""

    def __init__(self, an: Analysis) -> None:
        self.an = an
        manifest = an.manifest or {}
        self.session = manifest.get("session") or {}
        self.study = manifest.get("study") or {}
        _, signed = physician.status(an)
        self.signature = manifest["signature"] if signed else {}
        self.system = an.settings.report.code_system
        # the same recordings, the same identifiers: a signed report replaces its draft
        hashes = ",".join(sorted(source.sha256 for source in an.inputs if source.format != EDITS))
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.system} {self.session.get('id', '')} {hashes}")
        self.shared: Resource = {"status": "final" if self.signature else "preliminary"}
        self.when: Resource = {"effectiveDateTime": day} if (day := self.session.get("date")) else {}

    def bundle(self, pdf: bytes) -> Resource:
        observations = [self.verdict(), self.cycles(), *self.rows()]
        urls = [f"urn:uuid:{found['id']}" for found in observations]
        report = self.report(pdf, urls)
        entries = zip([f"urn:uuid:{report['id']}", *urls], [report, *observations], strict=True)
        return {
            "resourceType": "Bundle",
            "id": str(self.space),
            "type": "collection",
            "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
        }

    def report(self, pdf: bytes, urls: list[str]) -> Resource:
        own = uuid.uuid5(self.space, "report")
        found = {
            "resourceType": "DiagnosticReport",
            "id": str(own),
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{own}"}],
            **self.shared,
            "code": self.code("report", "Dynamic fine-wire EMG"),
            **self.when,
            "result": [{"reference": url} for url in urls],
            "presentedForm": [
                {
                    "contentType": "application/pdf",
                    "language": "en",
                    "data": base64.b64encode(pdf).decode("ascii"),
                    "title": "report.pdf",
                }
            ],
        }
        if code := self.session.get("id"):
            found["identifier"].append({"system": f"{self.system}/session", "value": _text(code)})
        if self.signature:
            by, date = (_text(self.signature[key]) for key in ("by", "date"))
            found["resultsInterpreter"] = [{"identifier": {"value": by}, "display": f"{by}, signed {date}"}]
        if said := self.study.get("assessment"):  # the physician's own words; the software has none
            found["conclusion"] = _text(said)
        return found

    def verdict(self) -> Resource:
        study = self.an.study
        found = self.observation("verdict", "Verdict on the session", "verdict")
        if study.verdict == tables.NOT_ASSESSED:
            why = [{"text": _text(study.verdict_why)}]
            return found | _absent(tables.NOT_ASSESSED) | {"note": found.get("note", []) + why}
        coding = {"system": self.system, "code": f"verdict.{study.verdict}", "display": study.verdict}
        return found | {"valueCodeableConcept": {"coding": [coding], "text": _text(study.verdict_why)}}

    def cycles(self) -> Resource:
        used = self.an.cycles["used"]
        return self.observation("cycles", "Cycles", "cycles") | {
            "component": [
                {"code": self.code("cycles.used", "cycles used"), "valueInteger": int(used.sum())},
                {"code": self.code("cycles.recorded", "cycles recorded"), "valueInteger": len(used)},
            ]
        }

    def rows(self) -> Iterator[Resource]:
        """Yield an Observation for each row of the tables of `ROWS`."""
        for name, keys in ROWS.items():
            seen: Counter[str] = Counter()
            for row in records(getattr(self.an, name)):
                which = ", ".join(f"{key} {_word(row[key])}" for key in keys)
                seen[which] += 1
                yield self.row(name, row, which, f"{name}: {which}: {seen[which]}")

    def row(self, name: str, row: Mapping[str, Any], which: str, key: str) -> Resource:
        coded = next((column for column in ROWS[name] if column in _CODING), None)
        code = f"{name}.{row[coded]}" if coded else name
        found = self.observation(code, f"{name}: {which}", key)
        unit = str(row.get("unit", ""))
        if "value" in row:
            found |= _absent() if missing(row["value"]) else {"valueQuantity": _quantity(row["value"], unit)}
        if notes := [{"text": _text(said)} for said in (*self.cautions(name), row.get("why")) if _says(said)]:
            found["note"] = found.get("note", []) + notes
        elsewhere = {coded, "value", "unit", "why"}
        columns = [c for c in tables.TABLES[name] if c.name not in elsewhere]
        components = [
            {"code": self.code(f"{name}.{c.name}", c.meaning)} | value
            for c in columns
            if (value := _component(c, row[c.name], unit))
        ]
        return found | ({"component": components} if components else {})

    def cautions(self, table: str) -> Iterator[str]:
        """Yield what must not be lost where a number of this table is read alone."""
        if self.an.study.verdict == "C" and table != "quality":
            yield f"Verdict C: {self.an.study.verdict_why}"
        if table in ("magnitude", "summary"):
            yield tables.AMPLITUDE

    def observation(self, code: str, text: str, key: str) -> Resource:
        study = self.an.study
        where = ", ".join((named(study.muscle), study.side or f"side {NOT_RECORDED}"))
        said = [{"text": _text(note)} for note in cautions(self.an.notes)]
        return {
            "resourceType": "Observation",
            "id": str(uuid.uuid5(self.space, key)),
            **self.shared,
            "code": self.code(code, text),
            **self.when,
            "bodySite": {"text": where},
            "method": {"text": f"{study.detector.get('method', NOT_RECORDED)}, {_text(study.band)}"},
            **({"note": said} if said else {}),
        }

    def code(self, code: str, text: str) -> Resource:
        return {"coding": [{"system": self.system, "code": _code(code)}], "text": _text(text)}


def _component(column: tables.Column, value: Any, unit: str) -> Resource:
    """Return the value of a column in FHIR's terms; empty for a word that says nothing."""
    if column.dtype == "str":
        return {"valueString": _text(value)} if _says(value) else {}
    if missing(value):
        return _absent()
    if column.dtype == "bool":
        return {"valueBoolean": bool(value)}
    if column.dtype == "Int64":
        return {"valueInteger": int(value)}
    return {"valueQuantity": _quantity(value, column.unit or unit)}


def _quantity(value: float, unit: str) -> Resource:
    found: Resource = {"value": float(f"{value:.9g}")}
    if unit not in ("", "none"):
        found["unit"] = _text(unit)
    if code := _UCUM_CODES.get(unit):
        found |= {"system": UCUM, "code": code}
    return found


def _absent(why: str = NOT_DETERMINABLE) -> Resource:
    return {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": "unknown"}], "text": why}}


def _says(value: object) -> bool:
    return value not in (None, "none", "")


def _word(value: Any) -> str:
    return NOT_DETERMINABLE if missing(value) else str(value)


def _text(value: object) -> str:
    """Return text without what FHIR does not allow in one: control characters, and nothing at all."""
    text = _CONTROL.sub("", str(value)).strip()
    return text or NOT_RECORDED


def _code(text: str) -> str:
    """Return a code: no blanks but single ones inside."""
    return " ".join(_text(text).split())
