"""The wire as sound: pitch, level, clipping, and files that appear whole or not at all."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import wavfile
from typer.testing import CliRunner

import emgkit
from emgkit.cli.app import app
from emgkit.condition.audio import sound
from emgkit.errors import InputError, InsufficientDataError


def tone(hz=200.0, uv=100.0, rate_hz=2000.0, seconds=2.0):
    return uv * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz)


@pytest.mark.parametrize("rate_hz", [1000.0, 1080.0, 1925.925926, 2000.0, 4000.0, 44_100.0])
def test_pitch_length_and_level_are_those_of_the_signal(rate_hz):
    heard = sound(tone(rate_hz=rate_hz) + 5000.0, rate_hz, full_scale_uv=200.0)
    rate, samples = wavfile.read(io.BytesIO(heard.wav()))
    assert (rate, samples.dtype, samples.ndim) == (48_000, np.int16, 1)
    assert samples.size / rate == pytest.approx(2.0, abs=0.002)
    middle = samples[rate // 2 : rate // 2 + rate].astype(float) / 32_767 * 200.0
    spectrum = np.abs(np.fft.rfft(middle)) / middle.size * 2
    assert np.argmax(spectrum) == 200  # one hertz a line
    assert spectrum.max() == pytest.approx(100.0, rel=0.01)
    assert abs(middle.mean()) < 0.5  # the offset is gone
    assert heard.n_clipped == 0


def test_below_the_band_is_not_heard():
    slow, fast = (
        sound(tone(2.0), 2000.0, full_scale_uv=200.0),
        sound(tone(100.0), 2000.0, full_scale_uv=200.0),
    )
    assert slow.samples.astype(float).std() < 0.02 * fast.samples.astype(float).std()


def test_what_is_beyond_full_scale_is_counted():
    signal = tone()
    signal[1000:1010] = 1e4
    heard = sound(signal, 2000.0, full_scale_uv=150.0)
    assert heard.n_clipped == np.count_nonzero(np.abs(heard.samples) == 32_767) > 0
    assert sound(tone(), 2000.0).n_clipped == 0


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e5))
def test_a_level_of_its_own_sounds_alike_at_every_gain(gain):
    one, other = sound(tone(), 2000.0), sound(gain * tone(), 2000.0)
    assert np.abs(one.samples.astype(int) - other.samples).max() <= 1
    assert other.full_scale_uv == pytest.approx(gain * one.full_scale_uv, rel=1e-6)


@pytest.mark.parametrize(
    ("signal", "rate_hz", "more", "error"),
    [
        (np.zeros(4000), 2000.0, {}, InputError),
        (np.full(4000, np.nan), 2000.0, {}, InputError),
        (np.zeros(10), 2000.0, {}, InsufficientDataError),
        (tone(), 50.0, {}, InputError),
        (tone(), 2000.0, {"full_scale_uv": 0.0}, InputError),
        (tone(), 2000.0, {"full_scale_uv": float("inf")}, InputError),
    ],
)
def test_what_has_no_sound_is_refused(signal, rate_hz, more, error):
    with pytest.raises(error):
        sound(signal, rate_hz, **more)


@pytest.fixture(scope="module")
def rec():
    return emgkit.simulate(n_cycles=3, seed=1)


def test_listen_writes_the_stretch_the_same_on_every_run(rec, tmp_path):
    heard = emgkit.listen(rec, tmp_path / "a.wav", start_s=1.0, stop_s=3.5)
    emgkit.listen(rec, tmp_path / "b.wav", start_s=1.0, stop_s=3.5)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes() == heard.wav()
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() == 120_000
    assert heard.duration_s == 2.5
    assert emgkit.listen(rec, tmp_path / "c.wav").duration_s == rec.duration_s


def test_listen_replaces_nothing_unless_told(rec, tmp_path):
    target = tmp_path / "a.wav"
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match="there already"):
        emgkit.listen(rec, target)
    assert target.read_bytes() == b"mine"
    emgkit.listen(rec, target, overwrite=True)
    assert target.read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_s": -1.0},
        {"start_s": 1e6},
        {"stop_s": 1e6},
        {"stop_s": float("nan")},
        {"start_s": 2.0, "stop_s": 1.0},
        {"start_s": 2.0, "stop_s": 2.0},
        {"start_s": "1"},
        {"full_scale_uv": -5.0},
    ],
)
def test_a_stretch_that_is_none_leaves_no_file(rec, tmp_path, wrong):
    with pytest.raises(InputError):
        emgkit.listen(rec, tmp_path / "a.wav", **wrong)
    with pytest.raises(InsufficientDataError):
        emgkit.listen(rec, tmp_path / "a.wav", start_s=2.0, stop_s=2.05)
    assert list(tmp_path.iterdir()) == []


def test_no_recording_no_ending_and_a_session_folder(rec, tmp_path):
    with pytest.raises(InputError, match="no recording"):
        emgkit.listen("walk.c3d", tmp_path / "a.wav")
    with pytest.raises(InputError, match="ending"):
        emgkit.listen(rec, tmp_path / "a.c3d")
    (tmp_path / "session.toml").write_text("")
    with pytest.raises(InputError, match="session"):
        emgkit.listen(rec, tmp_path / "a.wav")


def test_the_command_says_what_it_wrote(sample_data, tmp_path):
    source = sample_data / "tibialis_anterior_walking" / "walk_1.c3d"
    before = source.read_bytes()
    out = tmp_path / "walk.wav"
    call = ["listen", str(source), "--out", str(out), "--emg", "TIBANT_L", "--from", "2", "--to", "3"]
    done = CliRunner().invoke(app, [*call, "--full-scale", "500"])
    assert done.exit_code == 0, done.output
    assert "1.00 s at 48000 Hz, 20 to 1000 Hz; full scale 500 uV" in done.output
    assert source.read_bytes() == before
    assert wavfile.read(out)[1].size == 48_000
    assert CliRunner().invoke(app, ["listen", str(source), "--out", "walk.mp3"]).exit_code == 2


@pytest.mark.parametrize("level_uv", [0.0, 0.1, 1e-3, 12_345.678, -3.3])
@pytest.mark.parametrize("n", [400, 1000, 20_000])
def test_a_signal_at_one_level_is_silent_whatever_rounding_leaves(level_uv, n):
    with pytest.raises(InputError, match="silent"):
        sound(np.full(n, level_uv), 2000.0)


@pytest.mark.parametrize("full_scale_uv", ["loud", True, [1.0]])
def test_a_full_scale_that_is_no_number_is_an_input_error(full_scale_uv):
    with pytest.raises(InputError, match="full scale"):
        sound(tone(), 2000.0, full_scale_uv=full_scale_uv)


def test_a_signal_beyond_all_measure_is_an_input_error():
    with pytest.raises(InputError, match="no signal of a muscle"):
        sound(np.full(1000, 1e308), 2000.0)
