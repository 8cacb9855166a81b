"""Which channels of a file are the foot switches: named by the user, or picked by their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emgkit import sites
from emgkit.cautions import contradiction
from emgkit.errors import InputError
from emgkit.io.channels import Channel, Nature, find, nature
from emgkit.io.handle import RecordingFile
from emgkit.model import Side


def named(
    file: RecordingFile, taken: Sequence[Channel], switches: Mapping[str, str | int]
) -> dict[str, Channel]:
    """Return the channels that the user names, by site.

    Parameters
    ----------
    file : RecordingFile
    taken : sequence of Channel
        Channels that are something else already, the EMG first.
    switches : mapping of site to label

    Raises
    ------
    InputError
        If a site is unknown, a label is not that of one channel, or a channel is named twice.
    """
    found: dict[str, Channel] = {}
    for site, label in switches.items():
        if site not in sites.SITES:
            raise InputError(
                "this is no site of a foot switch", where=file.name, found=site, accepted=sites.SITES
            )
        channel = find(
            file.channels, label, file=file.name, what=f"{site} foot-switch", option=f"--switch {site}="
        )
        twice = next((s for s, c in found.items() if c == channel), None)
        if twice is None and channel in taken:
            twice = "emg" if channel == taken[0] else "another channel"
        if twice is not None:
            raise InputError(
                f"channel '{channel.label}' is named twice, as {twice} and as {site}",
                where=file.name,
                accepted="another channel for each",
            )
        found[site] = channel
    return found


def note_sides(found: Mapping[str, Channel], side: Side | None, notes: list[str]) -> None:
    """Note where the label of a named switch speaks of the other foot."""
    for channel in found.values():
        says = nature(channel).side
        if side is not None and says is not None and says != side:
            notes.append(contradiction(f"foot switch '{channel.label}'", says, side))


def picked(
    file: RecordingFile,
    taken: Sequence[Channel],
    side: Side | None,
    notes: list[str],
    *,
    exactly: bool = False,
) -> dict[str, Channel]:
    """Return the switches whose labels name `side` or, unless `exactly`, no side."""
    known: list[tuple[Channel, Nature]] = [
        (c, n) for c in file.channels if c not in taken and (n := nature(c)).kind == "switch"
    ]
    ours = [(c, n) for c, n in known if n.side == side or (n.side is None and not exactly)]
    if side is None and len(ours) < len(known) and not exactly:
        labels = ", ".join(c.label for c, n in known if n.side is not None)
        notes.append(
            f"foot switches {labels} not used: the side of the EMG is not known; give it with --side"
        )
    coded = [c for c, n in ours if n.site == sites.CODED]
    if coded:
        labels = ", ".join(c.label for c in coded)
        notes.append(
            f"foot switch {labels} says that it is coded and was not used; name it with "
            f"--switch coded={coded[0].label} and give its levels"
        )
    ours = [(c, n) for c, n in ours if n.site != sites.CODED]
    claims = [n.site for _, n in ours]
    doubled = sorted({str(site) for site in claims if claims.count(site) > 1})
    if doubled:
        labels = ", ".join(c.label for c, n in ours if n.site in doubled)
        notes.append(
            f"no foot switch used: {labels} claim the same site ({', '.join(doubled)}); name them, for "
            "example --switch heel=LABEL"
        )
        return {}
    return {str(what.site): channel for channel, what in ours}
