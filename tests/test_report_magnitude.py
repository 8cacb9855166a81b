"""Magnitude in the report: the sentence under every table and figure, and the reference named in each."""

import json
from dataclasses import replace

import numpy as np
import pytest
from report_fakes import fake
from test_report_build import said, section

import emgkit
from emgkit import table_values
from emgkit.found import AmplitudeReference
from emgkit.report.build import build
from emgkit.report.html import render_html
from emgkit.report.magnitude import WITHIN_NOISE
from emgkit.report.model import Picture, Table
from emgkit.report.words import NBSP
from emgkit.result import Analysis
from emgkit.tables import AMPLITUDE, NOT_DETERMINABLE

MICROVOLT = "\u00b5V"
NOT_MAGNITUDES = ("record", "checks", "settings")
"""Sections in which microvolts are limits, noise and ranges, not amplitudes of the muscle."""
DOUBT = "the contraction is held for 0.70 s, not longer than 1 s"
MAXIMUM = AmplitudeReference(
    "maximum",
    "maximum test: mean rectified signal of 113.9 uV in the best 0.5 s (mmt_1, from 2.81 s)",
    mean_uv=113.9,
    rms_uv=150.0,
    trial="mmt_1",
    start_s=2.81,
    window_s=0.5,
    n_contractions=1,
    best_uv=113.9,
)


def shows_magnitude(block):
    if isinstance(block, Table):
        return MICROVOLT in said(block)
    return isinstance(block, Picture) and (MICROVOLT in said(block) or block.name.startswith("traces"))


def with_reference(an, amplitude):
    return replace(an, study=replace(an.study, amplitude=amplitude, normalisation=amplitude.words))


@pytest.mark.parametrize("an", [fake(5), with_reference(fake(5), MAXIMUM)], ids=["none", "maximum"])
def test_the_sentence_stands_under_every_table_and_figure_of_magnitudes(an):
    found = []
    for part in build(an).sections:
        if part.key in NOT_MAGNITUDES:
            continue
        for k, block in enumerate(part.blocks):
            if not shows_magnitude(block):
                continue
            found.append((part.key, getattr(block, "title", "")))
            after = part.blocks[k + 1 :]
            until = next((i for i, b in enumerate(after) if isinstance(b, Table)), len(after))
            until = (
                len(after) if part.key == "stimulation" else until
            )  # its tables and figures stand together
            assert any(said(b).startswith(AMPLITUDE) for b in after[:until]), found[-1]
    assert {key for key, _ in found} == {"timing", "bursts", "magnitude", "traces", "stimulation", "ledger"}
    assert {title for key, title in found if key == "magnitude"} == {
        "By part of the stride",
        "Over the whole stride",
    }


def test_the_sentence_stands_where_it_must_and_no_more_often():
    document = build(with_reference(fake(5), MAXIMUM))
    assert said(document).count(AMPLITUDE) == 7  # twice in timing and bursts, the first page; five after it
    assert AMPLITUDE not in said(section(document, "notes"))
    (bold,) = (
        b
        for s in document.sections
        for b in s.blocks
        if getattr(b, "tone", "") == "caution" and b.text == AMPLITUDE
    )
    assert bold in section(document, "bursts").blocks


def test_every_table_of_percentages_names_its_reference_with_its_value():
    document = build(with_reference(fake(5), MAXIMUM))
    blocks = (*section(document, "bursts").blocks, *section(document, "magnitude").blocks)
    named = [
        (k, b)
        for k, b in enumerate(blocks)
        if isinstance(b, Table) and any("% of the maximum test" in c.title for c in b.columns)
    ]
    assert [b.title for _, b in named] == ["", "By part of the stride"]
    for k, table in named:
        assert any("maximum test (113.9\u00a0\u00b5V)" in c.title for c in table.columns)
        under = said(blocks[k + 1 :])
        assert "Normalisation: maximum test: mean rectified signal of 113.9" in under
        assert "mmt_1, from 2.81 s" in under


def test_what_speaks_against_a_maximum_stands_beside_every_percentage():
    doubtful = replace(MAXIMUM, against=(DOUBT,))
    document = build(with_reference(fake(5), doubtful))
    for key in ("bursts", "magnitude"):
        assert said(section(document, key)).count(f"This maximum is not credible: {DOUBT}.") == 1
    assert DOUBT in fake(5, study=replace(fake(5).study, amplitude=doubtful))._repr_html_()


