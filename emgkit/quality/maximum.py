"""Whether a maximum test is one: what speaks against it limits the percentages, not the timing."""

from emgkit.found import AmplitudeReference
from emgkit.quality.rows import ALL_TRIALS, Check, Row, places

MAXIMUM_TEST = Check(
    "maximum_test",
    "uV",
    "good if its best contraction is held for longer than 1 s, steady, neither clipped nor flat, stronger "
    "than the task and at least twice as loud as the quiet signal of the trials; limited otherwise",
    "mean rectified signal in the best window of the maximum tests",
    concerns="magnitude",
)


def maximum_row(reference: AmplitudeReference) -> Row:
    """Return the row of the maximum tests of a session, from their best window and what speaks against it."""
    if reference.kind != "maximum":
        return MAXIMUM_TEST.unknown(f"There are no percentages of a maximum: {reference.words}.", ALL_TRIALS)
    if reference.credible:
        return MAXIMUM_TEST.row("good", reference.best_uv, "No action needed.", reference.trial)
    advice = (
        f"Percentages of this maximum are doubtful or not determinable: {'; '.join(reference.against)}. "
        "Timing and microvolts are not affected."
    )
    where = places([reference.start_s], [reference.start_s + reference.window_s])
    return MAXIMUM_TEST.row("limited", reference.best_uv, advice, reference.trial, where)
