"""What has to be documented and is missing: as a table, in the report, on the command line; and the codes."""

from dataclasses import replace

import pytest
from report_fakes import MANIFEST, fake
from test_report_build import said, section

from emgkit import table_values, tables
from emgkit.cli.results import last_line
from emgkit.documentation import ITEMS, TRACING, documentation_rows
from emgkit.faults import section_of
from emgkit.io.manifest import Manifest
from emgkit.reference import code_remarks
from emgkit.reference.codes import combinations
from emgkit.report import documentation
from emgkit.report.build import build
from emgkit.report.record import acquisition
from emgkit.report.words import words_for

WHOLE = {
    name: dict.fromkeys(section_of(Manifest, name).model_fields, "given")
    for name in Manifest.model_fields
    if section_of(Manifest, name)
}


def missing(manifest, known=None):
    return [r["item"] for r in documentation_rows(manifest, known) if r["status"] == tables.NOT_RECORDED]


def documented(manifest, codes=()):
    an = fake()
    manifest = {**manifest, "study": {**manifest.get("study", {}), "codes": list(codes)}}
    rows = documentation_rows(manifest)
    return replace(an, manifest=manifest, documentation=table_values.build("documentation", rows))


def test_every_key_of_every_item_is_one_of_the_manifest():
    for item in ITEMS:
        for key in (key for keys in item.places for key in keys):
            section_name, _, name = key.partition(".")
            assert name in section_of(Manifest, section_name).model_fields, key
    assert len({(item.group, item.item) for item in ITEMS}) == len(ITEMS)


def test_a_whole_manifest_lacks_nothing_and_none_lacks_all_but_the_tracing():
    assert missing(WHOLE) == []
    assert missing(None) == [item.item for item in ITEMS if item.item != TRACING]
    assert "muscle" not in missing(None, {"electrode.muscle": "soleus", "electrode.side": None})
    assert "side" in missing(None, {"electrode.muscle": "soleus", "electrode.side": None})


@pytest.mark.parametrize("item", [i for i in ITEMS if i.item != TRACING], ids=lambda i: i.item)
def test_each_item_is_missing_when_each_of_its_keys_is(item):
    keys = {key for keys in item.places for key in keys}
    without = {s: {k: v for k, v in of.items() if f"{s}.{k}" not in keys} for s, of in WHOLE.items()}
    assert missing(without) == [i.item for i in ITEMS if {k for ks in i.places for k in ks} <= keys]
    empty = {s: {k: [] if f"{s}.{k}" in keys else v for k, v in of.items()} for s, of in WHOLE.items()}
    assert missing(empty) == missing(without)
    for keys in item.places:  # one way to give it suffices, but all of its keys
        alone = {s: dict(of) for s, of in without.items()}
        for key in keys:
            s, _, k = key.partition(".")
            assert item.item in missing(alone)
            alone[s][k] = "given"
        assert item.item not in missing(alone)


def test_the_report_lists_what_is_missing_with_its_key_before_the_part_of_the_physician():
    document = build(documented(MANIFEST))
    keys = [s.key for s in document.sections]
    assert keys.index("documentation") < keys.index("interpretation")
    text = said(section(document, "documentation"))
    n = len(missing(MANIFEST))
    assert 0 < n < len(ITEMS)
    assert f"{n} of {len(ITEMS)} items that have to be documented are not recorded." in text
    assert "Study: plan of care" in text
    assert "study.plan" in text
    assert "Study: history" not in text
    assert "no legal or billing advice" in text
    whole = documentation.section(documented(WHOLE))
    assert f"All {len(ITEMS)} items that have to be documented are recorded." in said(whole)


def test_the_record_of_the_acquisition_shows_the_same_items():
    shown = {name for facts in acquisition(fake(), words_for("walking")) for name, _ in facts.rows}
    groups = ("Wire", "Verification of the placement", "Amplifier and recording")
    assert {item.item for item in ITEMS if item.group in groups} <= shown


def test_a_result_of_an_older_version_says_so():
    an = replace(fake(), documentation=table_values.build("documentation", []))
    assert "Not part of this stored result." in said(section(build(an), "documentation"))


def test_the_last_line_of_the_command_counts_them():
    an = documented(MANIFEST)
    n = len(missing(MANIFEST))
    assert f"{n} of {len(ITEMS)} items of the documentation not recorded. Verdict " in last_line(an)


# the ranges, as numbers, from the facts that the project is built on
EXCLUDED = {*range(95860, 95867), *range(95869, 95873), *range(95885, 95888)}


def test_codes_that_are_not_reported_together():
    for code in (96002, 96003):
        for other in range(95800, 96010):
            found = code_remarks([str(other), str(code)])
            assert bool(found) == (other in EXCLUDED), (code, other)
    assert code_remarks(["96000", "96001", "96004", "95860"]) == ()
    assert code_remarks(["96002", "96003"]) == ()
    assert code_remarks([]) == ()


def test_codes_are_found_as_people_write_them():
    assert len(code_remarks(["CPT 96003-26", "95886 x 2", "95886"])) == 1
    assert len(code_remarks(["96003, 95860, 95870"])) == 2
    assert code_remarks(["196003", "958601"]) == ()


def test_a_remark_on_codes_has_source_and_year_and_is_no_advice():
    (remark,) = code_remarks(["96003", "95860"])
    assert "Codes 96003 and 95860 both stand in study.codes" in remark
    assert "2025" in remark
    assert "the code book of the year decides" in remark
    assert not any(word in remark.lower() for word in ("should", "must", "use ", "instead", "bill"))
    assert all(2000 < rule.year < 2100 and rule.source for rule in combinations())


def test_codes_stand_in_the_report_as_a_caution():
    shown = section(build(documented(MANIFEST, ["96003", "95861"])), "documentation")
    cautions = [b.text for b in shown.blocks if getattr(b, "tone", "") == "caution"]
    assert cautions == list(code_remarks(["96003", "95861"]))
    shown = section(build(documented(MANIFEST, ["96003", "96004"])), "documentation")
    assert not [b for b in shown.blocks if getattr(b, "tone", "") == "caution"]
