"""Hidden Markov model of the signal's level: the default detector, with an interval for every edge.

Between bursts the wire signal is noise of one level, in a burst of higher and changing ones. A hidden Markov
chain in continuous time moves between quiet and the levels of activity; the power of each block of about 1 ms
speaks for one or the other. All is learned from the recording itself. The chain's posterior gives the
probability of activity at every moment, and so the uncertainty of every edge.

Assumptions: the quiet level is steady, to some 1.5 dB over half a minute, or drifts slowly over a longer
recording, by 5 dB at most to either side; quiet signal makes up a few percent of the recording at least, or
the level of a recording at rest is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from emgkit.detectors import _activity, _drift, _edges, _levels, _markov, _power, _rhythm, intervals
from emgkit.detectors._steps import Steps
from emgkit.detectors.base import (
    Parameters,
    check_length,
    check_rate,
    make_detection,
    nothing_in_constant,
    parameter,
)
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray, IntArray

_NEEDED_S = 0.5
_LEARNED_S, _STRETCH_S = 120.0, 10.0
_SHORT_S = 2.0  # below, the whole recording is needed to learn from
_LEAST_DB = -50.0
_SETTLED_S = 0.010  # the filters of a burst's other side have died away
_RESOLUTION_S = 0.001  # the first part of a potential hides in the noise
_REST_DB = 3.0
_EVIDENCE = 10.0
_CHANCE = 3.0  # standard deviations
_COARSE_S = 0.002
_FIRST_PASSES, _PASSES = 5, 6  # the first only finds the quiet signal for the whitening
_ROUNDING = 1e-10
"""So much of the range of the samples may be left by rounding where the band holds nothing. The step of a
converter of 24 bits is hundreds of times as large."""
_LEARNING_TURNS_HZ = 1.0
"""Onsets and offsets a second while the quiet level is learned. It is the recording's own, and does not move
with the rates that are expected of the bursts."""
_WAKES, _LEAST_SILENCE_S = 1.6, 0.010  # of two silences within activity, one is over after 0.43 `min_gap_s`


@dataclass(frozen=True)
class HmmParameters(Parameters):
    """Parameters of the hidden Markov model."""

    method: ClassVar[str] = "hmm"

    band_low_hz: float = parameter(
        30.0, "cut-off of the high-pass (Butterworth, order 4, once forwards and once backwards)",
        low=1, high=500, unit="Hz",
    )  # fmt: skip
    whitening_s: float = parameter(
        0.005, "length of the filter that whitens the quiet signal; 0: none", low=0, high=0.05, unit="s"
    )
    onset_rate_hz: float = parameter(
        1.0,
        "onsets per second of quiet expected beforehand, once the quiet level is learned",
        low=0, high=100, low_open=True, unit="Hz",
    )  # fmt: skip
    offset_rate_hz: float = parameter(
        1.0,
        "offsets per second of activity expected beforehand, once the quiet level is learned",
        low=0, high=100, low_open=True, unit="Hz",
    )  # fmt: skip
    min_gap_s: float = parameter(
        0.080,
        "a shorter gap between bursts is closed: the usual interval of a unit in steady discharge",
        low=0, high=10, unit="s",
    )  # fmt: skip
    discharge_gap_s: float = parameter(
        0.200,
        "a gap shorter than this, the interval of a unit that fires 5 times a second, is closed if it is not"
        " silent or if it lies in a train of three or more single potentials",
        low=0, high=10, unit="s",
    )  # fmt: skip
    potential_s: float = parameter(
        0.030, "what is not longer than this can be a single potential", low=0, high=1, unit="s"
    )
    silence_db: float = parameter(
        1.0, "a gap is silent unless its mean power is over the quiet level by this, and beyond chance",
        low=0, high=40, unit="dB",
    )  # fmt: skip
    min_burst_s: float = parameter(0.030, "a shorter burst is left out", low=0, high=10, unit="s")
    min_level_db: float = parameter(
        1.0, "a burst with a mean power less than this over the quiet level is left out",
        low=0, high=40, unit="dB",
    )  # fmt: skip
    artefact_hz: float = parameter(
        60.0,
        "a burst is left out as a movement artefact if the mean frequency of what it adds is under this",
        low=0, high=500, unit="Hz",
    )  # fmt: skip
    quiet_uv: float | None = parameter(
        None,
        "RMS of the signal above `band_low_hz` at rest, if known (`learned_noise_uv` of a recording at rest);"
        " it decides where no burst stands out although this recording is louder than that by 3 dB",
        low=0, high=1e6, low_open=True, unit="uV", optional=True,
    )  # fmt: skip
    interval: float = parameter(0.95, "probability that an interval covers its edge", low=0.5, high=0.999)


def find_bursts(
    samples_uv: FloatArray, rate_hz: float, parameters: HmmParameters, steps: Steps | None = None
) -> Detection:
    """Find the bursts with the hidden Markov model.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : HmmParameters
    steps : Steps, optional
        What other detections of the same samples have computed.

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    With s the quiet level, the relative power r = p / s of a block at a level g over the quiet one is
    gamma-distributed with mean g and shape a (half the effective degrees of freedom). Against g = 1,

        log p(r | g) / p(r | 1) = a (r (1 - 1 / g) - log g).

    States: quiet, on but silent, and ten levels of activity from 1.5 to 44 dB. In a burst the level steps to
    its neighbours or jumps (`_chain`, `_activity`). s and a are those of a model of two states (`_levels`),
    after slow drift of the quiet level was taken out (`_drift`); where activity is, how often it jumps, and
    how bursts begin and end are learned then; each by expectation-maximisation.

    A burst is where quiet is less probable than not, joined over gaps and rid of what is too short, too weak
    or too slow. An edge is the median of the moment of the turn, its bounds are quantiles of the same
    distribution, with more of the doubt inside the burst than outside, widened outwards by 1 ms for the
    filters. They cover 93 to 97 % of the true edges where a burst stands out of the noise at its edges; a
    slow rise that begins under the noise is not seen there, and its true onset is mostly before the interval.
    The probability of a burst is the highest of activity at any of its moments: at least this probable is it
    that there is one.

    `quiet_uv` decides only where no burst stands out: an electrode moves and its neighbours are active in
    walking, so that a signal that is louder than at rest all the time need not be one long burst. Where
    bursts stand out, a note says how far the signal between them is over rest.

    The model is learned from the whole seconds of the recording, of a long one from two minutes that are
    spread over it. An unfinished last second is searched for bursts like the rest, but teaches nothing: EDF
    stores whole records, and the same walk stored as C3D and as EDF has to give the same bursts.

    References
    ----------
    Rabiner LR. A tutorial on hidden Markov models. Proc IEEE 1989. doi:10.1109/5.18626
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    steps = steps or Steps()
    band_hz = parameters.band_low_hz
    filtered = _power.filter_both_ways(samples_uv, rate_hz, band_hz, steps)
    step = filtered.step_s
    lesson = steps.take(("lesson", step), lambda: _lesson(samples_uv.size / rate_hz, step))
    raw = steps.take(("raw", band_hz), lambda: _raw(filtered, lesson, _ROUNDING * np.ptp(samples_uv)))
    if raw is None:  # a straight line, or a step: what follows it in one direction precedes it in the other
        note = f"Nothing changes above {parameters.band_low_hz:g} Hz: no burst can be found."
        return make_detection([], parameters, learned={"noise_uv": 0.0}, notes=(note,))
    whitened = steps.take(
        ("whitened", band_hz, parameters.whitening_s),
        lambda: _whitened(filtered, raw, lesson, parameters.whitening_s),
    )
    power = whitened.power
    wake_hz = _WAKES / max(parameters.min_gap_s, _LEAST_SILENCE_S)
    turns_hz = parameters.onset_rate_hz, parameters.offset_rate_hz
    model = _activity.before_learning(whitened.floor, whitened.shape, *turns_hz, wake_hz)
    coarse, heard = steps.take(
        ("heard", band_hz, parameters.whitening_s),
        lambda: (
            _activity.hear_coarsely(intervals.inside(power, lesson), whitened.floor, whitened.shape, step),
            _activity.hear(power, whitened.floor, whitened.shape),
        ),
    )
    model = _activity.learn(coarse, model, step)
    squares, differences = steps.take(
        ("squares", band_hz),
        lambda: [
            _power.energy(_power.error_power(filtered, one)) for one in (_power.SAME, _power.DIFFERENCES)
        ],
    )

    def bursts_of(runs: IntArray, model: _activity.Activity) -> tuple[IntArray, int]:
        """Return the bursts in blocks, and how many were left out as movement artefacts."""
        bursts = _physiological(runs, whitened.energy / model.floor, model.shape, step, parameters)
        quiet = intervals.complement(runs, power.size)
        frequency = _power.mean_frequencies_hz(differences, squares, filtered.rate_hz, quiet, bursts)
        artefact = frequency < parameters.artefact_hz
        return bursts[~artefact], int(np.count_nonzero(artefact))

    found = _activity.smooth(heard, model, step)
    runs = intervals.from_mask(found.on > 0.5)
    noise_uv = _noise_uv(squares, intervals.intersect(intervals.complement(runs, power.size), lesson), step)
    bursts, n_artefacts = bursts_of(runs, model)
    rest = parameters.quiet_uv
    over_rest_db = 20 * math.log10(noise_uv / rest) if rest is not None and noise_uv > 0 else 0.0
    by_rest = rest is not None and over_rest_db > _REST_DB and len(bursts) == 0
    if rest is not None and by_rest:
        model = replace(model, floor=model.floor * (rest / noise_uv) ** 2)
        found = _activity.smooth(_activity.hear(power, model.floor, model.shape), model, step)
        noise_uv = rest
        runs = intervals.from_mask(found.on > 0.5)
        bursts, n_artefacts = bursts_of(runs, model)

    edges = _edges.locate(bursts, runs, found.on, parameters.interval, _RESOLUTION_S / step)
    seconds = edges * step
    seconds[edges == filtered.n_blocks] = samples_uv.size / rate_hz  # the last block may be left over

    n_active = intervals.total(bursts)
    active = intervals.sums(whitened.energy, bursts).sum()
    quiet_fraction = (power.size - n_active) / power.size
    learned = {
        "noise_uv": noise_uv if np.isfinite(noise_uv) else "none",
        "on_level_db": 10 * math.log10(active / n_active / model.floor) if len(bursts) else "none",
        "quiet_fraction": quiet_fraction,
        "degrees_of_freedom_per_ms": float(2 * model.shape * 0.001 / step),
    }
    notes = _notes(bursts, quiet_fraction, power.size, step)
    if by_rest:
        notes += (
            "No burst stands out, but the signal is louder than rest: the quiet level is that of rest.",
        )
    elif over_rest_db > _REST_DB:
        notes += (
            f"Between the bursts the signal is {over_rest_db:.1f} dB over rest: activity may go on there.",
        )
    if n_artefacts:
        notes += (
            f"Left out as movement artefacts, their mean frequency is under {parameters.artefact_hz:g} Hz:"
            f" {n_artefacts}.",
        )
    lengths_s = parameters.whitening_s, parameters.potential_s, parameters.min_gap_s
    beats = steps.take(
        ("beats", band_hz, model.floor, *lengths_s),
        lambda: _rhythm.find(
            power / model.floor,
            model.shape,
            step,
            potential_s=parameters.potential_s,
            gap_s=parameters.min_gap_s,
        ),
    )
    rows = _rhythm.joined_in(bursts, beats.sure)
    notes += _rhythm.notes(rows, _rhythm.joined_in(bursts, beats.doubtful), step)
    return make_detection(
        seconds[:, :, 1],
        parameters,
        low_s=seconds[:, :, 0],
        high_s=seconds[:, :, 2],
        probability=_highest(found.on, bursts),
        learned=learned,
        notes=notes,
        beats_s=rows * step,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Raw:
    """The power before it is whitened; arrays of shape (n_blocks,)."""

    power: FloatArray
    drift: FloatArray | None
    """What it was divided by."""
    lowest: float
    """Level of the quietest percent."""


def _raw(filtered: _power.Filtered, lesson: IntArray, least_uv: float) -> _Raw | None:
    """Return the power of the blocks; None if nothing changes by more than `least_uv`."""
    power = _power.block_power(filtered)
    if not (intervals.inside(power, lesson) > least_uv**2).any():
        return None
    power = _with_least_power(power, lesson)
    drift = _drift.quiet_drift(power, filtered.step_s)
    if drift is not None:
        power /= drift
    return _Raw(power, drift, _levels.lowest_level(intervals.inside(power, lesson), filtered.step_s))


@dataclass(frozen=True, slots=True, eq=False)
class _Whitened:
    """The power of the whitened signal, shape (n_blocks,), its energy, and its quiet level and shape."""

    power: FloatArray
    energy: FloatArray
    """See `_power.energy`, shape (n_blocks + 1,)."""
    floor: float
    shape: float


def _whitened(filtered: _power.Filtered, raw: _Raw, lesson: IntArray, whitening_s: float) -> _Whitened:
    """Whiten by the quiet signal and learn the levels."""
    step = filtered.step_s
    group = max(1, round(_COARSE_S / step))
    transition = _markov.transition_matrix(_LEARNING_TURNS_HZ, _LEARNING_TURNS_HZ, step * group)

    def learned(power: FloatArray, floor: float, passes: int) -> _levels.Levels:
        return _levels.learn(power, step * group, filtered.block * group, transition, floor, passes)

    power = raw.power
    coarse = _power.window_means(intervals.inside(power, lesson), group)
    levels = learned(coarse, raw.lowest, _FIRST_PASSES)
    on = _levels.probability(coarse, levels, transition)
    quiet = intervals.to_mask(lesson, filtered.n_blocks)
    quiet[quiet] = np.append(np.repeat(on < 0.5, group), np.zeros(intervals.total(lesson) % group, np.bool_))
    if whitening_s > 0 and quiet.sum() * step > 10 * whitening_s:
        whitening = _power.prediction_filter(filtered, quiet, whitening_s)
        power = _with_least_power(_power.block_power(filtered, whitening), lesson)
        if raw.drift is not None:
            power /= raw.drift
        coarse = _power.window_means(intervals.inside(power, lesson), group)
        levels = learned(coarse, float(power[quiet].mean()), _PASSES)
    return _Whitened(power, _power.energy(power), levels.floor, levels.shape / group)


def _highest(on: FloatArray, bursts: IntArray) -> FloatArray:
    if len(bursts) == 0:
        return np.empty(0)
    # pairs (start, stop) in order; what lies between bursts is every other one
    return np.maximum.reduceat(np.append(on, 0.0), bursts.ravel())[::2]


def _noise_uv(squares: FloatArray, quiet: IntArray, step_s: float) -> float:
    inner = quiet + np.array([1, -1]) * round(_SETTLED_S / step_s)
    inner = inner[inner[:, 1] > inner[:, 0]]
    chosen = inner if len(inner) else quiet
    if len(chosen) == 0:
        return math.nan
    return math.sqrt(intervals.sums(squares, chosen).sum() / intervals.total(chosen))


def _lesson(duration_s: float, step_s: float) -> IntArray:
    """Intervals to learn from: the whole seconds, without the ends, where the filters depend on the padding.

    In blocks. Of a long recording, two minutes in stretches of 10 s that are spread over it.
    """
    if duration_s < _SHORT_S:
        return np.array([[0, int(duration_s / step_s)]])
    margin = math.ceil(_power.SETTLE_S / step_s)
    end = int(math.floor(duration_s + 1e-6) / step_s) - margin
    every = math.ceil((end - margin) / round(_LEARNED_S / step_s))
    if every <= 1:
        return np.array([[margin, end]])
    stretch = round(_STRETCH_S / step_s)
    start = np.arange(margin, end, every * stretch)
    return np.column_stack((start, np.minimum(start + stretch, end)))


def _with_least_power(power: FloatArray, lesson: IntArray) -> FloatArray:
    # a signal that is exactly zero between bursts has no finite contrast; 50 dB below the mean is silence
    return np.asarray(power + intervals.inside(power, lesson).mean() * 10 ** (_LEAST_DB / 10))


def _physiological(
    runs: IntArray, energy: FloatArray, shape: float, step_s: float, parameters: HmmParameters
) -> IntArray:
    """Close gaps and leave out what is too short or too weak; `energy` is that over the quiet level."""

    def mean_power(start: IntArray, stop: IntArray) -> FloatArray:
        return np.asarray((energy[stop] - energy[start]) / (stop - start))

    def silent(start: IntArray, stop: IntArray) -> BoolArray:
        most = np.maximum(
            10 ** (parameters.silence_db / 10),
            1 + _CHANCE / np.sqrt(shape * (stop - start)),  # the mean of n gamma variables
        )
        return np.asarray(mean_power(start, stop) <= most)

    # a unit at 5 to 15 discharges a second is silent in between, yet that is one contraction
    brief = runs[:, 1] - runs[:, 0] <= parameters.potential_s / step_s
    near = intervals.gaps(runs) < parameters.discharge_gap_s / step_s
    # potentials in quick succession are one run already: one of each two neighbours need be single
    trains = intervals.from_mask(near & (brief[1:] | brief[:-1]))
    trains = trains[trains[:, 1] - trains[:, 0] >= 2]
    trains[:, 1] += 1  # n gaps between n + 1 runs
    member = intervals.to_mask(trains, len(runs))
    # a run that bridges silences of its own is a train already: it goes on if it ends in a single potential
    # and the next run begins with one
    potential = max(1, round(parameters.potential_s / step_s))
    silence = max(2 * potential, round(parameters.min_gap_s / step_s))
    long = runs[:, 1] - runs[:, 0] > silence
    opens, ends = brief.copy(), brief.copy()
    opens[long] = silent(runs[long, 0] + potential, runs[long, 0] + silence)
    ends[long] = silent(runs[long, 1] - silence, runs[long, 1] - potential)
    going_on = ends[:-1] & opens[1:] & ~(brief[:-1] & brief[1:])
    bursts = intervals.join(runs, near & (member[1:] | member[:-1] | going_on))

    bursts = intervals.close_gaps(bursts, parameters.min_gap_s / step_s)
    bursts = intervals.drop_short(bursts, parameters.min_burst_s / step_s)
    level = mean_power(bursts[:, 0], bursts[:, 1])
    # the logarithm of how much more likely the burst's power is at its own level than at the quiet one
    evidence = shape * (bursts[:, 1] - bursts[:, 0]) * (level - 1 - np.log(level))
    bursts = bursts[(level >= 10 ** (parameters.min_level_db / 10)) & (evidence >= _EVIDENCE)]
    near = intervals.gaps(bursts) < parameters.discharge_gap_s / step_s
    return intervals.join(bursts, near & ~silent(bursts[:-1, 1], bursts[1:, 0]))


def _notes(bursts: IntArray, quiet_fraction: float, n_blocks: int, step_s: float) -> tuple[str, ...]:
    notes = []
    if len(bursts) == 0:
        notes.append(
            "No burst: the level nowhere rises above the lowest level long enough. A muscle that is active"
            " throughout at one level cannot be told from quiet signal; compare with a recording at rest."
        )
        return tuple(notes)
    if bursts[0, 0] == 0:
        notes.append("The first burst is cut by the start of the recording; its onset is not known.")
    if bursts[-1, 1] == n_blocks:
        notes.append("The last burst is cut by the end of the recording; its offset is not known.")
    if quiet_fraction < 0.05:
        notes.append(
            f"Only {quiet_fraction * n_blocks * step_s:.2f} s ({100 * quiet_fraction:.1f} %) of the signal is"
            " quiet: the quiet level rests on little, and may itself be activity."
        )
    return tuple(notes)
