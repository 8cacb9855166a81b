"""Contact states of one foot, and their order in a stride."""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from emgkit.found import States
from emgkit.gait.runs import Runs
from emgkit.model import BoolArray, FloatArray, IntArray
from emgkit.tables import NOT_DETERMINABLE

Form = Literal["typical", "toe_first", "flat_first", "no_heel", "other", "not determinable"]

NONE, HEEL, FOREFOOT, UNKNOWN = 0, 1, 2, 4
UNKNOWN_LETTER = "?"
STATE_LETTERS = np.array(["S", "H", "P", "F", UNKNOWN_LETTER])
"""Letter of each state, by 1 for the heel plus 2 for the forefoot."""
TYPICAL = "HFPS"
WITH_HEEL = re.compile("[HF]")


def from_closed(
    heel: Runs,
    forefoot: Runs,
    stances: Runs,
    *,
    size: int,
    rate_hz: float,
    shortest_s: float,
    unknown: Sequence[tuple[int, int]] = (),
) -> States:
    """Return the states of a foot from its debounced switches and its stances.

    Outside the stances the foot is in the air ("S"). In a stance, a state shorter than `shortest_s` is a
    change between its neighbours and belongs to the one before it, the first of a stance to the one after; so
    does an opening of the whole foot that lies within the stance.

    Parameters
    ----------
    heel, forefoot : start and stop of each closing, in samples
        When any switch there is closed.
    stances : start and stop of each stance, in samples
    size : int
        Samples of the recording.
    unknown : sequence of (start, stop)
        Spells in samples in which a switch does not tell.

    Examples
    --------
    >>> import numpy as np
    >>> heel, forefoot, stance = np.array([[[100], [300]], [[200], [400]], [[100], [400]]])
    >>> from_closed(heel, forefoot, stance, size=500, rate_hz=1000, shortest_s=0.03).state
    ('S', 'H', 'F', 'P', 'S')
    """
    bounds = np.unique(np.concatenate([[0], *heel, *forefoot, *stances, np.ravel(unknown)])).astype(np.int64)
    bounds = bounds[bounds < size]
    length = np.diff(np.append(bounds, size))
    piece = HEEL * (_run_at(bounds, heel) >= 0) + FOREFOOT * (_run_at(bounds, forefoot) >= 0)
    stance = _run_at(bounds, stances)
    inside = stance >= 0
    contact = inside & (piece != NONE)
    known = contact & (length >= shortest_s * rate_hz)
    # a stance of nothing but short states keeps them: inside it the foot is not in the air
    known |= contact & ~np.isin(stance, stance[known])
    piece = np.where(inside, _carried(piece, stance, known), NONE)
    for begin, end in unknown:
        piece[(bounds >= begin) & (bounds < end)] = UNKNOWN
    first = np.append(True, np.diff(piece) != 0)
    at = np.maximum(bounds[first] - 0.5, 0.0)  # a change lies between two samples
    return States(at / rate_hz, tuple(STATE_LETTERS[piece[first]].tolist()), size / rate_hz)


def _run_at(at: IntArray, runs: Runs) -> IntArray:
    """Return the index of the run that each sample lies in, -1 outside the runs."""
    start, stop = runs
    index = np.searchsorted(start, at, side="right") - 1
    return np.where(at < np.append(stop, 0)[index], index, -1)


def _carried(piece: IntArray, stance: IntArray, known: BoolArray) -> IntArray:
    """Give a piece that is not known the state of the known one before it, else after it, in its stance."""
    place = np.arange(piece.size)
    before = np.maximum.accumulate(np.where(known, place, -1))
    after = np.minimum.accumulate(np.where(known, place, piece.size)[::-1])[::-1]
    has_before = (before >= 0) & (stance[before] == stance)
    has_after = after < piece.size
    has_after &= stance[np.where(has_after, after, 0)] == stance
    return piece[np.where(has_before, before, np.where(has_after, after, place))]


