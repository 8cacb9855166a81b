"""Faults within the signal: told from signal that is whole, coarse or silent."""

import numpy as np
import pytest

from emgkit.quality import look

RATE_HZ = 2000.0


def signal(noise_uv=5.0, burst_uv=100.0, seconds=10.0, step_uv=0.0, seed=1):
    """Noise, louder for 0.4 s of every second; rounded to the steps of a converter."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE_HZ)
    on = (np.arange(n) / RATE_HZ) % 1.0 < 0.4
    emg = rng.standard_normal(n) * np.where(on, burst_uv, noise_uv)
    return emg if step_uv == 0 else step_uv * np.round(emg / step_uv)


def found(emg, check, **more):
    return look(emg, RATE_HZ, trial="walk", **more).found.get(check)


def share(emg, check):
    """Return the share of bad samples, 0 if there is no such fault."""
    fault = found(emg, check)
    return 0.0 if fault is None else float(fault.marked(emg.size).mean())


@pytest.mark.parametrize("step_uv", [0.0, 0.5, 5.0, 20.0])
def test_a_whole_signal_has_none_however_coarse_its_steps(step_uv):
    """At 20 uV the noise of 5 uV is not seen: the signal is flat between bursts, which is no fault."""
    emg = signal(step_uv=step_uv)
    assert share(emg, "flat_line") == 0.0
    assert share(emg, "clipping") < 0.001


@pytest.mark.parametrize("step_uv", [0.0, 0.5, 5.0])
@pytest.mark.parametrize("value", [0.0, 40.0])
def test_a_drop_out_is_marked_to_the_sample(step_uv, value):
    emg = signal(step_uv=step_uv)
    emg[6000:8000] = value
    flat = found(emg, "flat_line")
    marked = np.flatnonzero(flat.marked(emg.size))
    assert abs(marked[0] - 6000) <= 2
    assert abs(marked[-1] - 7999) <= 2
    assert marked.size == marked[-1] - marked[0] + 1
    assert flat.limit_pct == 10.0


def test_a_drop_out_at_either_end_and_a_short_one():
    for start, stop in ((0, 3000), (17_000, 20_000)):
        emg = signal()
        emg[start:stop] = 0.0
        assert share(emg, "flat_line") == pytest.approx(3000 / 20_000, abs=0.001)
    emg = signal()
    emg[6000:6060] = 0.0  # 30 ms
    assert share(emg, "flat_line") == 0.0


def test_hum_in_step_with_the_sampling_is_no_rail():
    """The same 40 values in each period, the largest of them as often as any other."""
    t = np.arange(20_000) / RATE_HZ
    assert share(300 * np.sin(2 * np.pi * 50 * t), "clipping") == 0.0


def test_a_rail_is_marked_where_it_is_reached():
    emg = signal(burst_uv=300.0, noise_uv=5.0)
    clipped = np.clip(emg, -150.0, 250.0)
    fault = found(clipped, "clipping")
    near = 0.001 * 400.0  # a rail flickers by that part of the range
    np.testing.assert_array_equal(fault.marked(emg.size), (emg <= -150.0 + near) | (emg >= 250.0 - near))


def test_a_signal_of_few_values_is_judged_as_a_whole_elsewhere():
    for emg in (np.zeros(4000), np.tile([0.0, 1.0, 2.0], 1000)):
        assert not {"flat_line", "clipping"} & set(look(emg, RATE_HZ, trial="walk").found)


def test_known_faults_of_real_recordings_and_none_in_good_ones(shared_data):
    import emgkit

    saturated = emgkit.read(shared_data / "c3d_gait_emg" / "vicon_zerowire.c3d", "#13", "left", emg_unit="uV")
    assert share(saturated.emg_uv, "clipping") > 0.2
    for path in sorted((shared_data / "gait_burst_labels").glob("*.c3d"))[::4]:
        for label in ("LTA", "RMG"):
            rec = emgkit.read(path, label)
            faults = look(rec.emg_uv, rec.rate_hz, trial="walk").found
            assert faults["clipping"].value < 0.5
            assert "flat_line" not in faults
