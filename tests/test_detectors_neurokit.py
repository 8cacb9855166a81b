"""NeuroKit2 as it is: the same result as calling it, without its noise."""

import neurokit2
import numpy as np
import pytest

from emgkit.detectors import detect


@pytest.fixture(scope="module")
def samples():
    values = np.random.default_rng(2).normal(0, 5, 5000)
    values[1000:1400] *= 12
    values[3000:3300] *= 12
    return values


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("approach", ["threshold", "biosppy"])
def test_the_same_as_calling_it(samples, approach):
    clean = neurokit2.emg_clean(samples, sampling_rate=1000)
    _, info = neurokit2.emg_activation(
        emg_amplitude=neurokit2.emg_amplitude(clean), emg_cleaned=clean, sampling_rate=1000, method=approach
    )
    found = detect(samples, 1000, "neurokit", approach=approach)
    np.testing.assert_array_equal(found.onset_s, np.asarray(info["EMG_Onsets"]) / 1000)
    np.testing.assert_array_equal(found.offset_s, np.asarray(info["EMG_Offsets"]) / 1000)
    assert np.isnan(found.onset_low_s).all()


def test_no_warning_reaches_the_reader(recwarn):
    quiet = np.random.default_rng(2).normal(0, 5, 3000)
    detect(quiet, 1000, "neurokit", approach="biosppy")
    assert not recwarn.list


def test_its_fault_at_other_rates_is_said(samples):
    assert any("1000 Hz" in note for note in detect(samples, 2000, "neurokit").notes)
    assert not any("1000 Hz" in note for note in detect(samples, 1000, "neurokit").notes)
