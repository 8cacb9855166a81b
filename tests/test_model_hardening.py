"""What the model and the settings refuse, and that nothing in them can be changed by accident."""

import copy
import dataclasses
import inspect
import json
import pickle

import numpy as np
import pandas as pd
import pytest

import emgkit
from emgkit import detectors, table_values, tables
from emgkit.errors import InputError, InsufficientDataError
from emgkit.model import Recording, Source, Switch, Truth, make_events
from emgkit.result import Analysis
from emgkit.settings import ConditionSettings, DetectSettings, FrozenDict, GaitSettings, Settings, as_settings

SOURCE = Source("a.c3d", "ab" * 32, "C3D")
CONTACT = (1.0, "left", "foot_contact", "hand")


def recording(**changes) -> Recording:
    values = {
        "emg_uv": np.arange(1000.0),
        "rate_hz": 1000,
        "label": "LTA",
        "side": "left",
        "muscle": "tibialis_anterior",
        "switches": {"heel": Switch("heel", "LHEEL", np.tile([0, 5], 50), 100)},
        "_events": make_events([CONTACT]),
        "source": SOURCE,
        "trial": "a",
    }
    return Recording(**(values | changes))


def test_a_recording_is_float64_and_cannot_be_written_to():
    rec = recording(emg_uv=[1, 2, 3])
    switch = rec.switches["heel"]
    for array in (rec.emg_uv, switch.voltage_v):
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    assert isinstance(rec.rate_hz, float)
    assert isinstance(switch.rate_hz, float)
    with pytest.raises(TypeError):
        rec.switches["toe"] = switch


def test_the_arrays_of_the_caller_stay_theirs():
    volts = np.ones(10)
    switch = Switch("heel", "L", volts, 100.0)
    volts[0] = 7.0
    assert switch.voltage_v[0] == 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"emg_uv": np.zeros((2, 3))},
        {"emg_uv": 5.0},
        {"emg_uv": ["1", "2"]},
        {"emg_uv": [1j]},
        {"emg_uv": [[1], [1, 2]]},
        {"emg_uv": None},
        {"emg_uv": [True, False]},
        {"rate_hz": 0},
        {"rate_hz": -1000.0},
        {"rate_hz": float("nan")},
        {"rate_hz": float("inf")},
        {"rate_hz": "1000"},
        {"rate_hz": None},
        {"rate_hz": True},
        {"rate_hz": [1000.0]},
        {"side": "L"},
        {"side": 1},
        {"side": ["left"]},
        {"switches": ["heel"]},
        {"switches": {"heel": "LHEEL"}},
        {"switches": {"toe": Switch("heel", "LHEEL", [0.0], 100.0)}},
        {"_events": 5},
        {"_events": [(1.0, "left")]},
        {"_events": [1, 2, 3, 4]},
        {"_events": pd.DataFrame({"time_s": [1.0]})},
        {"_events": pd.DataFrame([(1.0, *CONTACT)], columns=["time_s", "time_s", "side", "kind", "source"])},
        {"_events": [("soon", *CONTACT[1:])]},
        {"_events": [("1.0", *CONTACT[1:])]},
        {"_events": [(float("nan"), *CONTACT[1:])]},
        {"_events": [(float("inf"), *CONTACT[1:])]},
        {"_events": [(1.0, "L", "foot_contact", "hand")]},
        {"_events": [(1.0, "left", "heel strike", "hand")]},
        {"_events": [(1.0, "left", None, "hand")]},
    ],
    ids=str,
)
def test_what_is_no_recording_is_refused(changes):
    with pytest.raises(InputError) as caught:
        recording(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"site": "knee"},
        {"site": None},
        {"site": ["heel"]},
        {"voltage_v": []},
        {"voltage_v": np.zeros((2, 2))},
        {"voltage_v": ["a"]},
        {"rate_hz": 0.0},
        {"rate_hz": None},
    ],
    ids=str,
)
def test_what_is_no_foot_switch_is_refused(changes):
    values = {"site": "heel", "label": "LHEEL", "voltage_v": [0.0, 5.0], "rate_hz": 100.0}
    with pytest.raises(InputError, match=r"^foot switch LHEEL: "):
        Switch(**(values | changes))


