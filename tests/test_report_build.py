"""What the document says."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache

import pandas as pd
import pytest
from report_fakes import MANIFEST, fake

from emgkit.found import REASONS
from emgkit.model import Source
from emgkit.reference import FILE_FORMAT
from emgkit.report.build import build
from emgkit.report.model import Blank, Bullets, Document, Picture, Section, Signature, Table
from emgkit.report.words import NBSP
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.replace(NBSP, " ")
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            if f.name not in ("svg", "tone"):
                yield from texts(getattr(value, f.name))


def said(value: object) -> str:
    return "\n".join(texts(value))


def section(document: Document, key: str) -> Section:
    return next(s for s in document.sections if s.key == key)


@cache
def usual() -> Document:
    return build(fake())


def test_title_and_identification():
    document = usual()
    assert document.title == "Dynamic fine-wire EMG: tibialis anterior, left, walking"
    assert dict(document.strip)["Session"] == "GL-0417"
    assert dict(document.strip)["Strides"] == "12 used of 14 recorded"
    assert "not reviewed by a physician" in document.status


def test_without_a_manifest_every_item_of_the_acquisition_reads_not_recorded():
    an = fake(manifest=None)
    study = replace(an.study, muscle=None, side=None)
    document = build(fake(manifest=None, study=study))
    assert document.title == "Dynamic fine-wire EMG: muscle not recorded, side not recorded, walking"
    assert dict(document.strip)["File"] == "walk_1.c3d"
    groups = {b.title: dict(b.rows) for b in section(document, "record").blocks}
    for group in ("Wire", "Verification of the placement", "Amplifier and recording"):
        values = {k: v for k, v in groups[group].items() if k != "sampling rate"}
        assert set(values.values()) == {NOT_RECORDED}
        assert len(values) >= 4


def test_items_of_the_manifest_are_shown():
    shown = said(section(usual(), "record"))
    for key in ("wire", "insertion", "confirmation"):
        assert MANIFEST["electrode"][key] in shown
    assert "heel: FSW_HEEL" in shown


@pytest.mark.parametrize("reason", [r for r in REASONS if r != "none"])
def test_a_cycle_that_is_left_out_says_why_in_words(reason):
    an = fake(3)
    cycles = an.cycles.copy()
    cycles.loc[3, "reason"] = reason
    document = build(fake(3, cycles=cycles))
    assert REASONS[reason] in said(section(document, "record"))
    rows = next(b for b in section(document, "ledger").blocks if isinstance(b, Table)).rows
    assert len(rows) == len(cycles)
    assert rows[3][-1].lower() == reason.replace("_", " ")
    assert [row[-1] for row in rows[:3]] == ["Used"] * 3
    (bullets,) = (b for b in section(document, "ledger").blocks if isinstance(b, Bullets))
    (lead, why) = bullets.items[0]
    assert lead == f"{cycles.loc[3, 'trial']}, stride {cycles.loc[3, 'cycle']}."
    assert why.lower() == f"{REASONS[reason]}."


def test_the_ledger_shows_the_numbers_behind_a_reason_and_the_record_the_forms_of_contact():
    cycles = fake(3).cycles.copy()
    cycles.loc[3, ["reason", "reason_detail"]] = ["pause", "8.00 s; a pause is longer than 4 s"]
    cycles.loc[0, "contact_form"] = "flat_first"
    document = build(fake(3, cycles=cycles))
    (bullets,) = (b for b in section(document, "ledger").blocks if isinstance(b, Bullets))
    assert bullets.items[0][1] == "Pause: 8.00 s; a pause is longer than 4 s."
    assert "flat first 1, typical 2" in said(section(document, "record"))


def test_settings_detector_versions_and_inputs_are_all_there():
    an = fake()
    shown = section(build(an), "settings")
    rows = dict(row[:2] for b in shown.blocks if isinstance(b, Table) for row in b.rows)
    for group, values in an.settings.model_dump(exclude={"repetitions"}).items():
        values.pop("envelope_window_s", None)  # of another envelope
        for name, value in values.items():
            text = rows[f"{group}.{name}"]
            if isinstance(value, float):
                assert float(text) == value
            else:
                assert text == ("none" if value in (None, {}) else str(value))
    assert rows["block_s"] == "0.001"
    assert rows["levels"] == "1.5, 2"
    everything = said(shown)
    for source in an.inputs:
        assert source.sha256 in everything
        assert source.name in everything
    for name, version in an.versions.items():
        assert f"{name}\n{version}" in everything


def test_nested_parameters_of_the_detector_are_flattened():
    an = fake()
    study = replace(an.study, detector={"method": "hmm", "learned": {"walk_1": {"level": 2.5}, "walk_2": {}}})
    tables_ = [b for b in section(build(fake(study=study)), "settings").blocks if isinstance(b, Table)]
    assert tables_[1].rows == (("method", "hmm"), ("learned.walk_1.level", "2.5"), ("learned.walk_2", "none"))


def test_no_findings_is_not_said_to_be_normal():
    document = build(fake(bursts=False))
    assert "No finding was made." in said(section(document, "findings"))
    assert "2 cycles were left out" in said(section(document, "notes"))
    for name in ("findings", "notes"):
        assert "normal" not in said(section(document, name))
        assert "within tolerance" not in said(section(document, name))


def test_source_and_status_stand_under_every_comparison():
    document = usual()
    for key in ("timing", "findings"):
        shown = said(section(document, key))
        assert "Perry 1992" in shown
        assert "secondary transcription; check against the book before clinical use" in shown
    nothing = fake()
    study = replace(nothing.study, reference=())
    assert "no timing reference" in said(section(build(fake(study=study)), "timing"))


def test_a_single_stride_has_intervals_that_are_not_determinable():
    table = section(build(fake(1)), "bursts").blocks[0]
    assert isinstance(table, Table)
    assert all(
        f"(interval {NOT_DETERMINABLE}), SD{NBSP}{NOT_DETERMINABLE}" in cell for cell in table.rows[0][2:4]
    )
    assert "of the next stride" in table.rows[0][3]


def test_the_table_of_bursts_repeats_the_summary():
    an = fake()
    table = section(build(an), "bursts").blocks[0]
    assert isinstance(table, Table)
    assert len(table.rows) == len(an.summary)
    for shown, row in zip(table.rows, an.summary.to_dict("records"), strict=True):
        cells = [text.replace(NBSP, " ") for text in shown]
        if not row["modality"]:
            assert cells[0] == "none"
            assert set(cells[2:]) == {"no burst starts"}
            continue
        assert cells[0] == f"{row['burst']} of {row['modality']}"
        assert cells[2].startswith(f"{row['onset_pct']:.1f} %")
        for cell, edge in zip(cells[2:4], ("onset", "offset"), strict=True):
            low, high, sd = (f"{row[f'{edge}_{end}_pct']:.1f}" for end in ("ci_low", "ci_high", "sd"))
            assert cell.endswith(f"({low} to {high} %), SD {sd} %")
        assert float(cells[4]) == pytest.approx(row["mean_uv"], rel=5e-3)


def test_strides_without_a_burst_of_their_own_that_are_partly_on_are_said_to_be():
    an = fake(12)
    none = an.cycles["used"] & (an.cycles["n_bursts"] == 0)
    assert int(none.sum()) > 0
    quiet, partly = (an.cycles.assign(active_pct=an.cycles["active_pct"].mask(none, at)) for at in (0.0, 4.0))
    assert "partly on" not in said(section(build(replace(an, cycles=quiet)), "bursts"))
    words = f"In all {none.sum()} strides" if none.sum() > 1 else "In the 1 stride in which"
    shown = said(section(build(replace(an, cycles=partly)), "bursts"))
    assert words in shown
    assert "in which no burst starts the muscle is partly on" in shown
    filled = an.cycles.assign(active_pct=an.cycles["active_pct"].mask(none, 100.0))
    assert "partly on" not in said(section(build(replace(an, cycles=filled)), "bursts"))


def test_how_edges_are_averaged_is_said_only_where_a_mean_is_determinable():
    an = fake(6)
    assert "Circular means and SD of the strides" in said(section(build(an), "bursts"))
    none = an.summary.assign(onset_pct=float("nan"), offset_pct=float("nan"))
    assert "Circular means" not in said(section(build(replace(an, summary=none)), "bursts"))


def test_quality_counts_and_what_is_not_good():
    shown = said(section(usual(), "quality"))
    assert "2 good, 1 limited, 1 not usable, 1 not determinable of 5 checks." in shown
    assert shown.index("Saturation") < shown.index("Band") < shown.index("Placement")


def test_repetitions_have_their_own_words():
    an = fake(4)
    repetitions = replace(an.study, activity="repetitions", reference=())
    whole = an.magnitude.iloc[:1].assign(phase="whole repetition")
    document = build(
        fake(4, study=repetitions, findings=an.findings.iloc[:0], manifest=None, magnitude=whole)
    )
    shown = said(document)
    assert "repetition" in shown
    for word in ("stride", "swing", "stance", "foot-off", "Foot-off", "gait cycle"):
        assert word not in said(tuple(s for s in document.sections if s.key not in ("settings", "findings")))


def test_strides_that_are_not_shown_are_counted():
    document = build(fake(100))
    blocks = section(document, "traces").blocks
    assert "96 strides shown, 4 of the used ones left out" in said(blocks)
    assert sum(isinstance(b, Picture) for b in blocks) == 8


def test_a_stored_result_says_that_it_has_no_traces():
    an = Analysis.from_json(fake(3).to_json())
    document = build(an)
    assert "not part of a stored result" in said(section(document, "traces"))


def test_the_interpretation_is_empty_and_unsigned():
    shown = section(usual(), "interpretation")
    blanks = {b.title: b for b in shown.blocks if isinstance(b, Blank)}
    assert list(blanks) == [
        "History",
        "Examination",
        "Correlation with other tests",
        "Assessment",
        "Plan of care",
    ]
    assert blanks["History"].given == (MANIFEST["study"]["history"],)
    assert blanks["Correlation with other tests"].given == tuple(MANIFEST["study"]["other_tests"])
    assert blanks["Assessment"].given == blanks["Plan of care"].given == ()
    # lines to write on stand where nothing was given, and only there
    assert all(bool(b.lines) != bool(b.given) for b in blanks.values())
    signature = next(b for b in shown.blocks if isinstance(b, Signature))
    assert signature.status == "Unsigned. Draft, not reviewed by a physician."


def test_trials_with_the_same_verdict_stand_together_with_their_range():
    an = fake()
    rows = an.quality.iloc[[2]]
    quality = pd.concat(
        [rows.assign(trial=f"walk_{k}", value=value) for k, value in enumerate((0.5, 2.0, 0.25))]
    )
    document = build(fake(quality=quality))
    table = next(b for b in section(document, "checks").blocks if isinstance(b, Table))
    assert len(table.rows) == 1
    assert table.rows[0][0] == "Hum (walk_0, walk_1, walk_2)"
    assert table.rows[0][2].replace(NBSP, " ") == "0.250 to 2 \u00b5V"
    assert "3 good of 3 checks." in said(section(document, "quality"))


def test_a_comparison_that_could_not_be_made_claims_no_source():
    an = fake()
    row = an.findings.assign(
        term=NOT_DETERMINABLE, statement="Too few strides.", source="none", reference="none", n_cycles=0
    )
    shown = said(section(build(fake(findings=row)), "findings"))
    assert "Not determinable.\nToo few strides." in shown
    assert "Reference:" not in shown


def test_a_finding_stands_with_its_rule_and_the_reference_by_name_and_version():
    shown = said(section(build(fake()), "findings"))
    assert "later than the reference. Rule timing.prolonged." in shown
    assert "Reference: perry_1992, version 1, from Perry 1992" in shown


def test_the_file_of_a_reference_is_an_input_but_no_recording():
    an = fake(manifest=None)
    own = Source("own.csv", "d" * 64, FILE_FORMAT, unit="none")
    document = build(replace(an, inputs=(*an.inputs, own)))
    assert dict(document.strip)["File"] == "walk_1.c3d"
    assert "d" * 64 in said(section(document, "settings"))


def test_an_older_result_does_not_know_the_name_of_its_reference():
    an = fake()
    findings = an.findings.assign(source="Perry 1992 (secondary transcription)")
    older = replace(an, study=replace(an.study, timing_reference={}), findings=findings)
    shown = said(section(build(older), "findings"))
    assert "Perry 1992 (secondary transcription)" in shown
    assert "Reference: not recorded, version not recorded, from" in shown
    assert "Status: not recorded." in shown
