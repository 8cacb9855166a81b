"""The order of the report, its first page, and who signed it."""

from dataclasses import replace

import numpy as np
import pytest
from report_fakes import MANIFEST, fake
from test_report_build import said, section

from emgkit import table_values, tables
from emgkit.report import figures, physician, style, timing_bar, traces
from emgkit.report.build import build
from emgkit.report.html import render_html
from emgkit.report.model import Picture, Signature
from emgkit.report.words import words_for

SIGNATURE = {"by": "Dr-07", "date": "2025-03-11"}
FIRST_PAGE = ["quality", "timing", "findings", "bursts"]
EVIDENCE = [
    "traces",
    "raster",
    "ledger",
    "robustness",
    "variability",
    "magnitude",
    "stimulation",
    "gait",
    "notes",
]
RECORD = ["record", "checks", "settings", "edits", "documentation"]


def signed(**study):
    manifest = {**MANIFEST, "signature": SIGNATURE, "study": {**MANIFEST["study"], **study}}
    return fake(3, manifest=manifest)


def test_first_the_answer_then_the_evidence_then_the_record_last_the_physician():
    sections = build(fake(3)).sections
    assert [s.key for s in sections] == [*FIRST_PAGE, *EVIDENCE, *RECORD, "interpretation"]
    assert {s.key: s.part for s in sections if s.part} == {
        "traces": "Evidence",
        "record": "Record",
        "interpretation": "The physician's part",
    }
    assert [s.key for s in sections if s.new_page] == ["traces", "interpretation"]


def test_every_recording_that_is_cut_short_is_on_the_first_page_or_counted_there():
    note = "the file is cut short: its header states 9 frames, it holds 8; what is there was read"
    names = ["rest", *(f"walk_{k}" for k in range(1, 5))]
    an = replace(fake(3), notes=("walk_1: no events", *(f"{name}: {note}" for name in names)))
    shown = said(replace(build(an), sections=build(an).sections[:1]))
    assert [name for name in names if f"{name}: {note}." in shown] == ["rest", "walk_1", "walk_2"]
    assert "And 2 more, in the notes of the analysis." in shown
    assert "no events" not in shown


def test_unsigned_is_a_draft_and_so_is_a_file_without_a_session():
    for an in (fake(3), fake(3, manifest=None), fake(3, manifest={**MANIFEST, "signature": None})):
        document = build(an)
        assert (document.status, document.signed) == ("Draft, not reviewed by a physician", False)
        last = section(document, "interpretation").blocks[-1]
        assert isinstance(last, Signature)


def test_signed_says_by_whom_and_when_and_is_no_draft():
    document = build(signed())
    assert (document.status, document.signed) == ("Signed by Dr-07 on 2025-03-11", True)
    shown = said(document)
    assert "raft" not in shown
    assert "nsigned" not in shown
    assert not any(isinstance(b, Signature) for s in document.sections for b in s.blocks)
    assert "Signed by Dr-07 on 2025-03-11." in said(section(document, "interpretation"))
    assert b"Draft" not in render_html(document)


def test_a_signature_of_any_length_has_room_at_the_head_of_a_page():
    an = fake(3, manifest={**MANIFEST, "signature": {**SIGNATURE, "by": "x" * 300}})
    status, is_signed = physician.status(an)
    assert is_signed
    assert len(status) < 120
    assert status.startswith("Signed by xxx")
    assert status.endswith(" on 2025-03-11")


def test_what_was_changed_after_the_signature_is_a_draft_again():
    row = {column.name: np.nan for column in tables.TABLES["edits"]}
    later = table_values.build("edits", [row | {"number": 1, "when": "2025-03-12T08:00:00"}])
    status, is_signed = physician.status(replace(signed(), edits=later))
    assert status == (
        "Draft, not reviewed by a physician: changed after it was signed by Dr-07 on 2025-03-11"
    )
    assert not is_signed
    assert physician.status(replace(fake(3), edits=later)) == (physician.DRAFT, False)
    same_day = later.assign(when="2025-03-11T08:00:00")
    assert physician.status(replace(signed(), edits=same_day))[1]


def test_assessment_and_plan_come_from_the_manifest_alone():
    an = signed(assessment="As I read it.", plan="What I do next.")
    blanks = {b.title: b for b in section(build(an), "interpretation").blocks if hasattr(b, "lines")}
    assert (blanks["Assessment"].given, blanks["Assessment"].lines) == (("As I read it.",), 0)
    assert (blanks["Plan of care"].given, blanks["Plan of care"].lines) == (("What I do next.",), 0)


