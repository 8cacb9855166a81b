"""Turns against a plain loop, closed forms and invariances; the interference pattern on needle EMG."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import emgkit
from emgkit import InputError, InsufficientDataError
from emgkit.measures.interference_pattern import MEASURES, STATUS
from emgkit.measures.turns import turns

RATE = 10_000.0
T = np.arange(20_000) / RATE
RISE = np.sin(2 * np.pi * 50 * T)
ALL = [m.name for m in MEASURES]


def by_loop(x, threshold):
    """Second implementation: keep the extreme so far, and confirm it when the signal has left it."""
    found, low, high, direction = [], 0, 0, 0
    for i in range(1, len(x)):
        if direction >= 0 and x[i] > x[high]:
            high = i
        if direction <= 0 and x[i] < x[low]:
            low = i
        if direction == 0:
            if x[i] - x[low] >= threshold:
                # the trough before the first rise is a turn if the signal fell that far to it
                if low and x[: low + 1].max() - x[low] >= threshold:
                    found.append(low)
                direction, high = 1, i
            elif x[high] - x[i] >= threshold:
                if high and x[high] - x[: high + 1].min() >= threshold:
                    found.append(high)
                direction, low = -1, i
        elif direction > 0 and x[high] - x[i] >= threshold:
            found.append(high)
            direction, low = -1, i
        elif direction < 0 and x[i] - x[low] >= threshold:
            found.append(low)
            direction, high = 1, i
    return found


# whole numbers and a threshold between them: no swing is exactly the threshold
SIGNALS = hnp.arrays(np.int64, st.integers(0, 400), elements=st.integers(-400, 400), unique=True)


@given(SIGNALS)
@settings(deadline=None, max_examples=200)
def test_turns_are_those_of_a_plain_loop(values):
    x = values.astype(float)
    assert turns(x, 99.5).tolist() == by_loop(x, 99.5)


@given(SIGNALS, st.sampled_from([1.0, 0.1, 0.3]))
@settings(deadline=None, max_examples=100)
def test_a_swing_of_the_threshold_itself_is_one(values, step):
    x = np.round(values / 50)  # whole steps of the converter, of which the threshold is a multiple
    assert turns(step * x, step * 2.0).tolist() == by_loop(x, 2.0)


@given(SIGNALS, st.floats(-1e4, 1e4), st.sampled_from([0.25, 2.0, 8.0]))
@settings(deadline=None, max_examples=60)
def test_offset_sign_scale_and_direction_of_time_do_not_matter(values, offset, scale):
    x = values.astype(float)
    found = turns(x, 99.5)
    np.testing.assert_array_equal(turns(x + round(offset), 99.5), found)
    np.testing.assert_array_equal(turns(-x, 99.5), found)
    np.testing.assert_array_equal(turns(scale * x, scale * 99.5), found)
    np.testing.assert_array_equal(turns(x[::-1], 99.5), x.size - 1 - found[::-1])


@given(SIGNALS)
@settings(deadline=None, max_examples=60)
def test_turns_alternate_by_the_threshold_and_samples_between_them_add_none(values):
    x = values.astype(float)
    found = turns(x, 99.5)
    swing = np.diff(x[found])
    assert (np.abs(swing) >= 99.5).all()
    assert (swing[1:] * swing[:-1] < 0).all()
    finer = np.interp(np.arange(4 * x.size - 3) / 4, np.arange(x.size), x) if x.size else x
    np.testing.assert_array_equal(turns(finer, 99.5), 4 * found)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_samples_have_no_turn(n):
    assert turns(np.arange(n) * 1000.0, 100.0).size == 0


def table(samples, rate=RATE, **options):
    return emgkit.interference_pattern(samples, rate, **options).set_index("measure")


def test_a_sine_has_two_turns_a_period_and_its_own_frequency():
    found = table(300 * RISE, noise_uv=5.0)
    assert found["value"].to_dict() == pytest.approx(
        {
            "turns": 100.0,
            "amplitude_per_turn": 600.0,
            "turns_amplitude_ratio": 100 / 0.6,
            "small_segments": 99.5,  # the stretch to the first turn of all is none
            "activity": 0.0,  # turns are 10 ms apart
            "upper_centile_amplitude": 600.0,
            "spikes": 49.5,
            "mean_frequency": 50.0,
            "median_frequency": 50.0,
        },
        rel=0.02,
        abs=0.01,
    )
    assert (found["n_epochs"] == 2).all()
    assert (found["why"] == "none").all()
    assert (found["status"] == STATUS).all()
    assert "not validated for walking" in STATUS


def test_single_potentials_have_the_turns_that_were_put_in():
    # 40 potentials a second, each 300 up, 500 down, 200 back, 1 ms apart; silence between them
    potential = np.interp(np.arange(41) / RATE, [0, 1e-3, 2e-3, 3e-3, 4e-3], [0, 300, -200, 0, 0])
    x = np.zeros(30_000)
    for start in range(100, x.size - 60, 250):
        x[start : start + potential.size] += potential
    found = table(x)
    # peak and trough of each; from a trough to the next peak the signal rises 500 through the baseline
    assert found.loc["turns", "value"] == pytest.approx(80, abs=0.7)
    assert found.loc["amplitude_per_turn", "value"] == pytest.approx(500)
    assert found.loc["activity", "value"] == pytest.approx(100 * 40 * 1e-3, abs=0.1)
    assert found.loc["spikes", "value"] == pytest.approx(40, abs=0.7)
    assert found.loc["small_segments", "value"] == pytest.approx(80, abs=0.7)
    large = table(5 * x)
    assert large.loc["small_segments", "value"] == 0
    assert large.loc["turns", "value"] == found.loc["turns", "value"]
    assert large.loc["mean_frequency", "value"] == pytest.approx(found.loc["mean_frequency", "value"])


def test_a_peak_is_a_spike_only_between_troughs_beyond_the_median():
    # two peaks with a trough between them that stays above the median: four turns, no spike
    potential = np.interp(np.arange(61) / RATE, np.arange(7) / 1000, [0, 400, 150, 400, -200, 0, 0])
    x = np.tile(np.append(potential, np.zeros(189)), 80)
    found = table(x)
    assert found.loc["turns", "value"] == pytest.approx(160, abs=1)
    assert found.loc["spikes", "value"] == 0


def test_the_spread_over_epochs_is_that_of_the_epochs():
    x = np.concatenate([300 * RISE[:10_000], 300 * np.sin(2 * np.pi * 60 * T[:10_000])])
    found = table(x, noise_uv=5.0)
    assert found.loc["turns", "value"] == pytest.approx(110, abs=1)
    assert found.loc["turns", "sd"] == pytest.approx(np.std([100, 120], ddof=1), abs=1)
    assert np.isnan(table(x[:10_000], noise_uv=5.0).loc["turns", "sd"])
    half = table(x, noise_uv=5.0, epoch_s=0.5)
    assert (half["n_epochs"] == 4).all()
    assert half.loc["turns", "value"] == pytest.approx(found.loc["turns", "value"], abs=0.01)


def test_the_frequencies_do_not_depend_on_the_amplitude_and_are_ordered_as_the_spectrum():
    rng = np.random.default_rng(1)
    white = rng.standard_normal(20_000)
    found = table(200 * white, noise_uv=1.0)
    # flat from 20 to 5000 Hz: both frequencies at the middle
    assert found.loc["mean_frequency", "value"] == pytest.approx(2510, rel=0.02)
    assert found.loc["median_frequency", "value"] == pytest.approx(2510, rel=0.03)


def test_silence_and_small_noise_have_no_turns_and_say_why_nothing_else_is_stated():
    rng = np.random.default_rng(2)
    for x in (np.zeros(20_000), 5 * rng.standard_normal(20_000)):
        found = table(x)
        assert found.loc["turns", "value"] == 0
        assert found.loc["spikes", "value"] == 0
        others = found.drop(index=["turns", "spikes"])
        assert others["value"].isna().all()
        assert others["why"].str.contains("no epoch has 10 turns").all()
        assert (others["n_epochs"] == 0).all()


@pytest.mark.parametrize("options", [{}, {"noise_uv": 40.0}])
def test_noise_that_makes_turns_by_itself_is_not_measured(options):
    x = 40 * np.random.default_rng(3).standard_normal(20_000)
    assert turns(x, 100.0).size > 2000  # it would look like a full pattern
    found = table(x, **options)
    assert found["value"].isna().all()
    assert found["why"].str.contains("noise").all()
    assert (
        found["why"].str.contains("give noise_uv" if not options else "at rest the signal is 40.0 uV").all()
    )


def test_noise_of_an_eighth_of_the_threshold_makes_hardly_a_turn():
    x = 12.5 * np.random.default_rng(4).standard_normal(200_000)
    assert turns(x, 100.0).size <= 20  # in 20 s


def test_a_contraction_that_is_not_steady_says_so():
    x = np.concatenate([300 * RISE, 300 * np.sin(2 * np.pi * 150 * T)])
    assert table(x, noise_uv=5.0)["why"].str.contains("not steady").all()


def test_a_low_rate_is_said_and_a_lower_one_refused():
    x = 300 * RISE[::4]
    assert table(x, 2500.0, noise_uv=5.0)["why"].str.contains("sampled at 2500 Hz, below 10000").all()
    with pytest.raises(InputError, match=r"rate_hz: this value cannot be used\. Found: 1999"):
        table(x, 1999.0)


@pytest.mark.parametrize(
    ("samples", "options", "words"),
    [
        ("text", {}, "no signal"),
        (np.zeros((2, 3000)), {}, "no signal"),
        ([[1.0], [1.0, 2.0]], {}, "no signal"),
        (None, {}, "no signal"),
        (np.full(20_000, np.nan), {}, "not finite"),
        (np.zeros(20_000), {"rate_hz": "fast"}, "rate_hz"),
        (np.zeros(20_000), {"rate_hz": np.inf}, "rate_hz"),
        (np.zeros(20_000), {"epoch_s": 0.1}, "epoch_s"),
        (np.zeros(20_000), {"epoch_s": True}, "epoch_s"),
        (np.zeros(20_000), {"threshold_uv": 0.0}, "threshold_uv"),
        (np.zeros(20_000), {"threshold_uv": np.nan}, "threshold_uv"),
        (np.zeros(20_000), {"noise_uv": -1.0}, "noise_uv"),
    ],
)
def test_what_cannot_be_used_is_an_input_error(samples, options, words):
    with pytest.raises(InputError, match=words):
        emgkit.interference_pattern(samples, **({"rate_hz": RATE} | options))


@pytest.mark.parametrize("n", [0, 1, 9_999])
def test_a_signal_shorter_than_an_epoch_is_too_little(n):
    with pytest.raises(InsufficientDataError, match="shorter than one epoch"):
        table(np.zeros(n))


def test_the_signal_is_not_changed_and_may_hold_whole_numbers():
    x = np.round(300 * RISE).astype(np.int16)
    x.flags.writeable = False
    whole = table(x, noise_uv=5.0)
    assert whole.loc["turns", "value"] == table(x.astype(float), noise_uv=5.0).loc["turns", "value"]


def needle(folder, name):
    """Return samples in microvolts and the rate of a record in format 16, whose gain is in the header."""
    head = (folder / f"{name}.hea").read_text(encoding="ascii").splitlines()
    rate = float(head[0].split()[2])
    file, form, gain = head[1].split()[:3]
    per_unit, unit = gain.split("/")
    assert (form, unit.lower()) == ("16", "mv")
    return np.fromfile(folder / file, dtype="<i2") / float(per_unit) * 1000, rate


@pytest.fixture(scope="module")
def needles(shared_data):
    """The table of each of two recordings of tibialis anterior by needle, gentle contraction."""
    folder = shared_data / "intramuscular"
    names = ("healthy", "myopathy")
    return {name: table(*needle(folder, f"emg_{name}")) for name in names}


# Fuglsang-Frederiksen 2000 reviews them: more turns, a higher ratio of turns to amplitude, more power at high
# frequencies, more small segments for the same amplitude
@pytest.mark.parametrize(
    "measure",
    [
        "turns",
        "turns_amplitude_ratio",
        "small_segments",
        "spikes",
        "activity",
        "mean_frequency",
        "median_frequency",
    ],
)
def test_myopathic_differs_from_healthy_in_the_direction_that_is_stated(needles, measure):
    healthy, myopathic = (needles[name].loc[measure] for name in ("healthy", "myopathy"))
    # and by more than the epochs spread
    assert myopathic["value"] - healthy["value"] > 2 * np.hypot(healthy["sd"], myopathic["sd"])
    assert min(healthy["n_epochs"], myopathic["n_epochs"]) >= 12


def test_the_amplitude_of_these_two_recordings_does_not_differ_as_at_equal_force(needles):
    """Force was not controlled; the page on the measures says so."""
    healthy, myopathic = (needles[name].loc["amplitude_per_turn"] for name in ("healthy", "myopathy"))
    assert healthy["value"] == pytest.approx(260, abs=1)
    assert myopathic["value"] == pytest.approx(294, abs=1)
    assert needles["myopathy"]["why"].str.contains("sampled at 4000 Hz").all()


def test_epochs_before_the_first_turn_count_none():
    """A contraction seldom begins with the recording."""
    quiet_first = np.concatenate((np.zeros(T.size), 500 * RISE))
    both = table(quiet_first, noise_uv=1.0)
    later = table(500 * RISE, noise_uv=1.0)
    assert both.loc["turns", "value"] == pytest.approx(later.loc["turns", "value"] / 2, abs=1)
    assert both.loc["amplitude_per_turn", "value"] == pytest.approx(1000, rel=0.01)
