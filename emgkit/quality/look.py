"""All faults that lie at places in time, looked for once per trial: ledger and checks read the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from emgkit.model import BoolArray, FloatArray
from emgkit.quality import artefact, contact, ecg, faults, interference, open_wire, steps
from emgkit.quality.located import Located
from emgkit.quality.signal import Signal, prepare, smoothed


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What was found in one trial."""

    signal: Signal
    mains: tuple[float, float]
    """Frequency of the mains and its share of the power above 20 Hz."""
    spectrum: interference.Spectrum | None
    found: Mapping[str, Located]
    """By the name of the check. A check that could not be made is not in it."""


def look(
    emg_uv: FloatArray,
    rate_hz: float,
    *,
    trial: str,
    quiet: BoolArray | None = None,
    active: BoolArray | None = None,
    contact_s: FloatArray | None = None,
) -> Look:
    """Look for the faults that lie at places in time.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        The signal as recorded, not filtered.
    rate_hz : float
    trial : str
        Name of the recording.
    quiet, active : bool arrays of shape (n_samples,), optional
        Samples that the detection holds for certainly off, and for on.
    contact_s : array of shape (n_contacts,), optional
        Foot contacts of the recorded side, in order.

    Raises
    ------
    InputError
        If signal, rate or masks cannot be used.
    """
    s = prepare(emg_uv, rate_hz, quiet=quiet, active=active, trial=trial, contact_s=contact_s)
    rails = faults.find_clipping(s)
    found: list[Located | None] = [rails, faults.find_flat(s)]
    if s.fast_uv is not None and s.loud_uv > 0:
        total, smooth_uv = steps.running_sum(s), smoothed(s)
        jumps = steps.find(s, total)
        found += [
            open_wire.find(s),
            contact.find(s, total, jumps, rails),
            jumps,
            artefact.find(s, smooth_uv),
            ecg.find(s, smooth_uv),
        ]
    return Look(
        s,
        interference.mains(s),
        interference.spectrum(s),
        {one.check: one for one in found if one is not None},
    )
