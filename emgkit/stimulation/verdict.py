"""What may be said of a response: present, absent, or not determinable and why."""

from __future__ import annotations

from typing import Literal

from emgkit.stimulation.chance import Chance
from emgkit.stimulation.response import Consistency, Shape

Verdict = Literal["present", "absent", "not determinable"]

POWER_SDS = 1.645
"""One-sided 95 %."""
LATEST_END_S = 0.04
"""A response that has not ended by then is not told from the recovery of the amplifier."""


def judge(
    observed_uv: float,
    found: Shape | None,
    chance: Chance,
    alike: Consistency | None,
    *,
    blank_s: float,
    until_s: float,
    hidden_from_s: float,
    least_uv: float,
) -> tuple[Verdict, str]:
    """Return the verdict and a sentence with its numbers.

    Parameters
    ----------
    observed_uv : float
        Peak-to-peak amplitude of the stack in the window.
    found : Shape or None
        The response, if `observed_uv` is clearly above what chance does.
    chance : Chance
    alike : Consistency or None
        How alike the pulses are, with `found`.
    blank_s, until_s : float
        End of the blanking after the pulse, and up to where a response is looked for.
    hidden_from_s : float
        Blanking beyond this hides responses that are to be expected.
    least_uv : float
        Peak-to-peak amplitude of a response that is not to be missed.

    Notes
    -----
    Absent is said only if a response of `least_uv` would have passed the limit with a probability of 95 %, so
    if ``least_uv - 1.645 * sqrt(2) * sd >= limit``, sd that of the stack, and if the blanking ends early.
    """
    limit = chance.limit_uv
    if found is not None and alike is not None:
        if alike.few:
            return "not determinable", (
                f"What the stack shows ({observed_uv:.0f} uV) is there after fewer than half of the pulses: "
                "it may be a movement or a contraction in a few of them."
            )
        if found.amplitude_uv <= limit:
            return "not determinable", (
                f"What follows the pulses ({observed_uv:.0f} uV) is no one response above what chance does "
                f"({limit:.1f} uV): more pulses would tell."
            )
        if not found.grows:
            return "not determinable", (
                f"What follows the pulses ({observed_uv:.0f} uV) begins within the {1000 * blank_s:.1f} ms "
                "that the artefact hides and does not grow after them: it cannot be told from the recovery "
                "of the amplifier."
            )
        if not found.ends:
            return "not determinable", (
                f"What follows the pulses ({observed_uv:.0f} uV) has not ended {1000 * LATEST_END_S:.0f} ms "
                "after them: it cannot be told from the recovery of the amplifier."
            )
        n, of = int(alike.answers.sum()), alike.answers.size
        which = "the pulses" if n == of else f"{n} of {of} pulses"
        return "present", (
            f"A response of {found.amplitude_uv:.0f} uV follows {which}; without one, 99 % of stacks stay "
            f"below {limit:.1f} uV."
        )
    if observed_uv > limit:
        return "not determinable", (
            f"What follows the pulses ({observed_uv:.0f} uV) is larger than 99 % of stacks without one "
            f"({limit:.1f} uV), but not clearly so ({chance.clear_uv:.1f} uV): more pulses would tell."
        )
    if blank_s > hidden_from_s:
        return "not determinable", (
            f"Nothing is seen, but the artefact hides the first {1000 * blank_s:.1f} ms, and a response may "
            f"begin and end there; {1000 * hidden_from_s:.1f} ms at most may be hidden to say that there is "
            "none."
        )
    sure_uv = limit + POWER_SDS * 2**0.5 * chance.mean_sd_uv
    if sure_uv > least_uv:
        return "not determinable", (
            f"Nothing is seen, but only a response from {sure_uv:.0f} uV would have been seen in this noise; "
            f"to say that there is none, one of {least_uv:.0f} uV must be."
        )
    return "absent", (
        f"No response was seen from {1000 * blank_s:.1f} to {1000 * until_s:.0f} ms after the pulses; one of "
        f"{sure_uv:.0f} uV would have been seen. What ends before is hidden by the artefact."
    )