def sequences(states: States | None, start_s: FloatArray, end_s: FloatArray) -> tuple[str, ...]:
    """Return the order of the states in each stride [start, end), such as "HFPS".

    A state belongs to the stride in which its middle lies, so that strides cut by events of another source,
    which differ from the switches by some milliseconds, have the same states.

    Parameters
    ----------
    states : States or None
        None where the switches do not tell: their sites are not known, or one of them was left out.
    start_s, end_s : array of shape (n_strides,)
        In seconds; an end may be NaN.

    Returns
    -------
    tuple of str, one for each stride
        "not determinable" where there are no states, one in the stride is not known, the stride has no end,
        or it reaches beyond the recording.

    Examples
    --------
    >>> import numpy as np
    >>> walk = States(np.array([0.0, 1.0, 1.1, 1.4, 1.6]), ("S", "H", "F", "P", "S"), 2.0)
    >>> sequences(walk, np.array([1.0, 1.5]), np.array([2.0, np.nan]))
    ('HFPS', 'not determinable')
    """
    start_s, end_s = np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64)
    if states is None:
        return (NOT_DETERMINABLE,) * start_s.size
    middle = (states.start_s + np.append(states.start_s[1:], states.end_s)) / 2
    first, stop = np.searchsorted(middle, start_s), np.searchsorted(middle, end_s)
    inside = _known(states, start_s, end_s)
    letters = "".join(states.state)
    return tuple(
        letters[a:b] if b > a and whole else NOT_DETERMINABLE
        for a, b, whole in zip(first, stop, inside, strict=True)
    )


def form(sequence: str) -> Form:
    """Name the form of a sequence. An unusual one is information, no reason to leave a stride out.

    Parameters
    ----------
    sequence : str
        As `sequences` returns it.

    Returns
    -------
    str
        - "typical": heel, flat, push-off, swing; exactly "HFPS"
        - "toe_first": the forefoot touches first and the heel follows: begins with P and holds H or F
        - "flat_first": heel and forefoot touch together: begins with F
        - "no_heel": the heel never touches: P and S only, beginning with P
        - "other": anything else, such as "HS" or "HFHFPS"
        - "not determinable": the switches do not tell

    References
    ----------
    Agostini, V., Balestra, G., Knaflitz, M. (2014). Segmentation and classification of gait cycles. IEEE
    Transactions on Neural Systems and Rehabilitation Engineering 22(5), 946-952.
    doi:10.1109/TNSRE.2013.2291907

    Examples
    --------
    >>> [form(sequence) for sequence in ("HFPS", "PFPS", "FPS", "PS", "HFHFPS")]
    ['typical', 'toe_first', 'flat_first', 'no_heel', 'other']
    """
    if sequence == NOT_DETERMINABLE:
        return "not determinable"
    if sequence == TYPICAL:
        return "typical"
    if sequence.startswith("F"):
        return "flat_first"
    if sequence.startswith("P"):
        return "toe_first" if WITH_HEEL.search(sequence) else "no_heel"
    return "other"


def heel_rise_s(states: States | None, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
    """Return when the heel leaves the ground for the last time in each stride while the forefoot stays.

    Parameters
    ----------
    states, start_s, end_s
        As for `sequences`.

    Returns
    -------
    array of shape (n_strides,)
        Time of the last change from F to P in [start, end), in seconds; NaN if there is none or it cannot be
        told.
    """
    start_s, end_s = np.asarray(start_s, dtype=np.float64), np.asarray(end_s, dtype=np.float64)
    if states is None or len(states.state) < 2:
        return np.full(start_s.shape, np.nan)
    letters = np.array(states.state)
    rise = states.start_s[1:][(letters[:-1] == "F") & (letters[1:] == "P")]
    last = np.searchsorted(rise, end_s) - 1
    time = np.append(rise, np.nan)[last]  # -1 is the NaN
    inside = (time >= start_s) & _known(states, start_s, end_s)
    return np.where(inside, time, np.nan)


def _known(states: States, start_s: FloatArray, end_s: FloatArray) -> BoolArray:
    """Tell which strides lie in the recording and in no spell without a known state."""
    begin, end = states.start_s, np.append(states.start_s[1:], states.end_s)
    lost = np.array(states.state) == UNKNOWN_LETTER
    clear = np.searchsorted(begin[lost], end_s) == np.searchsorted(end[lost], start_s, side="right")
    return np.asarray((start_s >= 0) & (end_s <= states.end_s) & (start_s < end_s) & clear)
