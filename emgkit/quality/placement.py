"""Whether the muscle answered to stimulation through the wire."""

from emgkit.quality.rows import Check, Row

PLACEMENT = Check(
    "placement",
    "uV",
    "good if a response to stimulation is present, limited if it is absent",
    "peak-to-peak amplitude of the response to stimulation through the wire; of the stack, if there is none",
)


def placement(verdict: str, sentence: str, amplitude_uv: float, trial: str) -> Row:
    """Return the row of a stimulation trial.

    Parameters
    ----------
    verdict : {"present", "absent", "not determinable"}
    sentence : str
        The verdict with its numbers, or why there is none.
    amplitude_uv : float
    trial : str
    """
    if verdict == "present":
        advice = f"{sentence} Which muscle answered is told by the movement that was seen."
        return PLACEMENT.row("good", amplitude_uv, advice, trial)
    if verdict == "absent":
        advice = f"{sentence} The recording does not confirm the place of the wire; read what was seen."
        return PLACEMENT.row("limited", amplitude_uv, advice, trial)
    return PLACEMENT.unknown(sentence, trial)
