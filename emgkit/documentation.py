"""What has to be documented about a study and its acquisition, and whether the manifest says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emgkit.tables import NOT_RECORDED, PRESENT

STUDY, ACQUISITION = "study", "acquisition"
WIRE, VERIFICATION, AMPLIFIER = "Wire", "Verification of the placement", "Amplifier and recording"
TRACING = "EMG tracing"


@dataclass(frozen=True, slots=True)
class Item:
    """One item: `places` are the keys of the manifest of which one tuple has to be given, all keys of it."""

    group: str
    item: str
    places: tuple[tuple[str, ...], ...]
    required_by: str = ACQUISITION

    @property
    def where(self) -> str:
        """The keys under which it is given, in words."""
        return " or ".join(", ".join(keys) for keys in self.places)


def _item(group: str, item: str, *keys: str, required_by: str = ACQUISITION) -> Item:
    return Item(group, item, (keys,), required_by)


_BOTH = f"{STUDY}, {ACQUISITION}"
ITEMS: tuple[Item, ...] = (
    _item("Study", "why the test is needed: question", "study.indication", required_by=STUDY),
    _item(
        "Study",
        "why the test is needed: clinical findings that raise the suspicion",
        "study.clinical_findings",
        required_by=STUDY,
    ),
    _item("Study", "history: symptoms, onset, duration", "study.history", required_by=STUDY),
    _item("Study", "neurological examination", "study.neurological_examination", required_by=STUDY),
    _item("Study", "correlation with other tests", "study.other_tests", required_by=STUDY),
    _item("Study", "assessment", "study.assessment", required_by=STUDY),
    _item("Study", "plan of care", "study.plan", required_by=STUDY),
    _item("Study", "day of the recording", "session.date", required_by=STUDY),
    Item("Study", TRACING, (("trials.walk",), ("trials.activity",)), STUDY),
    _item(
        "Study",
        "interpretation: who signed it, and when",
        "signature.by",
        "signature.date",
        required_by=STUDY,
    ),
    _item("Electrode placement", "muscle", "electrode.muscle", required_by=STUDY),
    _item("Electrode placement", "side", "electrode.side", required_by=STUDY),
    _item(WIRE, "material, strands, insulation, bared length", "electrode.wire"),
    _item(WIRE, "monopolar or bipolar, spacing", "electrode.configuration"),
    _item(WIRE, "insertion: method, depth, site", "electrode.insertion", required_by=_BOTH),
    _item(WIRE, "reference and ground", "electrode.reference"),
    Item(
        VERIFICATION,
        "stimulation: current, width, rate",
        (
            ("acquisition.stimulation",),
            ("stimulation.current_ma", "stimulation.pulse_width_ms", "stimulation.rate_hz"),
        ),
    ),
    _item(VERIFICATION, "response seen", "stimulation.seen"),
    _item(VERIFICATION, "confirmation of the placement", "electrode.confirmation", required_by=_BOTH),
    _item(VERIFICATION, "responses excluded", "stimulation.excluded"),
    _item(VERIFICATION, "voluntary test", "acquisition.voluntary_test"),
    _item(VERIFICATION, "by whom", "stimulation.by"),
    _item(AMPLIFIER, "type", "acquisition.amplifier"),
    _item(AMPLIFIER, "input impedance", "acquisition.input_impedance"),
    _item(AMPLIFIER, "common-mode rejection", "acquisition.cmrr"),
    _item(AMPLIFIER, "gain", "acquisition.gain"),
    _item(AMPLIFIER, "hardware band", "acquisition.hardware_band"),
    _item(AMPLIFIER, "notch", "acquisition.notch"),
    _item(AMPLIFIER, "bits and range of the converter", "acquisition.adc"),
    _item(AMPLIFIER, "software that recorded", "acquisition.software"),
)
"""Items of the study, and those of the ISEK standards and the CEDE checklist that no file states.

What the software finds or does itself (rates, filters, detector, counts) stands in every report and is not
asked for.
"""


def documentation_rows(
    manifest: Mapping[str, Any] | None, known: Mapping[str, object] | None = None
) -> list[dict[str, str]]:
    """Return one row per item, whether it is recorded or not.

    Parameters
    ----------
    manifest : mapping or None
        None without a session: then every item that nothing else says is not recorded.
    known : mapping of key to value, optional
        What is known without the manifest, such as the muscle that a label names.

    Returns
    -------
    list of dict
        Rows of the table `documentation`.
    """
    known = known or {}
    return [
        {
            "item": item.item,
            "group": item.group,
            "required_by": item.required_by,
            "status": PRESENT
            if item.item == TRACING
            or any(all(_given(manifest, known, k) for k in keys) for keys in item.places)
            else NOT_RECORDED,
            "where": item.where,
        }
        for item in ITEMS
    ]


def _given(manifest: Mapping[str, Any] | None, known: Mapping[str, object], key: str) -> bool:
    section, _, name = key.partition(".")
    value = ((manifest or {}).get(section) or {}).get(name) or known.get(key)
    return bool(value)
