"""What the switches of one foot say about each other: one that is stuck, or the wrong way round.

A switch that toggles cannot be judged by itself. These rules ask whether a foot can do what the switches show
together; each was chosen so that toe walking, shuffling, running, standing and a foot that never rolls over
pass. Where they do not, the user can state the polarity, and the rules on polarity are not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgkit import sites
from emgkit.found import States
from emgkit.gait.runs import Runs, gaps, in_all, in_any, joined
from emgkit.model import FloatArray

MAX_SWING_S = 2.5
"""A walking foot is never in the air for so long; three seconds a stride leave at most 1.5 s."""
MIN_CLOSING_S = 0.1
"""Shorter closings may be scuffs."""
MIN_STRIDES = 4
"""Least number of strides that a rule is based on."""
STUCK_STRIDES, STUCK_BY_ONE = 5, 10
"""A switch that does not change while the others take so many strides is stuck; the second number counts if
there is only one other, because weight shifts of somebody who stands move one switch several times, too."""
FEWER_SWINGS, LESS_SWING = 0.5, 1 / 3
"""A switch that is closed alone may be inverted if the foot is in the air less than so many times as often,
or, with three switches and more, for less than so many times as long."""
CLEAR = 0.6
"""Of two switches that may be inverted one is held for it if the other is closed alone for less than this
part of its time."""
ONCE = 1.2
"""Most spells alone for each swing of the others; an inverted switch has one, in a foot that is all inverted
the heel has two."""
MISSED_SWINGS = 0.7
"""Least number of swings of the foot, in parts of the closings of its least active switch."""
REVERSED = 0.6
"""Share of the stances that begin on the forefoot alone and end with the heel on the ground."""
HEEL_OVER_FOREFOOT, HEEL_OVER_METATARSAL, HEEL_OVER_TOE = 0.75, 1.25, 2.2
"""Most that the heel alone stands in multiples of the forefoot alone: with a switch under a metatarsal and
others beside it, with only that, and with none between heel and toe. Of several switches the first ends the
time of the heel and the last that of the forefoot; in a foot that is all inverted it is the reverse."""
MIN_HEEL_PCT = 15.0
"""The heel alone stands for at least so much of the time walked before that is odd."""
MIN_STANCE_PCT = 45.0
"""Stance of a limb that is spared in walking; below is running."""
RUNNING_S = 0.78
"""Strides up to here may be of running, with a stance shorter than the swing."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A switch that does not change from sample `start` to `stop` while the others do."""

    start: int
    stop: int
    closed: bool
    n_others: int
    """How often the others opened or closed meanwhile."""


def stuck(
    closed: Mapping[str, Runs], size: int, rate_hz: float, min_swing_s: float
) -> dict[str, tuple[Stuck, ...]]:
    """Return when each switch is stuck, by site, from when each is closed in a recording of `size` samples.

    Stuck closed: closed through `STUCK_STRIDES` swings of all others or more. Stuck open: open up to an end
    of the recording while the others close as often, after it had closed with them. Whether such a switch is
    broken or its site no longer touches the ground cannot be told.
    """
    found: dict[str, tuple[Stuck, ...]] = {}
    for site, own in closed.items():
        others = [runs for name, runs in closed.items() if name != site]
        if not others:
            continue
        anywhere = in_any(others)
        least = STUCK_STRIDES if len(others) > 1 else STUCK_BY_ONE
        spans = [
            # the stance in which it sticks is a stance, and so is that in which it comes loose
            Stuck(first if start else 0, last if stop < size else stop, True, n)
            for start, stop, first, last, n in _through(
                own, _like_swings(gaps(anywhere, size), size, rate_hz, min_swing_s), least
            )
        ]
        # open at either end of the recording, and closed at least as often as a rule needs in between
        if own[0].size >= MIN_STRIDES:
            stances = _between(joined(anywhere, min_swing_s * rate_hz), size)
            spans += [
                Stuck(start, stop, False, n)
                for start, stop, _, _, n in _through(gaps(own, size), stances, least)
                if start == 0 or stop == size
            ]
        if spans:
            found[site] = tuple(spans)
    return found


