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
        ("Left Foot Strike", "Right", "foot_contact", "left"),  # the nearer word wins
        ("Foot Strike", "General", "foot_contact", None),
        ("repetition", "", "span", None),
        ("Rep 3", "", "span", None),
        ("movement", "", "span", None),
        ("repetition_start", "", "repetition_start", None),
        ("repetition end 4", "", "repetition_end", None),
        ("Start of repetition", "", "repetition_start", None),
        ("on", "", None, None),
        ("off", "Left", None, None),
        ("", "RHS", None, None),
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
