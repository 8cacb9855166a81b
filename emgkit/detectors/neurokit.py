"""NeuroKit2's detectors as they are: a second opinion, never the base of a finding.

Faults seen in version 0.2.13, left as they are: the envelope of method "threshold" is computed as if the
rate were 1000 Hz, so it changes with the rate; a burst at the first sample or the end is lost; of two bursts
closer together than 50 ms the second vanishes; where a muscle is on for 40 % of the time or more, the method
"biosppy" finds little; it loops over samples (40 s for ten minutes at 2 kHz). No interval comes with an edge.
Its method "mixture" starts from random numbers, so two runs disagree; it is not offered.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors.base import Parameters, check_length, make_detection, nothing_in_constant, parameter
from emgkit.errors import InputError
from emgkit.found import Detection
from emgkit.model import FloatArray

_NEEDED_S = 0.5
_LEAST_RATE_HZ = 250.0  # its high-pass lies at 100 Hz


@dataclass(frozen=True)
class NeurokitParameters(Parameters):
    """Parameters of NeuroKit2's `emg_activation`."""

    method: ClassVar[str] = "neurokit"

    approach: str = parameter("threshold", "its method", words=("threshold", "biosppy"))
    min_duration_s: float = parameter(
        0.050, "shorter bursts and gaps do not count", low=0.001, high=10, unit="s"
    )


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: NeurokitParameters) -> Detection:
    """Find the bursts with NeuroKit2: `emg_clean`, `emg_amplitude`, `emg_activation` at their defaults.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : NeurokitParameters

    Raises
    ------
    InputError
        If the rate is below 250 Hz, which leaves no band above NeuroKit2's high-pass.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    References
    ----------
    Makowski D et al. NeuroKit2. Behav Res Methods 2021;53:1689-1696. doi:10.3758/s13428-020-01516-y
    """
    if rate_hz < _LEAST_RATE_HZ:
        raise InputError(
            "the rate is too low for NeuroKit2's high-pass at 100 Hz",
            found=rate_hz,
            accepted=f"a rate of {_LEAST_RATE_HZ:g} Hz or more",
        )
    check_length(samples_uv.size, rate_hz, _NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    with warnings.catch_warnings():
        # its own deprecations, and a warning where it finds nothing: the result says so
        warnings.simplefilter("ignore")
        import neurokit2

        clean = neurokit2.emg_clean(samples_uv, sampling_rate=rate_hz)
        _, info = neurokit2.emg_activation(
            emg_amplitude=neurokit2.emg_amplitude(clean),
            emg_cleaned=clean,
            sampling_rate=rate_hz,
            method=parameters.approach,
            duration_min=int(parameters.min_duration_s * rate_hz),
        )
    # offsets at the very end are dropped by it, the onsets that belong to them are not
    onsets, offsets = np.asarray(info["EMG_Onsets"]), np.asarray(info["EMG_Offsets"])
    n = min(onsets.size, offsets.size)
    notes = [
        "No interval comes with an edge of this method.",
        "NeuroKit2 loses a burst that is cut by an end of the recording.",
    ]
    if parameters.approach == "threshold" and rate_hz != 1000:
        notes.append(f"NeuroKit2 computes its envelope as if the rate were 1000 Hz; it is {rate_hz:g} Hz.")
    return make_detection(
        np.column_stack((onsets[:n], offsets[:n])) / rate_hz, parameters, notes=tuple(notes)
    )
