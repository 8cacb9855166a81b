"""Cross-talk: the share of a known copy, independent muscles, delays, hum and noise in common, bad input."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from edfio import Edf, EdfAnnotation, EdfSignal
from typer.testing import CliRunner

import emgkit
from emgkit import quality
from emgkit.cli.app import app
from emgkit.errors import InputError
from emgkit.quality.crosstalk import CROSSTALK, LIMITED_PCT, crosstalk
from emgkit.report.record import acquisition
from emgkit.report.words import words_for

RATE_HZ = 2000.0
N = 40_000
TIME_S = np.arange(N) / RATE_HZ
ACTIVE = TIME_S % 1.0 < 0.4
QUIET = TIME_S % 1.0 > 0.5


def noise(seed, n=N):
    return np.random.default_rng(seed).standard_normal(n)


def row_of(wire, neighbour, *, active=ACTIVE, quiet=QUIET, rate_hz=RATE_HZ):
    seen = quality.look(wire, rate_hz, trial="walk", quiet=quiet, active=active)
    (row,) = crosstalk(seen, {"PERL": neighbour})
    return row


@pytest.fixture(scope="module")
def muscles():
    """Return burst-modulated white signals of two muscles with one pattern, 100 uV, over noise of 5 uV."""
    own, other = (100 * ACTIVE * noise(seed) for seed in (1, 2))
    return own, other, 5 * noise(3), 5 * noise(4)


@pytest.mark.parametrize("gain", [0.0, 0.1, 0.25, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_share_of_a_copy_is_known_in_closed_form(muscles, gain, sign):
    own, other, noise_a, noise_b = muscles
    row = row_of(own + sign * gain * other + noise_a, other + noise_b)
    # power explained: (g 100^2)^2 / (100^2 + 5^2), of (1 + g^2) 100^2 + 5^2
    expected = 100 * (gain * 1e4) ** 2 / (1e4 + 25) / ((1 + gain**2) * 1e4 + 25)
    # the standard error of a correlation over 8000 active samples is 0.011
    r = np.sqrt(expected / 100)
    assert abs(np.sqrt(row["value"] / 100) - r) < 4 * 0.011
    assert row["verdict"] == ("good" if expected < LIMITED_PCT else "limited")
    assert "PERL" in row["advice"]


@pytest.mark.parametrize("delay_s", [-0.005, -0.001, 0.0, 0.0025, 0.005])
def test_a_delay_within_5_ms_is_found_and_named(muscles, delay_s):
    own, other, noise_a, noise_b = muscles
    row = row_of(own + np.roll(other, round(delay_s * RATE_HZ)) + noise_a, other + noise_b)
    assert row["value"] == pytest.approx(50, abs=4)
    assert f"shifted by {1000 * delay_s:.1f} ms" in row["advice"]


def test_a_longer_delay_is_no_cross_talk(muscles):
    own, other, noise_a, noise_b = muscles
    assert row_of(own + np.roll(other, 40) + noise_a, other + noise_b)["verdict"] == "good"


def test_the_share_does_not_depend_on_the_scale_of_either_channel(muscles):
    own, other, noise_a, noise_b = muscles
    wire, neighbour = own + 0.5 * other + noise_a, other + noise_b
    assert row_of(7 * wire, neighbour / 1000)["value"] == pytest.approx(row_of(wire, neighbour)["value"])


def test_a_whole_copy_is_limited_and_never_worse(muscles):
    row = row_of(muscles[0] + muscles[2], muscles[0] + muscles[2])
    assert (row["verdict"], row["trial"], row["unit"]) == ("limited", "walk", "%")
    assert row["value"] > 99
    assert "cannot be told" in row["advice"]


def test_hum_in_both_channels_is_no_cross_talk(muscles):
    own, other, noise_a, noise_b = muscles
    # three harmonics of 50 uV: a fifth of the power of the bursts
    hum = sum(50 * np.sin(2 * np.pi * 50.03 * k * TIME_S + k) for k in (1, 2, 3))
    x, y = own + noise_a + hum, other + noise_b + hum
    assert np.corrcoef(x[ACTIVE], y[ACTIVE])[0, 1] ** 2 > LIMITED_PCT / 100
    assert row_of(x, y)["verdict"] == "good"


def test_noise_in_common_is_no_cross_talk(muscles):
    own, _, noise_a, noise_b = muscles
    # the neighbour is silent and all that it holds is in the wire as well, a tenth of the power of the bursts
    common = 33 * noise(9)
    x, y = own + noise_a + common, noise_b + common
    assert np.corrcoef(x[ACTIVE], y[ACTIVE])[0, 1] ** 2 > LIMITED_PCT / 100
    assert row_of(x, y)["verdict"] == "good"


PATTERNS = (((54.0, 109.0),), ((8.0, 50.0),), ((12.0, 52.0),), ((57.0, 72.0), (95.0, 110.0)), ((25.0, 85.0),))


def pair(number):
    draw = np.random.default_rng([17, number])
    same = {
        "bursts_pct": PATTERNS[number % 5],
        "rate_hz": (1000.0, 2000.0)[number % 2],
        "n_units": int(draw.integers(5, 41)),
        "excitation": draw.uniform(0.15, 0.9),
        "snr_db": draw.uniform(12, 32),
    }
    same |= {"n_cycles": 4, "cycle_sd_s": 0.0, "edge_sd_pct": 0.0, "switches": "none"}
    own, other = (emgkit.simulate(seed=seed + number, **same) for seed in (100, 900))
    n = min(own.emg_uv.size, other.emg_uv.size)
    time_s = np.arange(n) / own.rate_hz
    begun, ended = (np.searchsorted(edge, time_s) for edge in (own.truth.onset_s, own.truth.offset_s))
    return own, own.emg_uv[:n], other.emg_uv[:n], begun > ended


def test_independent_muscles_of_one_pattern_stay_below_the_limit_in_98_percent():
    alarms = 0
    for number in range(50):
        own, x, y, active = pair(number)
        alarms += row_of(x, y, active=active, quiet=~active, rate_hz=own.rate_hz)["verdict"] != "good"
    assert alarms <= 1


def test_a_delayed_copy_of_a_simulated_muscle_is_found():
    for number in range(10):
        own, x, y, active = pair(number)
        ratio = np.std(x[active]) / np.std(y[active])
        row = row_of(x + 0.5 * ratio * np.roll(y, 2), y, active=active, quiet=~active, rate_hz=own.rate_hz)
        assert row["verdict"] == "limited"
        assert row["value"] == pytest.approx(20, abs=5)  # 0.25 of 1.25


@pytest.mark.parametrize(
    ("neighbour", "active", "why"),
    [
        (noise(1), ACTIVE & (TIME_S < 0.4), "less than 0.5 s"),
        (np.full(N, 3.0), ACTIVE, "constant"),
    ],
)
def test_what_cannot_be_compared_is_not_determinable(muscles, neighbour, active, why):
    row = row_of(muscles[0] + muscles[2], neighbour, active=active)
    assert row["verdict"] == "not determinable"
    assert np.isnan(row["value"])
    assert why in row["advice"]


def test_a_trial_of_half_a_second_is_not_determinable():
    row = row_of(noise(1, 200), noise(2, 200), active=np.ones(200, bool), quiet=np.zeros(200, bool))
    assert row["verdict"] == "not determinable"


@pytest.mark.parametrize("neighbour", [noise(1, 7), np.zeros((N, 2)), np.where(TIME_S > 3, np.nan, 1.0)])
def test_a_neighbour_of_another_length_or_without_numbers_is_refused(muscles, neighbour):
    with pytest.raises(InputError):
        row_of(muscles[0] + muscles[2], neighbour)


def test_a_recording_holds_its_neighbours_and_keeps_them():
    rec = emgkit.simulate(n_cycles=3)
    held = replace(rec, neighbours={"PERL": rec.emg_uv})
    again = pickle.loads(pickle.dumps(held))
    np.testing.assert_array_equal(again.neighbours["PERL"], rec.emg_uv)
    assert not again.neighbours["PERL"].flags.writeable
    with pytest.raises(TypeError):
        held.neighbours["X"] = rec.emg_uv
    for bad in (["PERL"], {"PERL": rec.emg_uv[1:]}, {3: rec.emg_uv}, {"PERL": "x"}):
        with pytest.raises(InputError):
            replace(rec, neighbours=bad)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a session whose file holds the wire, a copy of it and channels that do not fit."""
    folder = tmp_path_factory.mktemp("neighbours")
    rec = emgkit.simulate(activity="repetitions", n_cycles=6, seed=2)
    starts = rec.events[rec.events["kind"] == "repetition_start"]["time_s"]
    channels = [
        ("EMG FCR", rec.emg_uv, rec.rate_hz, "uV"),
        ("EMG FCU", 0.7 * rec.emg_uv, rec.rate_hz, "uV"),
        ("EMG SLOW", rec.emg_uv[::2], rec.rate_hz / 2, "uV"),
        ("ANGLE", rec.emg_uv, rec.rate_hz, "deg"),
        ("HEEL FSW", rec.emg_uv, rec.rate_hz, "V"),
    ]
    Edf(
        [
            EdfSignal(np.round(x, 1), rate, label=label, physical_dimension=u)
            for label, x, rate, u in channels
        ],
        annotations=[EdfAnnotation(t, 1.5, "Grasp") for t in starts],
    ).write(folder / "hand.edf")
    (folder / "session.toml").write_text(
        '[electrode]\nmuscle = "flexor_carpi_radialis"\nside = "left"\n[channels]\nemg = "EMG FCR"\n'
        'repetition_label = "Grasp"\nneighbours = ["EMG FCU"]\n[trials]\nactivity = "hand.edf"\n',
        encoding="utf-8",
    )
    return folder, rec