def _like_swings(runs: Runs, size: int, rate_hz: float, min_swing_s: float) -> Runs:
    """Return the runs that are as long as a swing can be, and not cut by an end of the recording."""
    start, stop = _between(runs, size)
    length = (stop - start) / rate_hz
    some = (length >= min_swing_s) & (length < MAX_SWING_S)
    return start[some], stop[some]


def _between(runs: Runs, size: int) -> Runs:
    """Return the runs that are not cut by an end of the recording."""
    some = (runs[0] > 0) & (runs[1] < size)
    return runs[0][some], runs[1][some]


def _through(own: Runs, theirs: Runs, least: int) -> list[tuple[int, int, int, int, int]]:
    """Return each of `own` that holds at least so many of `theirs`.

    Returns
    -------
    list of (start, stop, start of the first of theirs, stop of the last of theirs, number of theirs)
    """
    first = np.searchsorted(theirs[0], own[0])
    last = np.searchsorted(theirs[1], own[1], side="right")
    enough = np.flatnonzero(last - first >= least)
    return [
        (
            int(own[0][k]),
            int(own[1][k]),
            int(theirs[0][first[k]]),
            int(theirs[1][last[k] - 1]),
            int(last[k] - first[k]),
        )
        for k in enough
    ]


def inverted_one(
    closed: Mapping[str, Runs], size: int, rate_hz: float, min_swing_s: float
) -> tuple[str, str] | None:
    """Return the site of the one switch that is high while it is open, and why; None if there is none.

    If one of several is inverted, then the foot hardly ever seems to leave the ground: in every swing that
    one seems closed, alone. So the time is counted in which each switch alone is closed, in spells as long as
    a swing, beside the time in which none is.

    Returns
    -------
    (site, why) or None
        The site is empty if one is inverted but it cannot be told which.
    """
    if len(closed) < 2:
        return None
    open_beside = {
        site: gaps(in_any([runs for name, runs in closed.items() if name != site]), size) for site in closed
    }

    def time(runs: Runs) -> tuple[float, int]:
        """Return how many seconds and how often the runs last as long as a swing."""
        start, stop = _like_swings(runs, size, rate_hz, min_swing_s)
        return float((stop - start).sum() / rate_hz), int(start.size)

    air, n_air = time(gaps(in_any(list(closed.values())), size))
    alone = {site: time(in_all([runs, open_beside[site]])) for site, runs in closed.items()}
    suspects = {
        site: seconds
        for site, (seconds, n) in alone.items()
        if n >= MIN_STRIDES
        and seconds > air
        and (n_air < FEWER_SWINGS * n or (len(closed) > 2 and air < LESS_SWING * seconds))
    }
    if not suspects:
        return None
    site, *others = sorted(suspects, key=lambda name: -suspects[name])
    # an inverted switch is closed alone once in each swing of the others
    clear = alone[site][1] <= ONCE * time(open_beside[site])[1]
    clear &= all(suspects[other] < CLEAR * suspects[site] for other in others)
    return site if clear else "", (
        f"closed alone in {alone[site][1]} spells as long as a swing, while no switch is closed in {n_air}"
    )


def wrong_way_round(
    closed: Mapping[str, Runs],
    stances: Runs,
    states: States | None,
    size: int,
    rate_hz: float,
) -> tuple[str, str] | None:
    """Return why the foot as a whole cannot be right, as what is wrong and what was found; None if it can.

    Parameters
    ----------
    closed : mapping of site to runs
        Debounced; the site may be "coded" if the channel's ladder is not known.
    stances : start and stop of each stance, in samples
    states : States or None
    size : int
        Samples of the recording.
    rate_hz : float
    """
    start, stop = stances
    swing = (start[1:] - stop[:-1]) / rate_hz
    stride = np.diff(start) / rate_hz
    if len(closed) > 1:
        least = min(_closings(runs, size, rate_hz) for runs in closed.values())
        if least >= MIN_STRIDES and swing.size + 1 < MISSED_SWINGS * least:
            return (
                "the foot does not leave the ground although each of its switches opens: some are stuck or "
                "inverted",
                f"{swing.size} swings, while each switch closes at least {least} times",
            )
    if swing.size < MIN_STRIDES:
        return None
    return (
        _by_order(closed, states, float(np.sum(stride[stride < 2 * np.median(stride)])))
        or _by_standing(closed, stances, swing, size, rate_hz)
        or _by_duty(closed, swing, stride)
    )


