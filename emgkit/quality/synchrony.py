"""Whether events and foot switches of the same foot tell of the same moments."""

from emgkit.found import Agreement
from emgkit.quality.rows import Check, Row

LIMIT_S = 0.03
"""Some 3 % of a stride of 1.1 s, half of the tolerance of the timing; chosen here, no source."""
LEAST_MATCHED_PCT = 90.0

CONTACT_SYNCHRONY = Check(
    "contact_synchrony",
    "ms",
    f"good up to {1000 * LIMIT_S:g} ms with {LEAST_MATCHED_PCT:g} % of the events matched, limited otherwise",
    "median absolute difference of the foot contacts of events and foot switches",
    concerns="timing",
)
FOOT_OFF_SYNCHRONY = Check(
    "foot_off_synchrony",
    "ms",
    CONTACT_SYNCHRONY.limit,
    "median absolute difference of the foot-offs of events and foot switches",
    concerns="timing",
)


def agreement(found: Agreement, trial: str) -> Row:
    """Check how far the foot switches agree with the events of the file.

    The value is NaN where nothing could be matched; that is no missing check but a failed one.
    """
    check = CONTACT_SYNCHRONY if found.kind == "foot_contact" else FOOT_OFF_SYNCHRONY
    value = 1000 * found.median_absolute_s
    matched_pct = 100 * found.n_matched / found.n_events
    counts = (
        f"{found.n_matched} of {found.n_events} events matched, "
        f"{found.n_switches - found.n_matched} of the switches without an event"
    )
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