def test_a_session_names_its_neighbours(folder):
    path, _ = folder
    an = emgkit.analyze_session(emgkit.load_session(path))
    (row,) = an.quality[an.quality["check"] == CROSSTALK.name].to_dict("records")
    assert row["verdict"] == "limited"
    assert row["value"] > 95
    assert "Neighbour EMG FCU" in row["advice"]
    assert an.study.verdict != "A"


def test_without_neighbours_there_is_no_row(folder):
    rec = emgkit.read(folder[0] / "hand.edf", emg="EMG FCR", repetition_label="Grasp")
    assert dict(rec.neighbours) == {}
    an = emgkit.analyze(folder[1])
    assert CROSSTALK.name not in set(an.quality["check"])
    (beside,) = [
        value
        for facts in acquisition(an, words_for("repetitions"))
        for name, value in facts.rows
        if name.startswith("neighbouring channels")
    ]
    assert beside == "not recorded"


def test_read_takes_the_neighbour_in_microvolts(folder):
    path, simulated = folder
    rec = emgkit.read(path / "hand.edf", emg="EMG FCR", neighbours=["EMG FCU"])
    assert list(rec.neighbours) == ["EMG FCU"]
    np.testing.assert_allclose(rec.neighbours["EMG FCU"], 0.7 * simulated.emg_uv, atol=0.3)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (["EMG FCR"], "named twice"),
        (["EMG FCU", "EMG FCU"], "named twice"),
        (["EMG SLOW"], "rate and length"),
        (["ANGLE"], "unit"),
        (["HEEL FSW"], "foot switch"),
        (["TIBANT"], "no channel answers"),
        ("EMG FCU", "list of labels"),
        ([None], "no name"),
        (7, "list of labels"),
    ],
)
def test_neighbours_that_cannot_be_used_are_refused(folder, names, word):
    with pytest.raises(InputError, match=word):
        emgkit.read(folder[0] / "hand.edf", emg="EMG FCR", neighbours=names)


@pytest.mark.parametrize("given", ['["A", "A"]', "[]", '"A"', "[3]", '[""]'])
def test_a_manifest_with_other_neighbours_is_refused(folder, tmp_path, given):
    text = (folder[0] / "session.toml").read_text(encoding="utf-8").replace('["EMG FCU"]', given)
    (tmp_path / "session.toml").write_text(text, encoding="utf-8")
    (tmp_path / "hand.edf").write_bytes((folder[0] / "hand.edf").read_bytes())
    with pytest.raises(InputError, match="neighbours"):
        emgkit.load_session(tmp_path)


def test_the_command_takes_neighbours_and_the_report_says_so(folder, tmp_path):
    call = ["analyze", str(folder[0] / "hand.edf"), "--emg", "EMG FCR", "--repetition-label", "Grasp"]
    done = CliRunner().invoke(app, [*call, "--neighbour", "EMG FCU", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "crosstalk" in (tmp_path / "quality.csv").read_text(encoding="utf-8")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "named in the rows of the check crosstalk" in page
