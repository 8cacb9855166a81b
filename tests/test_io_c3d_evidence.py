"""What a parameter section says of its own soundness, entry by entry."""

import struct

import pytest

from emgkit.io.c3d_evidence import USED, ends, goes_on, has_form, is_name, joins, misnamed

SOUND = [(group, name) for group, names in USED.items() for name in names]


def entry(name: bytes = b"RATE", group: int = 1, description: bytes = b"Hz") -> bytes:
    body = struct.pack("<bBBf", 4, 1, 1, 100.0) + bytes([len(description)]) + description
    return struct.pack("bb", len(name), group) + name + struct.pack("<h", 2 + len(body)) + body


def test_an_entry_ends_where_the_next_begins():
    section = b"\x02Hz" + b"next"
    assert joins(section, 0, 3)
    assert joins(section, 0, 0)  # no length of a description at all
    assert not any(joins(section, 0, after) for after in (1, 2, 4, 5))


def test_only_zeros_follow_the_last():
    assert joins(b"\x02Hz" + bytes(9), 0, None)
    assert joins(b"\x02Hz", 0, None)
    assert not joins(b"\x02Hz" + bytes(9) + b"x", 0, None)
    assert not joins(b"", 3, None)


@pytest.mark.parametrize(
    ("code", "n", "sound"),
    [(-1, 2, True), (4, 0, True), (4, 7, True), (4, 8, False), (3, 1, False), (0, 1, False)],
)
def test_a_parameter_has_a_type_and_few_dimensions(code, n, sound):
    section = bytes(2) + struct.pack("bB", code, n)
    assert has_form(section, 0) == sound
    assert not has_form(section[:-1], 0)


@pytest.mark.parametrize(
    ("raw", "sound"),
    [(b"GEN_SCALE", True), ("Länge".encode(), True), (b"A\x00", False), (b"\x0cABELS", False)],
)
def test_a_name_is_text(raw, sound):
    assert is_name(raw) == sound


def test_half_an_end_mark_before_an_entry_is_no_end():
    whole = entry() + bytes(20)
    assert goes_on(b"\x00" + whole[1:], 0, "<")  # the length of the name is lost
    assert goes_on(whole[:1] + b"\x00" + whole[2:], 0, "<")  # the group is
    assert goes_on(b"\x00" + whole, 0, "<")  # the entry before ends one byte too early
    assert not goes_on(b"\x00\xfd" + bytes(40), 0, "<")  # what some exporters leave behind
    assert not goes_on(b"\x00\x20" + b"free text of an exporter, which is no entry", 0, "<")
    assert not goes_on(b"\x00\x01", 0, "<")


def test_what_stands_behind_the_last_entry_is_none():
    group = b"\x05\xfeTRIAL" + struct.pack("<h", 4) + b"\x01x"
    assert ends(b"\x02Hz" + b"\xcd" * 40, 0, "<")
    assert ends(b"\x02Hz" + b"what the exporter had in memory", 0, "<")
    assert not ends(b"\x02Hz" + entry() + bytes(20), 0, "<")
    assert not ends(entry() + bytes(20), 0, "<")  # no length of a description
    assert not ends(b"\x02Hz" + group + bytes(20), 0, "<")
    assert not ends(b"\x02Hz", 4, "<")


def test_names_and_groups_that_are_needed_are_looked_for():
    groups = set(USED)
    assert misnamed(groups, SOUND) is None
    assert misnamed({"POINT", "ANALOG"}, [k for k in SOUND if k[0] in ("POINT", "ANALOG")]) is None
    assert "the group 'EVENU' seems to be EVENT" in misnamed(groups - {"EVENT"} | {"EVENU"}, SOUND)
    for key in SOUND:
        group, name = key
        others = [k for k in SOUND if k != key]
        assert misnamed(groups, others) is None  # it may be missing
        assert f"seems to be {name}" in misnamed(groups, [*others, (group, f"{name[:-1]}#")])
        assert "stands in no group" in misnamed(groups, [*others, ("", name)])
    lost = [k for k in SOUND if k != ("ANALOG", "OFFSET")]
    assert "stands in another group" in misnamed(groups, [*lost, ("TRIAL", "OFFSET")])
    # a name that is near counts only where the right one is missing
    assert misnamed(groups, [*SOUND, ("ANALOG", "SCALF")]) is None
