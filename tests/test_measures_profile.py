"""The profile: bootstrap band, intensity filter, stance and swing scaled separately."""

import numpy as np
import pytest
from gait_fakes import WALK
from gait_fakes import cycles as gait_cycles
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit.errors import InputError
from emgkit.found import NO_MAXIMUM, AmplitudeReference
from emgkit.gait import phases
from emgkit.measures.bootstrap import mean_interval
from emgkit.measures.intensity import filtered_average, in_each_percent, intensity_words
from emgkit.measures.profile import PCT, axis, profile_table, profile_words
from emgkit.measures.trial import Signal

RATE = 2000.0
MAXIMUM = AmplitudeReference("maximum", "maximum test", mean_uv=100.0, rms_uv=125.0)


def signal_over(level_of_pct, walk):
    """A signal whose absolute value, and envelope, is the given level at each percent of the strides."""
    t = np.arange(round((walk.end_s[-1] + 0.5) * RATE)) / RATE
    at = np.clip(np.searchsorted(walk.start_s, t, side="right") - 1, 0, walk.start_s.size - 1)
    pct = 100 * (t - walk.start_s[at]) / (walk.end_s[at] - walk.start_s[at])
    level = np.where((pct >= 0) & (pct < 100), level_of_pct(pct, at), 0.0)
    sign = np.where(np.arange(t.size) % 2, -1.0, 1.0)
    on = level > 5
    return Signal("walk_1", RATE, sign * level, level, on, ~on, on, 1.0)


def table(trials, scaling="cycle", reference=MAXIMUM, **changes):
    on_axis = axis([c for _, c in trials], scaling, phases.scale)
    given_ = {"envelope": "low_pass", "confidence": 0.95, "resamples": 500} | changes
    return profile_table(trials, on_axis, reference, **given_)


# the interval of the mean


@pytest.mark.parametrize("n", [5, 8, 20])
def test_the_interval_covers_the_true_mean_as_often_as_it_says(n):
    """3000 columns of Gaussian cycles with mean 10. Plain percentiles: 84 % of five, 92 % of twenty."""
    values = 10 + 3 * np.random.default_rng(n).standard_normal((n, 3000))
    low, high = mean_interval(values, 0.95, 4000)
    # 3 standard errors of 3000 columns are 1.2 %
    assert np.mean((low <= 10) & (high >= 10)) == pytest.approx(0.95, abs=0.015)


def test_the_interval_has_nearly_the_width_of_students():
    values = np.random.default_rng(1).standard_normal((15, 400))
    low, high = mean_interval(values, 0.9, 4000)
    from scipy import stats

    half = stats.t.ppf(0.95, 14) * values.std(axis=0, ddof=1) / np.sqrt(15)
    assert np.median((high - low) / (2 * half)) == pytest.approx(1, abs=0.06)


def test_the_same_cycles_give_the_same_interval_in_any_scale():
    values = np.random.default_rng(2).standard_normal((9, 30))
    low, high = mean_interval(values, 0.95, 300)
    again = mean_interval(values, 0.95, 300)
    np.testing.assert_array_equal([low, high], again)
    np.testing.assert_allclose(mean_interval(4 * values + 1, 0.95, 300), [4 * low + 1, 4 * high + 1])
    wider = mean_interval(values, 0.99, 300)
    assert (wider[0] <= low).all()
    assert (wider[1] >= high).all()


def test_equal_cycles_have_no_width_and_few_cycles_no_interval():
    low, high = mean_interval(np.full((6, 4), 7.0), 0.95, 200)
    np.testing.assert_allclose([low, high], 7.0)
    assert np.isnan(mean_interval(np.ones((4, 3)), 0.95, 200)).all()


# the intensity filter


def loop_filter(average, reference):
    """A second implementation, on the circle, one percent after the other."""
    loud = [value >= 0.05 * reference for value in average]
    kept = np.zeros(100)
    for i in range(100):
        length = 0
        if loud[i]:
            back = next((k for k in range(100) if not loud[(i - k) % 100]), 100)
            ahead = next((k for k in range(100) if not loud[(i + k) % 100]), 100)
            length = min(back + ahead - 1, 100)
        kept[i] = average[i] if length >= 5 else 0.0
    return kept


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 12)), min_size=1, max_size=40), st.integers(0, 99))
def test_the_intensity_filter_is_that_of_a_loop_wherever_the_cycle_begins(runs, turn):
    levels = [30.0 if loud else 1.0 for loud, length in runs for _ in range(length)]
    average = np.roll(np.resize(levels, 100), turn)
    np.testing.assert_array_equal(filtered_average(average, 100.0, cyclic=True), loop_filter(average, 100.0))


def test_what_is_low_or_short_is_left_out():
    average = np.full(100, 4.9)
    average[20:24], average[50:55] = 90.0, 5.0
    kept = filtered_average(average, 100.0, cyclic=True)
    assert np.flatnonzero(kept).tolist() == [50, 51, 52, 53, 54]
    assert filtered_average(np.full(100, 6.0), 100.0, cyclic=True).tolist() == [6.0] * 100
    assert filtered_average(np.full(100, 4.0), 100.0, cyclic=True).tolist() == [0.0] * 100


def test_a_packet_across_the_contact_is_one_in_walking_only():
    average = np.zeros(100)
    average[97:], average[:3] = 20.0, 20.0
    assert np.count_nonzero(filtered_average(average, 100.0, cyclic=True)) == 6
    assert np.count_nonzero(filtered_average(average, 100.0, cyclic=False)) == 0


