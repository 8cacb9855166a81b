"""A stimulation trial from the signal to the verdict: reads like a methods section."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emgkit.errors import InputError
from emgkit.model import BoolArray, FloatArray, Motion
from emgkit.settings import StimulationSettings
from emgkit.stimulation.chance import QUIET_FROM_S, Chance, chance
from emgkit.stimulation.epochs import Epochs, cut, loud
from emgkit.stimulation.pulses import MIN_PULSES, Pulses, on_trigger, on_wire
from emgkit.stimulation.recovery import Recovery, recovery
from emgkit.stimulation.response import Consistency, Shape, consistency, shape
from emgkit.stimulation.twitch import Twitch, twitch
from emgkit.stimulation.verdict import LATEST_END_S, Verdict, judge

MIN_RATE_HZ = 1000.0
LEAST_SEEN_S = 0.004
"""So much of the window must be free of the artefact."""
STEP_S = 0.0005
_SAME_S = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """The pulses laid on one another, the artefact taken out."""

    time_s: FloatArray
    """From the pulse; shape (n_samples,)."""
    mean_uv: FloatArray
    single_uv: FloatArray
    """Each pulse, shape (n_pulses, n_samples)."""
    raw_uv: FloatArray
    """The mean with the artefact in it."""
    blank_s: float
    """Up to here after the pulse the signal is the artefact's; infinite if it is so in the whole window."""
    until_s: float
    """A response is looked for up to here."""


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What a stimulation trial shows; None where it could not be determined."""

    verdict: Verdict
    sentence: str
    """The verdict with its numbers, or why there is none."""
    pulses: Pulses
    stack: Stack | None = None
    recovery: Recovery | None = None
    chance: Chance | None = None
    observed_uv: float = float("nan")
    """Peak-to-peak amplitude of the stack in the window, response or not."""
    shape: Shape | None = None
    consistency: Consistency | None = None
    twitch: Twitch | None = None

    @property
    def amplitude_uv(self) -> float:
        """Peak-to-peak amplitude of the response; of the stack, if there is none."""
        return self.shape.amplitude_uv if self.verdict == "present" and self.shape else self.observed_uv


def examine(
    emg_uv: FloatArray,
    rate_hz: float,
    settings: StimulationSettings,
    *,
    trigger: Motion | None = None,
    motion: Motion | None = None,
) -> Examination:
    """Find the pulses of a stimulation trial and the response of the muscle to them.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        The wire as recorded, not filtered: a filter would spread the artefact over the response.
    rate_hz : float
    settings : StimulationSettings
    trigger : Motion, optional
        The channel on which the stimulator marks its pulses; without it they are found on the wire.
    motion : Motion, optional
        An accelerometer or a force, for the twitch.

    Returns
    -------
    Examination

    Raises
    ------
    InputError
        If the signal is empty or holds what is no number.

    References
    ----------
    Merletti R, Farina D (eds), Surface Electromyography (2016), ch. 11, doi:10.1002/9781119082934: artefact,
    blanking and averaging of stimulated responses.
    """
    if emg_uv.ndim != 1 or emg_uv.size < 2 or not np.isfinite(emg_uv).all():
        raise InputError("the stimulation trial holds no signal", found=emg_uv.shape)
    if trigger is None:
        pulses = on_wire(emg_uv, rate_hz)
    else:
        pulses = on_trigger(trigger.values, trigger.rate_hz, emg_uv, rate_hz)
    unknown: Verdict = "not determinable"
    if pulses.why:
        return Examination(unknown, f"No response can be looked for: {pulses.why}.", pulses)
    moved = None
    if motion is not None:
        moved = twitch(motion.values, motion.rate_hz, pulses.sample / rate_hz, pulses.interval_s)
    if rate_hz < MIN_RATE_HZ:
        why = f"The rate of {rate_hz:g} Hz shows too little of a response; {MIN_RATE_HZ:g} Hz are needed."
        return Examination(unknown, why, pulses, twitch=moved)

    epochs = cut(emg_uv, rate_hz, pulses)
    quiet = epochs.time_s >= QUIET_FROM_S
    if epochs.uv.shape[0] and quiet.any():
        epochs = _without(epochs, loud(epochs.uv[:, quiet]))
    if epochs.uv.shape[0] < MIN_PULSES:
        why = f"{epochs.uv.shape[0]} whole intervals between pulses are left, {MIN_PULSES} are needed."
        return Examination(unknown, why, pulses, twitch=moved)
    by_chance = chance(epochs.uv, epochs.time_s, settings.search_s)
    if by_chance is None:
        why = (
            f"The pulses come every {1000 * pulses.interval_s:.0f} ms: responses run into the next pulse, "
            "and there is no stretch without one to hold them against. Stimulate at 5 Hz or less."
        )
        return Examination(unknown, why, pulses, twitch=moved)

    decay = recovery((epochs.sign[:, None] * epochs.uv).mean(axis=0), epochs.time_s, _floor(by_chance))
    stack = _stack(epochs, decay, decay.blank_s(by_chance.limit_uv / 2), settings.search_s)
    stack = replace(stack, blank_s=_begin(stack, decay, by_chance))
    seen = _between(stack, stack.until_s)
    if np.count_nonzero(seen) < LEAST_SEEN_S * rate_hz:
        why = (
            f"The artefact hides {_hidden(stack.blank_s)} of the {1000 * settings.search_s:.0f} ms looked at."
        )
        return Examination(unknown, why, pulses, stack, decay, by_chance, twitch=moved)
    observed_uv = float(np.ptp(stack.mean_uv[seen]))
    found = _shape(stack, stack.mean_uv, by_chance) if observed_uv >= by_chance.clear_uv else None
    alike = None
    if found is not None:
        alike = consistency(
            stack.single_uv, _samples(stack, found), stack.time_s >= QUIET_FROM_S, found.amplitude_uv
        )
        if not alike.answers.all() and alike.answers.any():  # failing pulses would make the response small
            found = _shape(stack, stack.single_uv[alike.answers].mean(axis=0), by_chance)
    verdict, sentence = judge(
        observed_uv,
        found,
        by_chance,
        alike,
        blank_s=stack.blank_s,
        until_s=stack.until_s,
        hidden_from_s=settings.hidden_from_s,
        least_uv=settings.least_response_uv,
    )
    return Examination(verdict, sentence, pulses, stack, decay, by_chance, observed_uv, found, alike, moved)


def _between(stack: Stack, until_s: float) -> BoolArray:
    inside = (stack.time_s >= stack.blank_s - _SAME_S) & (stack.time_s <= until_s + _SAME_S)
    return np.asarray(inside, dtype=np.bool_)


def _shape(stack: Stack, mean_uv: FloatArray, by_chance: Chance) -> Shape:
    upto = _between(stack, LATEST_END_S)
    return shape(mean_uv[upto], stack.time_s[upto], by_chance.mean_sd_uv)


def _samples(stack: Stack, found: Shape) -> BoolArray:
    inside = (stack.time_s >= found.start_s - _SAME_S) & (stack.time_s <= found.end_s + _SAME_S)
    return np.asarray(inside, dtype=np.bool_)


def _begin(stack: Stack, decay: Recovery, by_chance: Chance) -> float:
    """Return where the blanking ends.

    The error of the fit is below half the noise limit from `stack.blank_s` on. It ends earlier where a
    response begins before in plain sight, which is ten times larger than this error; or grows before, and is
    twenty times larger, which is larger than all that is left of the artefact.
    """
    sure_s, grown_s = stack.blank_s, None
    for start_s in np.arange(decay.start_s, min(sure_s, stack.until_s), STEP_S):  # some dozens of places
        at = replace(stack, blank_s=float(start_s))
        seen = _between(at, stack.until_s)
        if np.count_nonzero(seen) < LEAST_SEEN_S / (stack.time_s[1] - stack.time_s[0]):
            break
        size_uv = float(np.ptp(stack.mean_uv[seen]))
        error_uv = float(decay.error_uv(np.array([start_s]))[0])
        if size_uv < by_chance.clear_uv or size_uv < 10 * error_uv:
            continue
        found = _shape(at, stack.mean_uv, by_chance)
        if not np.isnan(found.latency_s):
            return float(start_s)
        if grown_s is None and found.grows and size_uv >= 20 * error_uv:
            grown_s = float(start_s)
    return sure_s if grown_s is None else grown_s


def _without(epochs: Epochs, out: BoolArray) -> Epochs:
    return Epochs(epochs.uv[~out], epochs.time_s, epochs.sign[~out])


def _floor(by_chance: Chance) -> float:
    """Return the noise of the stack, not below what keeps a silent simulation from dividing by nothing."""
    return max(by_chance.mean_sd_uv, 1e-3)


def _stack(epochs: Epochs, decay: Recovery, blank_s: float, search_s: float) -> Stack:
    """Take the decay out of each pulse, in the direction of its artefact, and the level between pulses."""
    clean = epochs.uv - epochs.sign[:, None] * decay.at(epochs.time_s)
    clean = clean - clean[:, epochs.time_s >= QUIET_FROM_S].mean(axis=1, keepdims=True)
    return Stack(epochs.time_s, clean.mean(axis=0), clean, epochs.uv.mean(axis=0), blank_s, search_s)


def _hidden(blank_s: float) -> str:
    return f"{1000 * blank_s:.1f} ms" if np.isfinite(blank_s) else "all"