def bars(an):
    return timing_bar.timing_bar_figure(an).axes[0]


def test_reference_means_and_foot_off_are_drawn_where_they_are():
    an = fake(12)
    ax = bars(an)
    spans = sorted((round(p.get_x(), 6), round(p.get_x() + p.get_width(), 6)) for p in ax.patches)
    wanted = [(figures.mean_foot_off(an), 100.0)]
    shown = figures.shown_modalities(an)
    edges = [row[1:] for row in figures.scaled_reference(an)]
    edges += list(zip(shown["onset_pct"], shown["offset_pct"], strict=True))
    for onset, offset in edges:
        start, stop = onset % 100, offset % 100
        wanted += [(start, stop)] if start < stop else [(0.0, stop), (start, 100.0)]
    assert spans == [pytest.approx(pair, abs=1e-5) for pair in sorted(wanted)]
    texts = [t.get_text() for t in ax.texts]
    for edge in (*shown["onset_pct"], *shown["offset_pct"]):
        assert f"{edge % 100:.1f} %" in texts
    assert f"foot-off {figures.mean_foot_off(an):.1f} %" in texts
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels[:2] == ["ref. usual", "ref. alternate"]
    assert labels[2].startswith("mean, ")


def test_without_foot_off_neither_stance_nor_swing_is_named():
    an = fake(6)
    ax = bars(replace(an, cycles=an.cycles.assign(foot_off_pct=np.nan)))
    assert not {"stance", "swing"} & {t.get_text() for t in ax.texts}


def test_without_bursts_and_reference_the_bars_say_so():
    an = fake(5, bursts=False)
    ax = bars(replace(an, study=replace(an.study, reference=())))
    assert "mean timing is not determinable" in [t.get_text() for t in ax.texts]
    assert not ax.get_yticklabels()


@pytest.mark.parametrize("labelled", [True, False])
def test_the_window_of_the_bars_is_that_of_the_axes(labelled):
    an = fake(6)
    fig = timing_bar.timing_bar_figure(an, labelled=labelled)
    box = fig.axes[0].get_position()
    (window,) = timing_bar.windows(an, labelled=labelled)
    assert (window.left, window.right) == pytest.approx((box.x0, box.x1))
    assert (window.top, window.bottom) == pytest.approx((1 - box.y1, 1 - box.y0))
    assert (window.first_pct, window.last_pct) == fig.axes[0].get_xlim() == (0, 100)


def test_the_windows_of_the_cycles_are_where_their_signals_are():
    an = fake(5)
    shown = traces.strips(an)
    fig = next(traces.trace_figures(an, shown))
    width, height = fig.get_size_inches()
    found = traces.windows(shown, traces.common_limit(shown))
    assert [w.label for w in found] == [f"stride {k + 1}" for k in range(5)]
    for window, line, strip in zip(found, fig.axes[0].lines, shown, strict=True):
        x = np.asarray(line.get_xdata()) / width
        first, last = strip.signal_pct
        ends = [window.left + (window.right - window.left) * at / 100 for at in (first, last)]
        assert [x[0], x[-1]] == pytest.approx(ends, abs=0.002)
        y = 1 - np.asarray(line.get_ydata()) / height
        assert window.top <= y.min() < y.max() <= window.bottom


def test_a_figure_in_words_has_the_numbers_of_the_figure():
    an = fake(12)
    alt = next(b for b in section(build(an), "timing").blocks if isinstance(b, Picture)).alt
    for row in figures.shown_modalities(an).to_dict("records"):
        assert f"{row['onset_pct']:.1f}" in alt
        assert f"{row['offset_pct']:.1f}" in alt
    assert "Reference usual: on from " in alt


def test_bars_give_the_same_bytes_again():
    an = fake(4)
    first, second = (style.to_svg(timing_bar.timing_bar_figure(an)) for _ in range(2))
    assert first == second


def test_a_profile_that_is_not_determinable_leaves_the_bars_with_their_caption():
    an = fake(4)
    bare = replace(an, profile=an.profile.assign(mean_uv=np.nan))
    (picture,) = (b for b in section(build(bare), "timing").blocks if isinstance(b, Picture))
    assert "whiskers" in picture.caption
    assert "The profile is not determinable" in said(section(build(bare), "timing"))


def test_cycles_of_the_analysis_are_strides_in_the_report():
    an = fake(4)
    study = replace(an.study, profile="Profile of 4 cycles, each cycle as a whole.")
    shown = said(section(build(replace(an, study=study)), "timing"))
    assert f"Profile of 4 {words_for('walking').many}, each stride as a whole." in shown
