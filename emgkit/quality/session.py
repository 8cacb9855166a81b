"""Checks over all trials of a session."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from emgkit.found import MIN_CYCLES
from emgkit.model import FloatArray
from emgkit.quality.rows import ALL_TRIALS, Check, Row

PROFILE_CYCLES = 3
"""Three strides give a stable envelope."""
MODALITY_CYCLES = 10
"""Least number of cycles from which the frequency of a modality (number of bursts) is stated."""
AMPLITUDE_LIMIT_PCT = 50.0
"""Chosen here, no source: half, or half as much again, is more than trials of one walk should differ."""

CYCLES = Check(
    "cycles",
    "cycles",
    f"not usable below {PROFILE_CYCLES}, limited below {MIN_CYCLES} (timing), good from there; "
    f"{MODALITY_CYCLES} for the frequency of modalities",
    "used gait cycles or repetitions of all trials together",
)
FOOT_OFF_PCT = (45.0, 80.0)
"""Stance of a limb that is spared, and of one that bears most of a slow walk; beyond, a fault is likelier."""
FOOT_OFF = Check(
    "foot_off",
    "%",
    f"good from {FOOT_OFF_PCT[0]:g} to {FOOT_OFF_PCT[1]:g} %, limited outside",
    "median foot-off of the used cycles, in percent of the cycle",
    concerns="timing",
)
FOOT_SWITCHES = Check(
    "foot_switches",
    "channels",
    "limited if a channel was left out",
    "foot switches that do not behave like one, all or part of the time",
    concerns="timing",
)
AMPLITUDE_DRIFT = Check(
    "amplitude_drift",
    "%",
    f"good up to {AMPLITUDE_LIMIT_PCT:g} %, limited above",
    "largest difference of a trial's mean amplitude from the median of the trials, in percent of that median",
    concerns="magnitude",
)


def check_session(
    cycles: pd.DataFrame, *, walking: bool = True, switches_left_out: Sequence[str] = ()
) -> list[Row]:
    """Check what concerns all trials together.

    Parameters
    ----------
    cycles : DataFrame
        The table `cycles` of all trials.
    walking : bool
        False for repetitions, which have no foot-off.
    switches_left_out : sequence of str
        Foot switches that were left out, as "site: label, why".

    Returns
    -------
    list of rows of the table `quality`, with the trial "all"
        Foot-off only for walking, foot switches only where one was left out, the drift of the amplitude only
        where there are two trials.
    """
    used = cycles["used"].to_numpy(np.bool_)
    rows = [number_of_cycles(int(np.count_nonzero(used)))]
    if walking:
        foot_off_pct = cycles["foot_off_pct"].to_numpy(np.float64)[used]
        rows.append(foot_off(foot_off_pct[~np.isnan(foot_off_pct)]))
    if switches_left_out:
        rows.append(foot_switches(switches_left_out))
    trial = cycles["trial"].to_numpy(np.object_)[used]
    trials = dict.fromkeys(trial.tolist())
    if len(trials) > 1:
        mean_uv = cycles["mean_uv"].to_numpy(np.float64)[used]
        known = ~np.isnan(mean_uv)
        of_trial = (mean_uv[known & (trial == name)] for name in trials)
        rows.append(amplitude_drift(np.array([v.mean() if v.size else np.nan for v in of_trial])))
    return rows


def number_of_cycles(n_used_cycles: int) -> Row:
    """Check the number of used cycles."""
    if n_used_cycles < PROFILE_CYCLES:
        advice = "Too few cycles for a profile or for timing: record more."
        return CYCLES.row("not usable", n_used_cycles, advice, ALL_TRIALS)
    if n_used_cycles < MIN_CYCLES:
        advice = f"Enough for a profile, too few to state timing ({MIN_CYCLES} needed): record more."
        return CYCLES.row("limited", n_used_cycles, advice, ALL_TRIALS)
    if n_used_cycles < MODALITY_CYCLES:
        advice = (
            "Enough to state timing; how often each number of bursts occurs is rough below "
            f"{MODALITY_CYCLES} cycles."
        )
        return CYCLES.row("good", n_used_cycles, advice, ALL_TRIALS)
    return CYCLES.row("good", n_used_cycles, "No action needed.", ALL_TRIALS)


def foot_switches(left_out: Sequence[str]) -> Row:
    """Name the foot switches that were left out; without them contact and foot-off may be others."""
    advice = (
        f"Left out: {'; '.join(left_out)}. Whether a site never touched the ground or its switch is broken "
        "cannot be told. If it is broken, contact comes late or foot-off early: every percentage is shifted."
    )
    return FOOT_SWITCHES.row("limited", len(left_out), advice, ALL_TRIALS)


def foot_off(foot_off_pct: FloatArray) -> Row:
    """Check whether stance is as long as in walking; an inverted switch exchanges stance and swing."""
    if foot_off_pct.size == 0:
        return FOOT_OFF.unknown("No foot-off is known: stance and swing cannot be told apart.", ALL_TRIALS)
    value = float(np.median(foot_off_pct))
    if FOOT_OFF_PCT[0] <= value <= FOOT_OFF_PCT[1]:
        return FOOT_OFF.row("good", value, "No action needed.", ALL_TRIALS)
    advice = (
        "Stance is far from the usual 60 to 65 % of the cycle. If the patient does not walk so, events "
        "or foot switches are wrong: a switch that is high while open exchanges stance and swing."
    )
    return FOOT_OFF.row("limited", value, advice, ALL_TRIALS)


def amplitude_drift(mean_uv_by_trial: FloatArray) -> Row:
    """Check how far the mean amplitude of one trial lies from the median of the trials, in percent."""
    means = mean_uv_by_trial[np.isfinite(mean_uv_by_trial)]
    if means.size < 2:
        return AMPLITUDE_DRIFT.unknown("There are fewer than two trials to compare.", ALL_TRIALS)
    middle = float(np.median(means))
    if middle <= 0:
        return AMPLITUDE_DRIFT.unknown("The trials have no amplitude to compare.", ALL_TRIALS)
    value = float(100 * np.max(np.abs(means - middle)) / middle)
    if value <= AMPLITUDE_LIMIT_PCT:
        return AMPLITUDE_DRIFT.row("good", value, "No action needed.", ALL_TRIALS)
    advice = (
        "The amplitude differs much between the trials: the wire may have moved, or the patient walked "
        "differently. Do not average magnitudes over these trials without looking at each."
    )
    return AMPLITUDE_DRIFT.row("limited", value, advice, ALL_TRIALS)
