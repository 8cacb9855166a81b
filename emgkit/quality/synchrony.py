"""Whether events and foot switches of the same foot tell of the same moments."""

from collections.abc import Mapping

from emgkit.found import Agreement
from emgkit.model import FloatArray
from emgkit.quality.rows import Check, Row, places

LIMIT_S = 0.03
"""Some 3 % of a stride of 1.1 s, half of the tolerance of the timing; chosen here, no source."""
LEAST_MATCHED_PCT = 90.0
CONTRADICTED_PCT = 50.0
"""With fewer contacts matched, one of the two is of another foot, of another trial, or wrong."""

_GOOD = (
    f"good up to {1000 * LIMIT_S:g} ms with {LEAST_MATCHED_PCT:g} % of the events matched, limited otherwise"
)
CONTACT_SYNCHRONY = Check(
    "contact_synchrony",
    "ms",
    f"{_GOOD}; not usable below {CONTRADICTED_PCT:g} %, if the events bound the cycles and the switches tell "
    "of the heel",
    "median absolute difference of the foot contacts of events and foot switches",
    concerns="timing",
)
FOOT_OFF_SYNCHRONY = Check(
    "foot_off_synchrony",
    "ms",
    _GOOD,
    "median absolute difference of the foot-offs of events and foot switches",
    concerns="timing",
)


CHANNEL_LENGTH = Check(
    "channel_length",
    "ms",
    f"good up to {1000 * LIMIT_S:g} ms, limited above",
    "largest difference between the duration of the wire and that of a foot switch of the file",
    concerns="timing",
)
EVENTS_OUTSIDE = Check(
    "events_outside",
    "events",
    "good if there is none, limited else",
    "events before the first or after the last sample of the wire",
    concerns="timing",
)


def channel_length(duration_s: float, switches_s: Mapping[str, float], trial: str) -> Row:
    """Check whether wire and foot switches were recorded over the same time.

    Parameters
    ----------
    duration_s : float
        Of the wire.
    switches_s : mapping of label to duration in seconds
        At least one foot switch.
    trial : str

    Notes
    -----
    Equal lengths are necessary for channels that run together, and no proof: a constant lag between the
    recorders of wire and switches leaves no trace in either.
    """
    label, other_s = max(switches_s.items(), key=lambda item: abs(item[1] - duration_s))
    value = 1000 * abs(other_s - duration_s)
    if value <= 1000 * LIMIT_S:
        return CHANNEL_LENGTH.row("good", value, "No action needed.", trial)
    advice = (
        f"The wire lasts {duration_s:.3f} s, the foot switch {label} {other_s:.3f} s. Which end they share "
        "is not in the file: percentages may be shifted by the difference. Export both over the same time."
    )
    return CHANNEL_LENGTH.row("limited", value, advice, trial)


def events_outside(time_s: FloatArray, duration_s: float, trial: str) -> Row:
    """Check whether events lie outside the recording of the wire.

    Parameters
    ----------
    time_s : array of shape (n_events,)
        Of all kinds and both sides.
    duration_s : float
        Of the wire.
    trial : str
    """
    outside = time_s[(time_s < -LIMIT_S) | (time_s > duration_s + LIMIT_S)]
    if outside.size == 0:
        return EVENTS_OUTSIDE.row("good", 0, "No action needed.", trial)
    advice = (
        f"{outside.size} of {time_s.size} events lie outside the {duration_s:.2f} s of the wire: wire and "
        "events were cut differently, or count time from another moment. Then every percentage is shifted: "
        "compare events and trace."
    )
    where = places(outside, outside)
    return EVENTS_OUTSIDE.row("limited", outside.size, advice, trial, where)


def agreement(found: Agreement, trial: str, *, decisive: bool = False) -> Row:
    """Check how far the foot switches agree with the events of the file.

    The value is NaN where nothing could be matched; that is no missing check but a failed one.

    Parameters
    ----------
    found : Agreement
    trial : str
    decisive : bool
        Whether contacts that do not match condemn the trial: nobody said which of the two is right, and the
        switches tell of the whole foot. Without the heel they are late, and that is no contradiction.
    """
    check = CONTACT_SYNCHRONY if found.kind == "foot_contact" else FOOT_OFF_SYNCHRONY
    value = 1000 * found.median_absolute_s
    matched_pct = 100 * found.n_matched / found.n_events
    counts = (
        f"{found.n_matched} of {found.n_events} events matched, "
        f"{found.n_switches - found.n_matched} of the switches without an event"
    )
    if decisive and check is CONTACT_SYNCHRONY and matched_pct < CONTRADICTED_PCT:
        advice = (
            f"Events and foot switches contradict each other ({counts}). One of them is of another foot, "
            "of another trial or wrong, and every percentage depends on it. Where the switches are right, "
            'say it with source = "switches" under [settings.gait]; where the events are, leave the switches '
            "out."
        )
        return check.row("not usable", value, advice, trial)
    if not found.n_matched:
        advice = (
            f"Events and foot switches do not tell of the same moments ({counts}). One of them is of another "
            "foot, of another trial or wrong: every percentage depends on it."
        )
        return check.row("limited", float("nan"), advice, trial)
    numbers = (
        f"{counts}; switches minus events {1000 * found.median_s:+.0f} ms (median), "
        f"{1000 * found.largest_s:.0f} ms at most"
    )
    if found.median_absolute_s <= LIMIT_S and matched_pct >= LEAST_MATCHED_PCT:
        return check.row("good", value, f"No action needed ({numbers}).", trial)
    advice = (
        f"Events and foot switches differ ({numbers}). Look at both beside the trace: the timing in percent "
        "rests on one of them, and would be another with the other."
    )
    return check.row("limited", value, advice, trial)
