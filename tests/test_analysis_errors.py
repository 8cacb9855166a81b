"""What cannot be analysed says what, where, found, accepted and how to mend it."""

import dataclasses

import numpy as np
import pytest

import emgkit
from emgkit.model import make_events


@pytest.fixture(scope="module")
def walk():
    return emgkit.simulate(n_cycles=4, seed=1)


def without_events(rec):
    return dataclasses.replace(rec, _events=make_events([]))


def test_no_events_and_no_switches(walk):
    bare = dataclasses.replace(without_events(walk), switches={})
    with pytest.raises(emgkit.InputError, match=r"nothing bounds a cycle.*no events.*Accepted.*--switch"):
        emgkit.analyze(bare)


def test_contacts_of_the_other_side_only(walk):
    events = walk.events
    rows = [tuple(r) for r in events[events.side == "right"].itertuples(index=False)]
    other = dataclasses.replace(walk, _events=make_events(rows), switches={})
    with pytest.raises(emgkit.InputError, match=r"contacts of the left side.*contacts of the right side"):
        emgkit.analyze(other)


def test_the_side_is_asked_for(walk):
    with pytest.raises(emgkit.InputError, match=r"side of the wire is not known.*left, right.*--side"):
        emgkit.analyze(dataclasses.replace(walk, side=None))


@pytest.mark.parametrize("source", ["repetitions", "events", "switches"])
def test_a_source_that_is_not_there(walk, source):
    bare = dataclasses.replace(without_events(walk), switches={})
    with pytest.raises(emgkit.InputError, match="nothing bounds a cycle"):
        emgkit.analyze(bare, emgkit.Settings(gait={"source": source}))


def test_one_contact_is_too_little(walk):
    one = dataclasses.replace(walk, _events=make_events([(2.0, "left", "foot_contact", "c3d")]), switches={})
    with pytest.raises(emgkit.InsufficientDataError, match=r"no cycle can be used.*Found: 0.*Needed: 1"):
        emgkit.analyze(one)


@pytest.mark.parametrize(
    "samples", [np.zeros(0), np.zeros(1), np.full(2000, np.nan), np.full((10, 10), 1.0), np.full(10, np.inf)]
)
def test_signals_that_detect_cannot_use(samples):
    with pytest.raises(emgkit.EmgkitError):
        emgkit.detect(samples, 2000.0)


@pytest.mark.parametrize(
    "call", [{"method": "best"}, {"rate_hz": 0}, {"rate_hz": -1}, {"rate_hz": float("nan")}, {"no_such": 1}]
)
def test_bad_arguments_of_detect_name_what_is_accepted(call):
    arguments = {"rate_hz": 2000.0} | call
    with pytest.raises(emgkit.InputError, match="Accepted"):
        emgkit.detect(np.random.default_rng(0).standard_normal(4000), **arguments)


def test_one_event_beside_good_foot_switches_does_not_hide_them(walk):
    one = dataclasses.replace(walk, _events=make_events([(2.0, "left", "foot_contact", "c3d")]))
    an = emgkit.analyze(one)
    assert an.study.cycle_source == "switches"
    assert an.cycles.used.sum() == 4


@pytest.mark.parametrize("wrong", ["walk_1.c3d", None, 5])
def test_what_is_no_recording_or_session_is_refused(wrong):
    with pytest.raises(emgkit.InputError, match=r"emgkit\.read"):
        emgkit.analyze(wrong)
    with pytest.raises(emgkit.InputError, match=r"emgkit\.load_session"):
        emgkit.analyze_session(wrong)


def test_settings_as_a_mapping_and_wrong_ones(walk):
    an = emgkit.analyze(walk, {"detect": {"method": "double_threshold"}})
    assert an.settings.detect.method == "double_threshold"
    for wrong in ({"detect": {"methodd": 1}}, {"gait": {"debounce_s": -1}}, 5, {"no": 1}):
        with pytest.raises(emgkit.InputError):
            emgkit.analyze(walk, wrong)


def test_unknown_public_name():
    with pytest.raises(AttributeError):
        emgkit.diagnose  # noqa: B018
