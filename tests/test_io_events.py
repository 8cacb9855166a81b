"""Words for events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.io.events import SPANS, VOCABULARY, RawEvent, classify, gather
from emgkit.model import EVENT_KINDS


@pytest.mark.parametrize(
    ("label", "context", "kind", "side"),
    [
        ("Foot Strike", "Left", "foot_contact", "left"),
        ("Foot Off", "Right", "foot_off", "right"),
        ("foot strike", "right", "foot_contact", "right"),
        ("Left Foot Strike", "", "foot_contact", "left"),
        ("right_foot_off", "", "foot_off", "right"),
        ("Foot Off - R", "", "foot_off", "right"),
        ("Heel Strike", "Left", "foot_contact", "left"),
        ("Toe-Off", "Left", "foot_off", "left"),
        ("LHS", "", "foot_contact", "left"),
        ("RTO", "", "foot_off", "right"),
        ("LON", "", "foot_contact", "left"),
        ("LOFF", "", "foot_off", "left"),
        ("rto", "", "foot_off", "right"),
        ("L HS", "", "foot_contact", "left"),
        ("Left Foot Strike", "Right", "foot_contact", None),
        ("LHS", "left", "foot_contact", "left"),
        ("left heel contact", "", "foot_contact", "left"),
        ("R TO", "", "foot_off", "right"),
        ("HS_L", "General", "foot_contact", "left"),
        ("RightToeOff", "", "foot_off", "right"),
        ("footoffl", "", "foot_off", "left"),
        ("Lt Foot Off", "", "foot_off", "left"),
        ("R Final Contact", "", "foot_off", "right"),
        ("left rep 3", "", "span", "left"),
        ("Foot Strike", "General", "foot_contact", None),
        ("repetition", "", "span", None),
        ("Rep 3", "", "span", None),
        ("movement", "", "span", None),
        ("repetition_start", "", "repetition_start", None),
        ("repetition end 4", "", "repetition_end", None),
        ("Start of repetition", "", "repetition_start", None),
        ("on", "", None, None),
        ("off", "Left", None, None),
        ("", "RHS", "foot_contact", "right"),
        ("  ", "Left", None, None),
        ("RFC", "", None, None),  # foot contact to some, final contact to others
        ("FCR", "", None, None),
        ("FSR", "", None, None),
        ("heel off", "Left", None, None),
        ("onset", "Left", None, None),
        ("", "", None, None),
        ("Start", "General", None, None),
        ("left", "", None, None),
        ("lifted", "", None, None),
        ("report", "", None, None),
        ("RMS", "", None, None),
    ],
)
def test_classify(label, context, kind, side):
    assert classify(label, context) == (kind, side)


def test_vocabulary_is_consistent():
    words = [word for group in VOCABULARY.values() for word in group]
    assert len(words) == len(set(words))
    assert set(VOCABULARY) == set(EVENT_KINDS)
    for kind, group in VOCABULARY.items():
        for word in group:
            for written in (word, word.upper(), word.replace(" ", "_"), f" {word} "):
                assert classify(written, "Left") == (kind, "left"), word
    assert not set(SPANS) & set(words)


WORDS = [(word, kind) for kind, words in VOCABULARY.items() for word in words if kind.startswith("foot")]
SIDE_WORDS = st.sampled_from(["left", "l", "lt", "right", "r", "rt"])


@given(st.sampled_from(WORDS), st.sampled_from(["", " ", "_", "-", "  ", " - "]), st.booleans())
def test_case_and_separators_do_not_count(word_and_kind, separator, upper):
    word, kind = word_and_kind
    written = word.upper().replace(" ", separator) if upper else word.title().replace(" ", separator)
    assert classify(written, "Right") == (kind, "right")
    assert classify(written) == (kind, None)


@given(st.sampled_from(WORDS), SIDE_WORDS, st.sampled_from([" ", "_", "-"]), st.sampled_from("lL"))
def test_a_side_before_behind_or_in_the_context_is_the_same(word_and_kind, side_word, separator, case):
    word, kind = word_and_kind
    side = "left" if side_word.startswith("l") else "right"
    side_word = side_word.upper() if case == "L" else side_word
    for label, context in (
        (f"{side_word}{separator}{word}", ""),
        (f"{word}{separator}{side_word}", ""),
        (word, side_word),
        (f"{side_word}{separator}{word}", side),
        ("", f"{side_word}{separator}{word}"),
        (f"{side_word}{word}", ""),
    ):
        assert classify(label, context) == (kind, side), (label, context)
    other = "right" if side == "left" else "left"
    assert classify(f"{side_word}{separator}{word}", other) == (kind, None)


def test_sides_that_contradict_each_other_are_said():
    raw = [RawEvent(1, "LHS", "Right"), RawEvent(2, "RHS", "Right")]
    events, _, notes = gather(raw, source="c3d", duration_s=9.0)
    assert events["side"].tolist() == [None, "right"]
    assert notes == (
        "1 event of which label and context name different sides",
        "1 foot event without a side",
    )


@given(st.text(max_size=30), st.text(max_size=10))
@settings(deadline=None)
def test_no_label_fails(label, context):
    kind, side = classify(label, context)
    assert kind in (None, "span", *EVENT_KINDS)
    assert side in (None, "left", "right")


def test_edges_of_the_recording():
    times = [-1.0, -1e-6, 0.0, 5.0, 10.0, 10.000001, 11.0, float("nan"), float("inf")]
    events, unknown, notes = gather([RawEvent(t, "LHS") for t in times], source="c3d", duration_s=10.0)
    assert events["time_s"].tolist() == [0.0, 0.0, 5.0, 10.0, 10.0]
    assert notes == ("4 events outside the recorded signal left out",)
    assert unknown == ()


def test_events_come_in_order_of_time():
    events, _, _ = gather([RawEvent(t, "RHS") for t in (3.0, 1.0, 2.0)], source="edf", duration_s=None)
    assert np.all(np.diff(events["time_s"]) > 0)
    assert set(events["source"]) == {"edf"}


def test_unknown_ones_are_listed_once_and_sideless_ones_said():
    raw = [RawEvent(1, "Event", "General"), RawEvent(2, "Event", "General"), RawEvent(3, "Foot Strike")]
    events, unknown, notes = gather(raw, source="c3d", duration_s=10.0)
    assert unknown == ("Event (General)",)
    assert len(events) == 1
    assert notes == ("1 foot event without a side",)
