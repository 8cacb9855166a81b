"""`listen`: write the wire's signal as a sound file."""

from __future__ import annotations

import math
import os
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

from emgkit.errors import EmgkitError, InputError, within
from emgkit.model import Recording

if TYPE_CHECKING:
    from emgkit.condition.audio import Sound

ENDING = ".wav"


def listen(
    rec: Recording,
    path: str | Path,
    *,
    start_s: float = 0.0,
    stop_s: float | None = None,
    full_scale_uv: float | None = None,
    overwrite: bool = False,
) -> Sound:
    """Write the signal of the wire as a WAV file: 16 bits, one channel, 48 kHz.

    Parameters
    ----------
    rec : Recording
    path : str or Path
        The new file; it ends in .wav.
    start_s, stop_s : float
        Stretch of the recording; the whole of it if not given.
    full_scale_uv : float, optional
        What full scale stands for. Give the same to several recordings to compare their loudness; without it,
        twice the 99.9th percentile of the stretch.
    overwrite : bool
        Whether a file that is there may be replaced.

    Returns
    -------
    Sound
        What was written: the band, full scale in microvolts, and how many samples were beyond it.

    Raises
    ------
    InputError
        If the stretch lies outside the recording or does not stop after its start, the file is there, lies in
        a session's folder or cannot be written, or the signal is silent.
    InsufficientDataError
        If the stretch is shorter than 0.1 s.

    Notes
    -----
    The sound holds 20 Hz and above (Butterworth, order 2, forwards and backwards), at one gain for the whole.

    Examples
    --------
    >>> import emgkit
    >>> emgkit.listen(emgkit.simulate(n_cycles=3), "walk.wav").duration_s  # doctest: +SKIP
    6.0
    """
    from emgkit.condition.audio import sound
    from emgkit.io.files import as_path, write_files

    if not isinstance(rec, Recording):
        raise InputError(
            "this is no recording", found=type(rec).__name__, accepted="what emgkit.read returns"
        )
    target = as_path(path)
    if target.suffix.lower() != ENDING:
        raise InputError("a sound file has another ending", found=target.name, accepted=ENDING)
    # unlike that of a path, it says no of a name that no file can have; writing says why
    if os.path.exists(target) and not overwrite:
        raise InputError(
            "the file is there already",
            where=target.name,
            mend="name another, or give --overwrite (in Python overwrite=True)",
        )
    stop_s = rec.duration_s if stop_s is None else stop_s
    for name, value in (("start", start_s), ("stop", stop_s)):
        number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not 0 <= value <= rec.duration_s + 0.5 / rec.rate_hz:
            raise InputError(
                f"the {name} of the stretch lies outside the recording",
                where=rec.source.name,
                found=value,
                accepted=f"0 to {rec.duration_s:g} s",
            )
    if stop_s <= start_s:
        raise InputError(
            "the stop of the stretch is not after its start",
            where=rec.source.name,
            found=f"{start_s:g} to {stop_s:g} s",
        )
    first, last = round(start_s * rec.rate_hz), round(stop_s * rec.rate_hz)
    try:
        heard = sound(rec.emg_uv[first:last], rec.rate_hz, full_scale_uv=full_scale_uv)
    except EmgkitError as error:
        raise within(error, rec.source.name) from error
    write_files(target.parent, {target.name: heard.wav()})
    return heard
