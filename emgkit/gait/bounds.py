"""What bounds the cycles of a recording: its own events, else its foot switches, else its repetitions."""

from dataclasses import replace

import pandas as pd

from emgkit.errors import InputError
from emgkit.gait import cycles, switches
from emgkit.model import Activity, Cycles, Recording
from emgkit.settings import GaitSettings


def cut(rec: Recording, settings: GaitSettings, activity: Activity | None) -> Cycles:
    """Cut a recording into cycles by what `settings.source` names, or by the best that it holds.

    Parameters
    ----------
    activity : {"walking", "repetitions"} or None
        What the session says was done; None if nobody says.

    Raises
    ------
    InputError
        If nothing bounds a cycle, the side of the wire is needed and not known, or a switch is refused.
    """
    events = rec.events
    contacts = events[events["kind"] == "foot_contact"]
    own = contacts[contacts["side"] == rec.side] if rec.side else contacts
    repetitions = events[events["kind"] == "repetition_start"]
    source: str = settings.source
    if source == "auto" and activity == "repetitions":
        source = "repetitions"
    elif source == "auto" and (len(own) > 1 or (len(own) and not rec.switches)):
        source = "events"
    elif source == "auto" and rec.switches:
        source = "switches"
    elif source == "auto" and activity is None and len(repetitions):
        source = "repetitions"

    notes: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    if source == "switches" and rec.switches:
        decoded = switches.decode(rec.switches, settings)
        contact_s, foot_off_s = decoded.contact_s, decoded.foot_off_s
        notes, used, left_out = decoded.notes, decoded.used, decoded.left_out
    elif source == "events" and len(own):
        _require_side(rec, own)
        contact_s = own["time_s"].to_numpy()
        foot_off = events[(events["kind"] == "foot_off") & (events["side"] == rec.side)]
        foot_off_s = foot_off["time_s"].to_numpy()
    elif source == "repetitions" and len(repetitions):
        return cycles.from_repetitions(
            repetitions["time_s"].to_numpy(),
            events.loc[events["kind"] == "repetition_end", "time_s"].to_numpy(),
            duration_s=rec.duration_s,
            side=rec.side,
            settings=settings,
        )
    else:
        raise _nothing(rec, source, contacts, len(repetitions))
    found = cycles.from_contacts(
        contact_s, foot_off_s, duration_s=rec.duration_s, side=rec.side, source=source, settings=settings
    )
    return replace(found, notes=notes + found.notes, switches=used, switches_left_out=left_out)


def _require_side(rec: Recording, contacts: pd.DataFrame) -> None:
    if rec.side is None:
        sides = ", ".join(sorted({str(side) for side in contacts["side"]}))
        raise InputError(
            "the side of the wire is not known, so its foot contacts cannot be chosen",
            where=rec.source.name,
            found=f"channel {rec.label!r}, contacts of: {sides}",
            accepted="left, right",
            mend='give it with --side left or --side right (side="left" in Python)',
        )


def _nothing(rec: Recording, source: str, contacts: pd.DataFrame, n_repetitions: int) -> InputError:
    side = rec.side or "recorded"
    wanted = {
        "events": f"foot contacts of the {side} side",
        "switches": "foot switches",
        "repetitions": "repetitions",
    }
    wanted["auto"] = f"{wanted['events']}, {wanted['switches']} or {wanted['repetitions']}"
    found = [f"{n} contacts of the {of} side" for of, n in contacts["side"].value_counts().items()]
    found += [f"{n_repetitions} repetitions"] if n_repetitions else []
    found += [f"foot switches: {', '.join(rec.switches)}"] if rec.switches else []
    return InputError(
        f"nothing bounds a cycle: there are no {wanted[source]}",
        where=rec.source.name,
        found="; ".join(found) or "no events, no foot switches",
        accepted="events in the file, a foot switch, or annotations of repetitions",
        mend="name the foot switches with --switch heel=LABEL; 'emgkit inspect FILE' shows the channels",
    )