def test_without_a_reference_or_a_sample_in_every_percent_it_is_not_determinable():
    assert np.isnan(filtered_average(np.ones(100), np.nan, cyclic=True)).all()
    average = np.ones(100)
    average[3] = np.nan
    assert np.isnan(filtered_average(average, 10.0, cyclic=True)).all()
    assert "not determinable" in intensity_words(NO_MAXIMUM, 1.0)


def test_words_say_what_the_five_percent_are_of_and_where_noise_passes():
    assert "5 % of the maximum test (100.0 uV)" in intensity_words(MAXIMUM, 2.0)
    assert "noise" not in intensity_words(MAXIMUM, 2.0)
    assert "noise stays in" in intensity_words(MAXIMUM, 7.0)
    peak = AmplitudeReference("task_peak", "peak", mean_uv=40.0, rms_uv=50.0)
    assert "not the reference here" in intensity_words(peak, 1.0)


def test_each_percent_is_the_mean_of_its_samples():
    walk = gait_cycles(*[WALK] * 3, duration_s=1.0)
    s = signal_over(lambda pct, at: np.floor(pct) + 1, walk)
    times = walk.start_s[:, None] + PCT / 100
    np.testing.assert_allclose(in_each_percent(s, times), np.tile(np.arange(1.0, 101), (3, 1)), atol=0.06)


# the table


def test_band_mean_and_filtered_average_of_a_known_burst():
    walk = gait_cycles(*[WALK] * 8, duration_s=1.0)
    heights = np.array([40, 44, 48, 52, 56, 60, 64, 68.0])
    s = signal_over(lambda pct, at: np.where((pct >= 30) & (pct < 50), heights[at], 2.0), walk)
    p = table([(s, walk)])
    assert p.mean_uv[40] == pytest.approx(54)
    assert p.band_low_uv[40] < 54 < p.band_high_uv[40]
    assert (p.band_high_uv - p.band_low_uv)[40] < 4 * heights.std(ddof=1) / np.sqrt(8) * 1.5
    assert (p.band_high_uv - p.band_low_uv)[10] == pytest.approx(0)
    assert np.flatnonzero(p.intensity_uv).tolist() == list(range(30, 50))
    assert p.intensity_pct_ref[40] == pytest.approx(54)
    assert p.mean_pct_ref[40] == pytest.approx(54)
    assert table([(s, walk)], envelope="rms").mean_pct_ref[40] == pytest.approx(100 * 54 / 125)


def test_without_a_reference_no_percentage_and_no_filtered_average():
    walk = gait_cycles(*[WALK] * 6)
    p = table([(signal_over(lambda pct, at: pct, walk), walk)], reference=NO_MAXIMUM)
    assert p[["intensity_uv", "intensity_pct_ref", "mean_pct_ref"]].isna().all(axis=None)
    assert p.mean_uv.notna().all()


def test_stance_and_swing_scaled_separately_lay_a_burst_at_foot_off_over_itself():
    """A burst from foot-off to the middle of swing, foot-off at 50 to 70 %: sharp, and blurred as a whole."""
    offs = np.array([50.0, 55, 60, 65, 70])
    walk = gait_cycles(*[{"foot_off": off} for off in offs], duration_s=2.0)

    def burst(pct, at):
        return np.where((pct >= offs[at]) & (pct < 50 + offs[at] / 2), 50.0, 1.0)

    s = signal_over(burst, walk)
    p = table([(s, walk)], "stance_swing")
    assert p.sd_uv[[*range(59), *range(62, 79), *range(82, 100)]].max() < 1e-6
    assert p.mean_uv[62:79].min() == pytest.approx(50)
    assert p.mean_uv[:59].max() == pytest.approx(1)
    assert table([(s, walk)]).sd_uv[55] > 20
    words = profile_words([(s, walk)], axis([walk], "stance_swing", phases.scale), MAXIMUM)
    assert "mean foot-off of 60.0 %" in words


def test_strides_without_foot_off_are_left_out_of_it_and_counted():
    walk = gait_cycles({"foot_off": 60.0}, {}, {"foot_off": 60.0}, duration_s=1.0)
    s = signal_over(lambda pct, at: np.where(at == 1, 500.0, 10.0), walk)
    on_axis = axis([walk], "stance_swing", phases.scale)
    p = table([(s, walk)], "stance_swing")
    assert p.mean_uv[5:95].max() == pytest.approx(10)
    words = profile_words([(s, walk)], on_axis, MAXIMUM)
    assert "Profile of 2 cycles" in words
    assert "1 of 3 cycles have no foot-off" in words
    assert "it takes 5" in words


def test_without_any_foot_off_separate_scaling_is_refused():
    with pytest.raises(InputError, match="profile_scaling"):
        axis([gait_cycles({}, {})], "stance_swing", phases.scale)
    with pytest.raises(InputError, match="no used cycle has a foot-off"):
        emgkit.analyze(
            emgkit.simulate(n_cycles=5, activity="repetitions"),
            {"measure": {"profile_scaling": "stance_swing"}},
        )


@pytest.mark.parametrize("kind", ["task_peak", "task_mean"])
@pytest.mark.parametrize("envelope", ["low_pass", "rms"])
def test_percentages_of_the_task_have_their_hundred_percent_where_they_say(kind, envelope):
    rec = emgkit.simulate(n_cycles=6, seed=2)
    an = emgkit.analyze(
        rec,
        {
            "measure": {"normalisation": kind},
            "condition": {"envelope": envelope},
            "detect": {"sensitivity": "off"},
        },
    )
    if kind == "task_peak":
        assert an.profile.mean_pct_ref.max() == pytest.approx(100)
    else:
        assert an.cycles[an.cycles.used].mean_pct_ref.mean() == pytest.approx(100)
    assert an.study.amplitude.kind == kind
    assert kind.split("_")[1] in an.study.normalisation