def test_events_can_be_given_in_every_usual_way():
    later = (2.0, None, "repetition_start", "hand")
    for given in (
        [later, CONTACT],
        pd.DataFrame([later, CONTACT], columns=list("abcd")).set_axis(
            ["time_s", "side", "kind", "source"], axis=1
        ),
    ):
        events = recording(_events=given).events
        assert events["time_s"].tolist() == [1.0, 2.0]
        assert events["side"].tolist() == ["left", None]
    assert recording(_events=None).events.empty
    assert list(recording(_events=None).events) == ["time_s", "side", "kind", "source"]
    rec = recording()
    other = rec.with_events([later])
    assert other.events["kind"].tolist() == ["repetition_start"]
    assert rec.events["kind"].tolist() == ["foot_contact"]
    assert other.with_events(None).events.empty


def test_pickle_copy_and_replace_keep_a_recording():
    truth = Truth(np.ones(1), np.ones(1), np.ones(1), np.ones(1), {"seed": 3, "levels_v": {"heel": 0.5}})
    rec = recording(truth=truth)
    for twin in (pickle.loads(pickle.dumps(rec)), copy.deepcopy(rec), dataclasses.replace(rec, trial="a")):
        np.testing.assert_array_equal(twin.emg_uv, rec.emg_uv)
        np.testing.assert_array_equal(twin.switches["heel"].voltage_v, rec.switches["heel"].voltage_v)
        pd.testing.assert_frame_equal(twin.events, rec.events)
        assert twin.truth.parameters == truth.parameters
        assert twin.source == SOURCE
        assert not twin.switches["heel"].voltage_v.flags.writeable
    assert dataclasses.replace(rec, _events=make_events()).events.empty
    assert dataclasses.replace(rec, side="right").side == "right"
    with pytest.raises(InputError, match="no side"):
        dataclasses.replace(rec, side="up")


@pytest.fixture(scope="module")
def result():
    return emgkit.analyze(emgkit.simulate(n_cycles=5))


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA])
def test_an_event_without_a_side_is_of_no_foot(result, nothing):
    """However a table writes it: with pandas' own types it is `pandas.NA`, which cannot be compared."""
    rec = emgkit.simulate(n_cycles=5)
    events = [*rec.events.itertuples(index=False), (2.0, nothing, "foot_contact", "hand")]
    for given in (events, pd.DataFrame(events).convert_dtypes()):
        with_one_more = rec.with_events(given)
        assert with_one_more.events["side"].isna().sum() == 1
        pd.testing.assert_frame_equal(emgkit.analyze(with_one_more).cycles, result.cycles)


def test_truth_and_versions_are_read_only(result):
    rec = emgkit.simulate(n_cycles=3)
    for mapping in (rec.truth.parameters, result.versions):
        with pytest.raises(TypeError, match="cannot be changed"):
            mapping["seed"] = 9
        assert json.loads(json.dumps(dict(mapping))) is not None
    twin = pickle.loads(pickle.dumps(result))
    assert twin.versions == result.versions
    assert twin.to_json() == result.to_json()


def test_infinite_numbers_become_words(result):
    quality = result.quality.copy()
    quality.loc[0, "value"] = np.inf
    quality.loc[1, "value"] = -np.inf
    cycles = result.cycles.assign(snr_db=np.inf)
    text = dataclasses.replace(result, quality=quality, cycles=cycles).to_json()
    back = Analysis.from_json(text)
    assert back.quality["value"].iloc[:2].isna().all()
    assert back.cycles["snr_db"].isna().all()
    assert set(table_values.to_text(cycles)["snr_db"]) == {tables.NOT_DETERMINABLE}
    assert table_values.to_text(cycles)["trial"].tolist() == cycles["trial"].tolist()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"foo": 1}, ["foo: unknown key", "accepted: condition, gait, repetitions, detect, measure"]),
        ({"gaits": {}}, ["did you mean gait?"]),
        ({"strict": 1}, ["strict: unknown key"]),
        ({"gait": {"stride": 1}}, ["gait.stride: unknown key"]),
        ({"gait": {"debounce_s": -1}}, ["gait.debounce_s", "greater than or equal to 0", "found -1"]),
        ({"gait": {"debounce_s": True}}, ["gait.debounce_s", "true and false"]),
        ({"gait": 5}, ["gait: ", "found 5"]),
        ({"gait": {"source": "video"}}, ["gait.source", "'switches', 'repetitions' or 'motion'", "'video'"]),
        ({"gait": {"coded_levels_v": {"knee": 1.0}}}, ["coded_levels_v", "knee is no site", "heel"]),
        ({"gait": {"coded_levels_v": {"heel": -1.0}}}, ["coded_levels_v.heel", "greater than 0"]),
        ({"gait": {"coded_levels_v": {"heel": True}}}, ["coded_levels_v.heel"]),
        (
            {"detect": {"method": "foo"}},
            ["detect.method", "'hmm', 'double_threshold', 'hodges_bui', ", "'foo'"],
        ),
        ({"condition": {"band_low_hz": 1e-9}}, ["condition.band_low_hz", "0.5"]),
        ({"condition": {"band_high_hz": 1e7}}, ["condition.band_high_hz", "1000000"]),
        ({"condition": {"envelope_cutoff_hz": 1e-9}}, ["condition.envelope_cutoff_hz", "0.5"]),
        ({"condition": {"band_low_hz": float("nan")}}, ["condition.band_low_hz", "finite"]),
        ({"gait": {"debounce_s": -1}, "foo": 1, "measure": {"confidence": 2}}, ["3 entries", "(3)", "foo"]),
    ],
)
def test_settings_name_every_fault(values, words):
    for make in (lambda: Settings(**values), lambda: as_settings(values)):
        with pytest.raises(InputError) as caught:
            make()
        for word in words:
            assert word in str(caught.value)
        assert "http" not in str(caught.value)
        assert pickle.loads(pickle.dumps(caught.value)).what == caught.value.what