def _closings(closed: Runs, size: int, rate_hz: float) -> int:
    """Return how often a switch closes, but for scuffs."""
    start, stop = _between(closed, size)
    return int(np.count_nonzero(stop - start >= MIN_CLOSING_S * rate_hz))


def _by_order(closed: Mapping[str, Runs], states: States | None, walked_s: float) -> tuple[str, str] | None:
    if states is None:
        return None
    letters = "".join(states.state)
    stances = [piece for piece in letters.split("S") if piece]
    backwards = sum(piece[0] == "P" and piece[-1] in "HF" for piece in stances)
    if backwards >= max(MIN_STRIDES, REVERSED * len(stances)):
        return (
            "the foot touches with the forefoot and leaves with the heel: one of them is inverted, or they "
            "are exchanged",
            f"{backwards} of {len(stances)} stances",
        )
    lasts = np.diff(np.append(states.start_s, states.end_s))
    state = np.array(states.state)
    step = lasts < MAX_SWING_S / 2  # longer ones are of standing
    heel_s, forefoot_s = (float(lasts[step & (state == letter)].sum()) for letter in "HP")
    if heel_s > _most_heel(closed) * forefoot_s and heel_s > MIN_HEEL_PCT / 100 * walked_s:
        return (
            "the heel alone stands too long beside the forefoot alone: the switches may be high while open",
            f"{heel_s:.1f} s and {forefoot_s:.1f} s",
        )
    return None


def _most_heel(closed: Mapping[str, Runs]) -> float:
    if not any(site in closed for site in sites.METATARSALS):
        return HEEL_OVER_TOE
    alone = sum(site in closed for site in sites.FOREFOOT) == 1
    return HEEL_OVER_METATARSAL if alone else HEEL_OVER_FOREFOOT


def _bear(closed: Mapping[str, Runs]) -> bool:
    """Tell whether the foot stands on the switches for most of a stance: not on a heel or a toe alone."""
    heel_and_toe = sites.HEEL in closed and sites.TOE in closed
    return heel_and_toe or any(site in closed for site in (*sites.METATARSALS, sites.CONTACT, sites.CODED))


def _by_standing(
    closed: Mapping[str, Runs], stances: Runs, swing: FloatArray, size: int, rate_hz: float
) -> tuple[str, str] | None:
    """Ask whether the foot also stands for long, if it is ever open for long."""
    if not _bear(closed):
        return None
    air = gaps(stances, size)
    longest = int(np.argmax(air[1] - air[0]))
    air_s = float((air[1] - air[0])[longest] / rate_hz)
    ground_s = float(np.max(stances[1] - stances[0]) / rate_hz)
    if air_s < max(MAX_SWING_S, 3 * float(np.median(swing))) or ground_s >= MAX_SWING_S:
        return None
    return (
        "the foot stays in the air but never stands: it is high while it is open, or came loose",
        f"{air_s:.1f} s without contact from {air[0][longest] / rate_hz:.1f} s on, longest stance "
        f"{ground_s:.1f} s",
    )


def _by_duty(closed: Mapping[str, Runs], swing: FloatArray, stride: FloatArray) -> tuple[str, str] | None:
    """Ask whether the foot is on the ground for longer than in the air, as in all gait but running."""
    if not _bear(closed):
        return None
    usual = float(np.median(stride))
    stance_pct = 100 * (1 - float(np.median(swing / stride)))
    if stance_pct >= MIN_STANCE_PCT or usual <= RUNNING_S:
        return None
    return (
        "its stance is shorter than walking allows: it is high while it is open",
        f"{stance_pct:.0f} % of strides of {usual:.2f} s",
    )


def without(closed: Mapping[str, Runs], spans: Mapping[str, tuple[Stuck, ...]], size: int) -> dict[str, Runs]:
    """Return when each switch is closed, without the spells in which it is stuck closed."""
    left = dict(closed)
    for site, stuck_here in spans.items():
        held = [(span.start, span.stop) for span in stuck_here if span.closed]
        start, stop = np.array(held, dtype=np.int64).reshape(-1, 2).T
        left[site] = in_all([closed[site], gaps(in_any([(start, stop)]), size)])
    return left
