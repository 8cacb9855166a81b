"""What bounds the cycles of a recording: its own events, else its foot switches, else its repetitions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from emgkit.errors import InputError
from emgkit.found import Agreement, Cycles
from emgkit.gait import agreement, cycles, states
from emgkit.gait.feet import Foot, foot_of
from emgkit.gait.repetitions import from_motion
from emgkit.model import OTHER, Activity, FloatArray, Recording
from emgkit.settings import GaitSettings, RepetitionSettings

DEFAULTS = RepetitionSettings()


def cut(
    rec: Recording,
    settings: GaitSettings,
    activity: Activity | None,
    repetitions: RepetitionSettings = DEFAULTS,
) -> Cycles:
    """Cut a recording into cycles by what `settings.source` names, or by the best that it holds.

    Events of the file win over foot switches, because a person set or checked them; annotated repetitions win
    over a channel of motion. Where both events and switches tell of the foot, their agreement is part of the
    result, and a note says it.

    Parameters
    ----------
    activity : {"walking", "repetitions"} or None
        What the session says was done; None if nobody says.

    Raises
    ------
    InputError
        If nothing bounds a cycle, the side of the wire is needed and not known, or a switch or the channel of
        motion that is to bound them is refused.
    """
    source = _source(rec, settings, activity)
    if source == "repetitions":
        return _annotated(rec, settings)
    if source == "motion" and rec.motion is not None:
        return from_motion(
            rec.motion, duration_s=rec.duration_s, side=rec.side, gait=settings, settings=repetitions
        )
    return _walk(rec, settings, source)


def _source(rec: Recording, settings: GaitSettings, activity: Activity | None) -> str:
    """Return what bounds the cycles; refuse what is asked for and is not there."""
    events = rec.events
    kind = events["kind"].to_numpy(np.object_)
    contact = kind == "foot_contact"
    own = contact & (events["side"].to_numpy(np.object_) == rec.side) if rec.side else contact
    n_own = int(np.count_nonzero(own))
    n_repetitions = int(np.count_nonzero(kind == "repetition_start"))
    has = {
        "events": n_own > 0,
        "switches": bool(rec.switches),
        "repetitions": n_repetitions > 0,
        "motion": rec.motion is not None,
    }
    if settings.source != "auto":
        order = [settings.source]
    elif activity == "repetitions" or (activity is None and has["motion"]):
        order = ["repetitions", "motion"]  # a channel of motion is there only if somebody named it
    else:
        few = n_own == 1 and has["switches"]  # one contact bounds no cycle
        order = ["switches"] if few else ["events", "switches"]
        order += ["repetitions"] if activity is None else []
    source = next((name for name in order if has[name]), None)
    if source is None:
        raise _nothing(rec, order, events[contact], n_repetitions)
    return source


def _annotated(rec: Recording, settings: GaitSettings) -> Cycles:
    events = rec.events
    found = cycles.from_repetitions(
        events.loc[events["kind"] == "repetition_start", "time_s"].to_numpy(dtype=np.float64),
        events.loc[events["kind"] == "repetition_end", "time_s"].to_numpy(dtype=np.float64),
        duration_s=rec.duration_s,
        side=rec.side,
        settings=settings,
    )
    if rec.motion is None:
        return found
    note = f"the annotated repetitions win over channel {rec.motion.label}, which is not used"
    return replace(found, notes=(*found.notes, note))


def _walk(rec: Recording, settings: GaitSettings, source: str) -> Cycles:
    events = rec.events
    foot = foot_of(events, rec.side, rec.switches, settings)
    borrowed: tuple[str, ...] = ()
    if source == "switches":
        if foot.decoded is None:
            raise foot.refused or _nothing(rec, ["switches"], events, 0)
        contact_s, foot_off_s = foot.decoded.contact_s, foot.decoded.foot_off_s
    else:
        _require_side(rec, events[events["kind"] == "foot_contact"])
        contact_s, foot_off_s = foot.event_contact_s, foot.event_foot_off_s
        # a switch that is left out may be the last to open: then the others do not tell foot-off
        if not foot_off_s.size and foot.decoded is not None and not foot.decoded.left_out:
            foot_off_s = foot.decoded.foot_off_s
            if foot_off_s.size:
                borrowed = ("the events hold no foot-off of this foot; it is that of the foot switches",)
    found = cycles.from_contacts(
        contact_s, foot_off_s, duration_s=rec.duration_s, side=rec.side, source=source, settings=settings
    )
    found = _with_states(_with_agreement(found, foot), foot)
    found = replace(found, notes=(*found.notes, *borrowed))
    if foot.refused is not None:
        found = replace(found, refused=str(foot.refused))
    if foot.decoded is not None:
        found = replace(found, own_foot=foot.decoded, switch_levels=foot.decoded.levels)
    if source == "switches" and foot.decoded is not None:
        found = replace(
            found,
            notes=(*foot.decoded.notes, *found.notes),
            switches=foot.decoded.used,
            switches_left_out=foot.decoded.left_out,
        )
    return _with_other_foot(found, rec, settings)


def _with_states(found: Cycles, foot: Foot) -> Cycles:
    """Add what the switches say of the contact of each stride, whatever bounds the strides."""
    if foot.decoded is None and foot.refused is None:
        return found
    told = None if foot.decoded is None else foot.decoded.states
    start_s, end_s = found.start_s, found.end_s
    if foot.decoded is not None and found.source != "switches":
        # the states of a stride are those from contact to contact of the switches: an event that is marked
        # late would hand the heel's contact to the stride before
        contact_s = foot.decoded.contact_s
        start_s, end_s = (agreement.matched_s(time_s, contact_s) for time_s in (start_s, end_s))
    sequence = states.sequences(told, start_s, end_s)
    rise_s = None if told is None else states.heel_rise_s(told, start_s, end_s)
    form = tuple(states.form(order) for order in sequence)
    return replace(found, sequence=sequence, form=form, heel_rise_s=rise_s)


def _with_agreement(found: Cycles, foot: Foot) -> Cycles:
    """Compare switches and events; without both there is nothing to compare."""
    notes: list[str] = []
    both: tuple[Agreement, ...] = ()
    if foot.event_contact_s.size and foot.decoded is not None:
        pairs = (
            agreement.compare(foot.event_contact_s, foot.decoded.contact_s, "foot_contact"),
            agreement.compare(foot.event_foot_off_s, foot.decoded.foot_off_s, "foot_off"),
        )
        both = tuple(pair for pair in pairs if pair is not None)
        both_ways = ("events", "foot switches")
        first, second = both_ways if found.source == "events" else reversed(both_ways)
        notes = [f"the {first} bound the cycles; the {second} are compared with them"]
        notes += [agreement.sentence(pair) for pair in both]
        if found.source == "events":
            notes += [f"foot switch left out: {words}" for words in foot.decoded.left_out]
            notes += _beyond_note(foot.event_contact_s, foot.decoded.contact_s)
    elif found.source == "events" and foot.refused is not None:
        notes = [f"foot switches not compared with the events: {foot.refused.what} ({foot.refused.where})"]
    return replace(found, agreement=both, notes=(*found.notes, *notes))


def _beyond_note(event_s: FloatArray, switch_s: FloatArray) -> list[str]:
    """Say how much of a trial is not marked: events win for all of it, even where they are few."""
    near = (switch_s >= event_s.min() - agreement.WITHIN_S) & (switch_s <= event_s.max() + agreement.WITHIN_S)
    n_beyond = int(np.count_nonzero(~near))
    if n_beyond == 0:
        return []
    return [
        f"the foot switches show {n_beyond} more foot contacts before the first event or after the last, "
        'which bound no cycle; with source = "switches" under [settings.gait] they do'
    ]


def _with_other_foot(found: Cycles, rec: Recording, settings: GaitSettings) -> Cycles:
    """Add foot-off and contact of the other foot, by what bounds the strides if that tells of it, too."""
    other = OTHER[rec.side] if rec.side else None
    foot = foot_of(rec.events, other, rec.opposite_switches, settings)
    found = replace(found, other_foot=foot.decoded)
    if other is None:
        return found
    if foot.refused is not None:
        why = f"the other foot's switches are not used: {foot.refused.what} ({foot.refused.where})"
        found = replace(found, notes=(*found.notes, why))
    best = foot.beside(found.source)
    if best is None:
        return found
    contact_s, foot_off_s = np.unique(best.contact_s), np.unique(best.foot_off_s)
    first_off_s = cycles.first_inside(foot_off_s, found.start_s, found.end_s)
    after_s = first_off_s if foot_off_s.size else found.start_s
    return replace(
        found,
        opposite_foot_off_s=first_off_s,
        opposite_contact_s=_after(contact_s, after_s, found.end_s),
        opposite_left_out=best.left_out,
        notes=(*found.notes, *(f"other foot: {note}" for note in best.notes)),
    )


def _after(time_s: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the first of the sorted times in (start, end], NaN where the start is not known either."""
    known = ~np.isnan(start)
    out = np.full(start.shape, np.nan)
    out[known] = cycles.first_inside(time_s, start[known], end[known])
    return out


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


def _nothing(rec: Recording, order: Sequence[str], contacts: pd.DataFrame, n_repetitions: int) -> InputError:
    missing = {
        "events": f"foot contacts of the {rec.side or 'recorded'} side",
        "switches": "foot switches",
        "repetitions": "annotated repetitions",
        "motion": "channel of motion",
    }
    found = [f"{n} contacts of the {of} side" for of, n in contacts["side"].value_counts().items()]
    found += [f"{n_repetitions} repetitions"] if n_repetitions else []
    found += [f"foot switches: {', '.join(rec.switches)}"] if rec.switches else []
    found += [f"channel of motion: {rec.motion.label}"] if rec.motion else []
    return InputError(
        f"nothing bounds a cycle: no {', no '.join(missing[name] for name in order)}",
        where=rec.source.name,
        found="; ".join(found) or "no events, no foot switches",
        accepted="events in the file, a foot switch, annotations of repetitions or a channel of motion",
        mend="name the foot switches with --switch heel=LABEL; 'emgkit inspect FILE' shows the channels",
    )