@pytest.mark.parametrize("section", [GaitSettings, ConditionSettings, DetectSettings])
def test_a_section_by_itself_refuses_too(section):
    with pytest.raises(InputError, match="foo: unknown key"):
        section(foo=1)


def test_as_settings():
    assert as_settings(None) == Settings()
    mine = Settings(gait={"debounce_s": 0.05})
    assert as_settings(mine) is mine
    assert as_settings({"gait": {"debounce_s": 0.05}}) == mine
    assert as_settings({"gait": GaitSettings(debounce_s=0.05)}) == mine
    for wrong in (5, "hmm", [("gait", {})], Settings, GaitSettings(), {5: 1}):
        with pytest.raises(InputError):
            as_settings(wrong)


def test_settings_cannot_be_changed_and_survive_every_copy():
    levels = {"heel": 0.5, "toe": 1}
    made = Settings(gait={"coded_levels_v": levels}, detect={"parameters": {"min_burst_s": 0.05}})
    levels["heel"] = 9.0
    assert made.gait.coded_levels_v == {"heel": 0.5, "toe": 1.0}
    for mapping in (made.gait.coded_levels_v, made.detect.parameters, Settings().detect.parameters):
        for change in (
            lambda m: m.__setitem__("x", 1),
            lambda m: m.__delitem__("heel"),
            lambda m: m.update(x=1),
            lambda m: m.__ior__({"x": 1}),
            lambda m: m.pop("heel"),
            lambda m: m.popitem(),
            lambda m: m.setdefault("x", 1),
            lambda m: m.clear(),
        ):
            with pytest.raises(TypeError, match="cannot be changed in place"):
                change(mapping)
    plain = made.model_dump(mode="json")
    assert plain["gait"]["coded_levels_v"] == {"heel": 0.5, "toe": 1.0}
    assert Settings(**json.loads(json.dumps(plain))) == made
    assert Settings.model_validate_json(made.model_dump_json()) == made
    for twin in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made), made.model_copy(deep=True)):
        assert twin == made
        assert isinstance(twin.gait.coded_levels_v, FrozenDict)
        assert isinstance(twin.detect.parameters, FrozenDict)


def test_every_detector_can_be_set():
    for name in detectors.METHODS:
        assert Settings(detect={"method": name}).detect.method == name
    assert set(DetectSettings.model_fields["method"].annotation.__args__) == set(detectors.METHODS)


def test_every_number_of_the_settings_is_bounded_on_both_sides():
    for section in Settings.model_fields.values():
        for key, field in section.annotation.model_fields.items():
            if field.annotation in (float, int):
                bounds = [a for m in field.metadata for a in ("gt", "ge", "lt", "le") if hasattr(m, a)]
                assert len(bounds) == 2, key


def test_an_error_stays_one_short_paragraph():
    frame = pd.DataFrame({"a": range(1000)})
    text = str(InputError("these are no settings", found=frame))
    assert "\n" not in text
    assert len(text) < 600
    assert inspect.cleandoc(text) == text


def test_an_error_begins_with_a_capital_unless_it_begins_with_a_name():
    assert str(InputError("the unit is empty", mend="give it")) == "The unit is empty. Give it."
    assert str(InputError("n_cycles is out of range", found=0)) == "n_cycles is out of range. Found: 0."
    assert str(InsufficientDataError("too few", found=1, needed=3)) == "Too few. Found: 1. Needed: 3."
