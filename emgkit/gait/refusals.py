"""What a channel that is no foot switch is refused with."""

from emgkit.errors import InputError
from emgkit.model import Switch

NAME_IT = "name the right channel with --switch, or use the file's events"
SAY_WHICH = (
    "say with inverted_switches under [settings.gait] which sites are high while they are open, [] if none is"
)


def shown_v(volts: float) -> str:
    """Return volts to three figures, and no finer than a millivolt."""
    return f"{round(volts, 3) + 0.0:.3g}"


def refusal(where: Switch | str, what: str, found: str, *, mend: str = NAME_IT) -> InputError:
    """Return the error for a channel, or for several by their labels."""
    return InputError(
        f"the channel does not behave like a foot switch: {what}",
        where=where if isinstance(where, str) else where.label,
        found=found,
        accepted="a voltage that changes between steady levels, higher while the switch is closed",
        mend=mend,
    )
