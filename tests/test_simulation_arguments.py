"""Bad arguments: each an InputError that says what was found and what is accepted."""

import math

import numpy as np
import pytest

import emgkit
from emgkit.errors import InputError
from emgkit.simulation import simulate

WRONG = [
    {"muscle": "nonsense"},
    {"muscle": 3},
    {"side": "middle"},
    {"activity": "running"},
    {"n_cycles": 0},
    {"n_cycles": 2.5},
    {"n_cycles": True},
    {"cycle_s": 0.0},
    {"cycle_s": -1.0},
    {"cycle_s": math.nan},
    {"cycle_s": "1.1"},
    {"cycle_s": 10.0},
    {"cycle_sd_s": -0.1},
    {"cycle_sd_s": math.inf},
    {"foot_off_pct": 50.0},
    {"foot_off_pct": 95.0},
    {"foot_off_sd_pct": -1.0},
    {"edge_sd_pct": 30.0},
    {"pause_s": -1.0},
    {"bursts_pct": ((60.0, 50.0),)},
    {"bursts_pct": ((100.0, 120.0),)},
    {"bursts_pct": ((10.0, 111.0),)},
    {"bursts_pct": ((10.0, 40.0), (30.0, 60.0))},
    {"bursts_pct": ((50.0, 60.0), (10.0, 20.0))},
    {"bursts_pct": ((5.0, 20.0), (60.0, 110.0))},
    {"bursts_pct": (54.0, 109.0)},
    {"bursts_pct": ((54.0, math.nan),)},
    {"bursts_pct": "54-109"},
    {"bursts_pct": 54},
    {"activity": "repetitions", "bursts_pct": ((54.0, 109.0),)},
    {"activity": "repetitions", "switches": "separate"},
    {"excitation": 0.0},
    {"excitation": 1.1},
    {"excitation_cv": -0.1},
    {"ramp_s": -0.01},
    {"n_units": 1},
    {"rate_hz": 0.0},
    {"rate_hz": 100.0},
    {"rate_hz": math.inf},
    {"peak_uv": 0.0},
    {"peak_uv": 400.0, "snr_db": 10.0},
    {"snr_db": 100.0},
    {"snr_db": 10.0, "noise_uv": 0.0, "hum_uv": 0.0},
    {"snr_db": 10.0, "bursts_pct": ()},
    {"noise_uv": -1.0},
    {"hum_uv": -1.0},
    {"hum_hz": 0.0},
    {"drift_uv": -1.0},
    {"artefact_uv": None, "noise_uv": "5"},
    {"switches": "both"},
    {"switches": "coded", "levels_v": {"heel": 1.0}},
    {
        "switches": "coded",
        "levels_v": dict.fromkeys(("heel", "fifth_metatarsal", "first_metatarsal", "toe"), 0),
    },
    {"contact_pattern": "hop"},
    {"events": "yes"},
    {"label": ""},
    {"trial": None},
    {"seed": -1},
    {"seed": 1.5},
    {"seed": None},
    {"wire_seed": "a"},
    {"n_cycles": 100_000, "rate_hz": 10_000.0},
]


@pytest.mark.parametrize("arguments", WRONG, ids=lambda a: "-".join(map(str, a.items())))
def test_bad_argument_is_an_input_error(arguments):
    with pytest.raises(InputError) as caught:
        simulate(**arguments)
    assert caught.value.accepted


NUMBERS = [
    "cycle_s",
    "cycle_sd_s",
    "foot_off_pct",
    "foot_off_sd_pct",
    "edge_sd_pct",
    "pause_s",
    "rate_hz",
    "excitation",
    "excitation_cv",
    "ramp_s",
    "noise_uv",
    "hum_uv",
    "hum_hz",
    "drift_uv",
    "artefact_uv",
    "n_cycles",
    "n_units",
]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [None, "1", math.nan, -math.inf, True, [1.0], -5])
def test_no_number_takes_what_is_none(name, value):
    with pytest.raises(InputError):
        simulate(**{name: value})


def test_message_says_what_is_accepted():
    with pytest.raises(
        InputError, match=r"cycle_s is out of range\. Found: -1\.0\. Accepted: a number from 0.3"
    ):
        simulate(cycle_s=-1.0)


def test_parameters_hold_every_argument():
    rec = simulate(n_cycles=2, seed=3, muscle="TA")
    code = simulate.__code__
    names = code.co_varnames[: code.co_kwonlyargcount]
    assert set(names) <= set(rec.truth.parameters)
    assert rec.truth.parameters["muscle"] == "tibialis_anterior"
    assert rec.truth.parameters["bursts_pct"] == ((54.0, 109.0),)


def test_short_bursts_and_extremes_do_not_fail():
    simulate(bursts_pct=((10.0, 10.5),), n_cycles=3)  # too short to be a burst: silent
    simulate(bursts_pct=((10.0, 14.0),), ramp_s=5.0, excitation=0.01, n_cycles=3)
    simulate(n_cycles=1, n_units=2, rate_hz=500.0, cycle_s=0.3, cycle_sd_s=1.0)
    simulate(activity="repetitions", pause_s=0.0, cycle_s=60.0, n_cycles=1, rate_hz=500.0)


def test_public_name():
    assert emgkit.simulate is simulate


def test_numpy_numbers_are_numbers():
    rec = simulate(n_cycles=np.int64(2), seed=np.int32(3), cycle_s=np.float32(1.0), snr_db=np.float64(9))
    assert rec.truth.contact_s.size == 3