def test_the_table_of_parts_says_what_is_not_measured_and_what_is_within_the_noise():
    an = fake(5)
    rows = an.magnitude.to_dict("records")
    rows[1] |= {"net_rms_uv": 0.0}
    rows[3] |= {"rms_uv": 10.9, "net_rms_uv": np.sqrt(10.9**2 - 10**2)}  # 19 % more power than the noise
    rows[4] |= {"rms_uv": 11.0, "net_rms_uv": np.sqrt(11.0**2 - 10**2)}  # 21 %
    rows[2] |= dict.fromkeys(("mean_uv", "sd_uv", "rms_uv", "net_rms_uv", "peak_uv", "iemg_uvs"), np.nan)
    rows[2] |= {"n_cycles": 0, "start_pct": np.nan, "why": "needs the foot-off of this foot"}
    blocks = section(build(replace(an, magnitude=table_values.build("magnitude", rows))), "magnitude").blocks
    at = next(k for k, b in enumerate(blocks) if getattr(b, "title", "") == "By part of the stride")
    table, note, *under = blocks[at:]
    assert [row[0] for row in table.rows[:4]] == [
        "Whole stride",
        "Stance",
        "Swing",
        f"Initial contact{NBSP}(s)",
    ]
    assert table.rows[0][2] == "33.2 (4.50)"
    assert table.rows[1][4] == table.rows[3][4] == WITHIN_NOISE
    assert table.rows[2][1:7] == (NOT_DETERMINABLE,) * 6
    assert table.rows[4][4] == "4.58"
    assert table.rows[2][8] == "0"
    assert table.rows[1][1] == f"0.0\u2013{an.phases.set_index('code').start_pct['ISw']:.1f}"
    assert "(s): a bound was not measured but scaled between own events." in said(note)
    assert "Swing: needs the foot-off of this foot." in said(tuple(under))


def test_notebook_and_json_say_it_too():
    an = fake(4)
    assert an._repr_html_().count(AMPLITUDE) == 1
    run = emgkit.analyze(emgkit.simulate(n_cycles=5), {"detect": {"sensitivity": "off"}})
    assert AMPLITUDE in json.loads(run.to_json())["notes"]
    assert run._repr_html_().count(AMPLITUDE) == 1
    assert render_html(build(run)).decode().count(AMPLITUDE) >= 5


def test_the_reference_round_trips_and_an_older_result_keeps_its_words():
    doubtful = replace(MAXIMUM, mean_uv=float("nan"), against=(DOUBT,))
    back = Analysis.from_json(with_reference(fake(3), doubtful).to_json())
    assert repr(back.study.amplitude) == repr(doubtful)
    document = json.loads(with_reference(fake(3), MAXIMUM).to_json())
    del document["study"]["amplitude"], document["study"]["profile"], document["tables"]["magnitude"]
    older = Analysis.from_json(json.dumps(document))
    assert older.study.amplitude.words == MAXIMUM.words
    assert older.magnitude.empty
    document = build(older)
    assert "% of the reference amplitude" in said(section(document, "bursts"))
    assert "By part of the stride" not in said(section(document, "magnitude"))


def test_the_figure_of_the_profile_draws_band_and_filtered_average_where_they_are():
    an = fake(5)
    assert "filtered average is not determinable" in said(section(build(an), "timing"))
    with_steps = replace(an, profile=an.profile.assign(intensity_uv=an.profile.mean_uv))
    shown = said(section(build(with_steps), "timing"))
    assert "steps: intensity-filtered average" in shown
    bare = replace(an, profile=an.profile.assign(band_low_uv=np.nan, band_high_uv=np.nan))
    profile = next(b for b in section(build(bare), "timing").blocks if getattr(b, "name", "") == "profile")
    assert "mean, one standard deviation" in profile.caption
    labels = [t.get_text() for t in with_steps.plot().axes[-1].texts]
    assert "intensity-filtered" in labels
    assert "95 % interval" in labels
    assert "intensity-filtered" not in [t.get_text() for t in an.plot().axes[-1].texts]
