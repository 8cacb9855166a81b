"""What the report says of means that rest on few edges, of foot switches, foot-off and counting."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_fakes import MANIFEST, fake

from emgkit.report import figures, lines, record, words
from emgkit.report.build import build
from emgkit.report.first_page import NO_FOOT_OFF
from emgkit.report.model import Document, Paragraph, Picture, Section, Table, Verdicts
from emgkit.report.words import NBSP
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

STRIDE = words.words_for("walking")
COUNTING = "Onsets lie on both sides of the contact: strides are counted from 79 % of the stride before."


def section(document: Document, key: str) -> Section:
    return next(s for s in document.sections if s.key == key)


def paragraphs(shown: Section) -> list[str]:
    return [b.text for b in shown.blocks if isinstance(b, Paragraph)]


def captions(document: Document, key: str) -> str:
    shown = section(document, key)
    return " ".join([*paragraphs(shown), *(b.caption for b in shown.blocks if isinstance(b, Picture))])


def with_summary(an: Analysis, **columns: object) -> Analysis:
    return replace(an, summary=an.summary.assign(**columns))


def without_foot_off(strides: int = 6) -> Analysis:
    an = fake(strides)
    return replace(an, cycles=an.cycles.assign(foot_off_pct=np.nan))


def test_counting_stands_beneath_the_table_of_bursts_and_the_ledger():
    an = fake(6)
    document = build(replace(an, study=replace(an.study, counting=COUNTING)))
    for key in ("bursts", "ledger"):
        blocks = section(document, key).blocks
        assert isinstance(blocks[0], Table)
        assert Paragraph(COUNTING) in blocks[1:]
    assert COUNTING not in str(build(an))


def test_counting_speaks_of_repetitions_where_there_are_no_strides():
    an = fake(6)
    counting = "Cycles that an earlier burst fills, 2 here, count as cycles with one burst, without edges."
    study = replace(an.study, activity="repetitions", counting=counting)
    said = counting.replace("Cycles", "Repetitions").replace("cycles", "repetitions")
    assert said in paragraphs(section(build(replace(an, study=study)), "bursts"))


def test_a_mean_of_fewer_edges_than_strides_says_from_how_many():
    an = fake(12)
    few = an.summary["n_offsets"].where(an.summary["modality"] != 1, an.summary["n_cycles"] - 3)
    n = int(an.summary.loc[an.summary["modality"] == 1, "n_cycles"].iloc[0])
    shown = paragraphs(section(build(with_summary(an, n_offsets=few)), "bursts"))
    assert sum(f"offset from {n - 3} of {n} strides" in text for text in shown) == 1
    assert not any("onset from" in text for text in shown)
    assert lines.edge_counts(an, STRIDE) == ""


def test_each_burst_of_a_stride_with_several_is_named():
    an = fake(12)
    text = lines.edge_counts(
        with_summary(an, n_onsets=an.summary["n_onsets"].where(an.summary["burst"] != 2, 1)), STRIDE
    )
    assert "burst 2 of 2: onset from 1 of 3 strides" in text


def test_strides_that_an_earlier_burst_fills_are_on_throughout():
    an = fake(12)
    one = an.summary["modality"] == 1
    edges = [c for c in an.summary.columns if c.startswith(("onset_", "offset_"))]
    summary = an.summary.copy()
    summary.loc[one, edges] = np.nan
    summary.loc[one, ["n_onsets", "n_offsets"]] = 0
    rows = lines.burst_table(replace(an, summary=summary), STRIDE).rows
    one_of_one = f"1{NBSP}of{NBSP}1"
    assert [row[2] for row in rows if row[0] == one_of_one] == ["not determinable (on throughout: no edge)"]
    assert not any("throughout" in text for row in rows if row[0] != one_of_one for text in row)
    assert lines.edge_counts(replace(an, summary=summary), STRIDE) == ""


def sites_of(an: Analysis) -> dict[str, str]:
    return dict(record.acquisition(an, STRIDE)[3].rows)


def test_foot_switches_come_from_the_study():
    an = fake(3)
    study = replace(
        an.study,
        cycle_source="switches",
        foot_switches=("heel: FSW_HEEL", "fifth_metatarsal: FSW_5_MT"),
        foot_switches_left_out=("toe: FSW_TOE, it never closes",),
    )
    rows = sites_of(replace(an, study=study, manifest=None))
    assert rows["sites and channels"] == "heel: FSW_HEEL, fifth metatarsal: FSW_5_MT"
    assert rows["left out"] == "toe: FSW_TOE, it never closes"


def test_foot_switches_that_did_not_bound_the_cycles_are_marked():
    an = fake(3)
    named = ", ".join(f"{k}: {v}" for k, v in MANIFEST["channels"]["switches"].items())
    assert an.study.cycle_source == "events"
    assert sites_of(an)["sites and channels"] == (f"{named} (named in the manifest, not used for the cycles)")
    assert sites_of(replace(an, manifest=None))["sites and channels"] == NOT_RECORDED


def test_captions_name_foot_off_only_where_one_is_drawn():
    document = build(fake(6))
    assert "tick: foot-off" in captions(document, "raster")
    assert "Grey: swing." in captions(document, "timing")
    assert "scaled to the mean foot-off" in captions(document, "timing")
    assert "Dashed: foot-off." in captions(document, "traces")
    unknown = build(without_foot_off())
    for key in ("timing", "raster", "traces"):
        shown = captions(unknown, key)
        assert NO_FOOT_OFF in shown
        for word in ("grey", "Grey", "tick", "Dashed", "scaled"):
            assert word not in shown


@pytest.mark.parametrize(("strides", "last"), [(13, "stride 13 of 13"), (14, "strides 13 to 14 of 14")])
def test_the_last_page_of_traces_counts_in_words(strides, last):
    pictures = [b for b in section(build(fake(strides)), "traces").blocks if isinstance(b, Picture)]
    assert pictures[0].caption == f"Used strides 1 to 12 of {strides}."
    assert pictures[1].caption == f"Used {last}."


@pytest.mark.parametrize(
    ("n", "text"), [(1, "1 rarer number of bursts stands in"), (2, "2 rarer numbers of bursts stand in")]
)
def test_numbers_of_bursts_that_are_not_drawn_are_counted(n, text):
    an = fake(6)
    row = an.summary[an.summary["modality"] == 1]
    summary = pd.concat([row.assign(modality=k + 1) for k in range(figures.MAX_MODALITIES + n)])
    assert text in captions(build(replace(an, summary=summary)), "timing")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rest: at rest the signal is 5.1 uV (root mean square).", "at rest the signal is 5.1 \u00b5V ("),
        ("simulated: simulated", "simulated"),
        ("simulated: simulated: a tone of 2 uV.", "simulated: a tone of 2 \u00b5V."),
        ("walk_1: walk_12 is empty", "walk_1: walk_12 is empty"),
        ("channel uVolt, file_uV", "channel uVolt, file_uV"),
    ],
)
def test_notes_are_shown_with_the_micro_sign_and_without_doubling(text, shown):
    assert shown in words.remark(text)
    assert len(words.remark(text)) <= len(text)


def test_notes_and_normalisation_show_microvolts():
    an = fake(3)
    study = replace(an.study, normalisation="maximum test: 113.9 uV in the best 0.5 s")
    document = build(replace(an, study=study, notes=("At rest 5.1 uV.",)))
    for text in ("At rest 5.1 \u00b5V.", "maximum test: 113.9 \u00b5V in"):
        assert text in str(document).replace("\\xb5", "\u00b5")


def no_interval(an: Analysis) -> Analysis:
    names = [c for c in an.summary.columns if "_ci_" in c]
    return with_summary(an, **dict.fromkeys(names, np.nan))


def test_a_mean_without_interval_has_no_whisker_and_says_so():
    an = fake(6)
    bare = no_interval(an)
    drawn = [len(figures.timing_figure(a).axes[1].lines) for a in (an, bare)]
    assert drawn[0] > 0
    assert drawn[1] == 0
    assert len(figures.timing_figure(bare).axes[1].patches) == len(figures.timing_figure(an).axes[1].patches)
    cells = [row[k] for row in lines.burst_table(bare, STRIDE).rows for k in (2, 3) if row[0] != "none"]
    assert all(f"(interval {NOT_DETERMINABLE}), SD{NBSP}" in cell for cell in cells)
    assert not any(cell.startswith(NOT_DETERMINABLE) for cell in cells)
    shown = captions(build(bare), "timing")
    assert "whisker" not in shown
    assert f"the 95 % interval of the mean {NOT_DETERMINABLE}" in shown


def checks(*verdicts: str) -> pd.DataFrame:
    advice = "A site was left out because its channel never closes in the recording. " * 8
    return (
        fake(3)
        .quality.iloc[:1]
        .assign(check="foot_switches", advice=advice)
        .pipe(
            lambda row: pd.concat(
                [row.assign(check=f"foot_switches_{k}", verdict=v) for k, v in enumerate(verdicts)]
            )
        )
    )


def test_every_check_that_is_not_good_is_named_on_the_first_page_worst_first():
    found = ["limited"] * 7 + ["not usable", "good", "not usable", NOT_DETERMINABLE]
    shown = section(build(fake(3, quality=checks(*found))), "quality")
    (listed,) = (b for b in shown.blocks if isinstance(b, Verdicts))
    session, *checked = listed.items
    assert session.label == "Verdict B"
    assert session.text.endswith("1 good, 7 limited, 2 not usable, 1 not determinable of 11 checks.")
    assert [item.verdict for item in checked] == ["not usable"] * 2 + ["limited"] * 4
    assert paragraphs(shown)[-1].startswith(
        "Also limited: Foot switches 4, Foot switches 5, Foot switches 6;"
    )
    assert f"{NOT_DETERMINABLE}: Foot switches 10" in paragraphs(shown)[-1]
    assert "Foot switches 8" not in str(shown)
