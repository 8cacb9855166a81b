"""A goniometer on the joint whose movement the repetitions are."""

from dataclasses import replace

import numpy as np

from emgkit.errors import InputError
from emgkit.model import Motion, Recording

ANGLE_DEG = 60.0
NOISE_DEG = 0.3


def with_goniometer(rec: Recording, *, rate_hz: float | None = None, seed: int = 0) -> Recording:
    """Return a simulated recording of repetitions with a goniometer that shows them.

    Parameters
    ----------
    rec : Recording
        From ``emgkit.simulate(activity="repetitions")``.
    rate_hz : float, optional
        Rate of the goniometer; that of the EMG if not given.

    Raises
    ------
    InputError
        If the recording is no simulation of repetitions.

    Notes
    -----
    The joint turns out and back once in every repetition: ANGLE_DEG sin(pi p)^2 at the part p of it, 0
    between them, and noise of NOISE_DEG. So it passes a share s of its range at p = asin(sqrt(s)) / pi, and
    comes back through it at 1 - p.

    Examples
    --------
    >>> import emgkit
    >>> rec = with_goniometer(emgkit.simulate(activity="repetitions", n_cycles=3))
    >>> rec.motion.label, rec.motion.unit
    ('GONIO', 'deg')
    """
    if rec.truth is None or rec.truth.parameters.get("activity") != "repetitions":
        raise InputError(
            "only simulated repetitions can have a simulated goniometer",
            where=rec.source.name,
            accepted='emgkit.simulate(activity="repetitions")',
        )
    rate_hz = rec.rate_hz if rate_hz is None else rate_hz
    rng = np.random.default_rng(seed)
    time = np.arange(round(rec.duration_s * rate_hz)) / rate_hz
    start, end = rec.truth.contact_s, rec.truth.foot_off_s
    at = np.maximum(np.searchsorted(start, time, side="right") - 1, 0)
    part = np.clip((time - start[at]) / (end - start)[at], 0.0, 1.0)
    angle = ANGLE_DEG * np.sin(np.pi * part) ** 2 + NOISE_DEG * rng.standard_normal(time.size)
    return replace(rec, motion=Motion("GONIO", angle, "deg", rate_hz))
