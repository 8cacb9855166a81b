"""Movement artefact: the cable or the leg swings the wire, most of all when the foot meets the ground."""

import numpy as np
from scipy import ndimage

from emgkit.model import FloatArray, IntArray
from emgkit.quality.located import Located, joined, largest_within, runs
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import SMOOTH_S, Signal

SLOW_S = 0.15
"""Less the moving mean over 0.15 s, it keeps 5 to 37 Hz of the raw signal."""
LOCAL_S = 0.1
NOISE_TIMES = 5.0
"""A peak of five times the noise is seen, and can be held for a burst or move an edge."""
FASTER_TIMES = 3.0
"""What muscle, at a wire or at the skin, has at 5 to 37 Hz stays below three times what lies above it; of a
swing of the cable little lies above."""
AT_CONTACT_S = (-0.05, 0.25)
"""The blow travels within this time of the contact."""
CONTROL_PART = (0.3, 0.7)
"""Parts of the stride after contact at which as much would be found if contact had no part in it."""
LOCKED = 2.0
MIN_CONTACTS = 3
LIMITED_PCT = 20.0
"""One stride in five: from there on a mean over strides has the artefact in it."""
NOT_USABLE_PCT = 50.0
"""Half of the strides, if it hides the bursts."""
HIDES_TIMES = 2.0
"""An artefact so many times the level of the bursts has peaks above theirs. One that is smaller but stands
out from the noise is said, and costs no stride."""

MOVEMENT_ARTEFACT = Check(
    "movement_artefact",
    "%",
    f"good below {LIMITED_PCT:g} %, limited from there; not usable from {NOT_USABLE_PCT:g} % if it is "
    f"{HIDES_TIMES:g} times as large as the bursts",
    "share of the foot contacts with a slow artefact (20 to 40 Hz) of five times the noise that no muscle "
    "makes",
)


def find(s: Signal, smooth_uv: FloatArray) -> Located:
    """Find slow swings that the high-pass at 20 Hz leaves, wherever they are.

    Parameters
    ----------
    s : Signal
    smooth_uv : array of shape (n_samples,)
        From `signal.smoothed`.

    Notes
    -----
    The moving mean over 12 ms of the signal above 20 Hz exceeds five times the noise, and the raw signal from
    5 to 37 Hz three times the root mean square over 0.1 s of what is faster. `value` is the share of the
    contacts that have one; it is zero if they are less than twice as frequent at contact as 30 and 70 % of a
    stride later.
    """
    assert s.fast_uv is not None
    slow = ndimage.uniform_filter1d(s.fast_uv, max(2, round(SMOOTH_S * s.rate_hz)))
    window = max(2, round(LOCAL_S * s.rate_hz))
    swing = smooth_uv - ndimage.uniform_filter1d(smooth_uv, max(2, round(SLOW_S * s.rate_hz)))
    faster = ndimage.uniform_filter1d(np.square(s.fast_uv - slow), window)
    size = np.abs(slow)
    swings = size > NOISE_TIMES * s.noise_uv
    swings[swings] = np.square(swing[swings]) > FASTER_TIMES**2 * np.maximum(faster[swings], 0.0)
    start, stop = joined(*runs(swings), LOCAL_S * s.rate_hz)
    start = np.maximum(start - window // 4, 0)
    stop = np.minimum(stop + window // 4, s.emg_uv.size)
    peak = largest_within(size, start, stop)
    value = float("nan")
    if s.contact_s is not None and s.contact_s.size >= MIN_CONTACTS:
        stride_s = float(np.median(np.diff(s.contact_s)))
        inside = np.flatnonzero(swings)
        at, *others = (
            _share(inside, swings.size, s.contact_s + part * stride_s, s.rate_hz)
            for part in (0.0, *CONTROL_PART)
        )
        beside = np.mean(others)
        value = 100 * at if at >= LOCKED * beside else 0.0
    return Located(
        check=MOVEMENT_ARTEFACT.name,
        words=f"a movement artefact {HIDES_TIMES:g} times as large as the bursts",
        start=start,
        stop=stop,
        rate_hz=s.rate_hz,
        limit_pct=None,
        value=value,
        spoils=peak >= HIDES_TIMES * s.loud_uv,
        size=peak,
    )


def _share(inside: IntArray, n_samples: int, contact_s: FloatArray, rate_hz: float) -> float:
    """Return the share of the contacts that have a swing about them; `inside` are the samples of swings."""
    before_first, before_last = (
        np.searchsorted(inside, np.clip(np.rint((contact_s + t) * rate_hz), 0, n_samples))
        for t in AT_CONTACT_S
    )
    return float(np.mean(before_last > before_first))


def movement_artefact(s: Signal, found: Located | None) -> Row:
    """Judge the swings at the contacts."""
    check = MOVEMENT_ARTEFACT
    if found is None:
        return check.unknown(s.why_no_fast, s.trial)
    if np.isnan(found.value):
        return check.unknown(f"There are fewer than {MIN_CONTACTS} foot contacts to look at.", s.trial)
    if found.value < LIMITED_PCT:
        advice = "No action needed."
        if found.start.size:
            advice = "Slow artefacts, few of them at contact: look at the places named."
        return check.row("good", found.value, advice, s.trial, found.where)
    assert found.size is not None
    large = float(np.median(found.size))
    hidden = found.value >= NOT_USABLE_PCT and large >= HIDES_TIMES * s.loud_uv
    verdict: Verdict = "not usable" if hidden else "limited"
    advice = (
        f"At contact the wire or its cable swings ({large:.0f} uV above 20 Hz in the median, bursts "
        f"{s.loud_uv:.0f} uV, noise {s.noise_uv:.0f} uV): an onset near contact may be the artefact. Fix the "
        "cable; a higher high-pass (condition.band_low_hz) removes more of it. Strides in which it is "
        f"{HIDES_TIMES:g} times as large as the bursts are left out."
    )
    return check.row(verdict, found.value, advice, s.trial, found.where)
