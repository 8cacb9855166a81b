"""What the checks of quality say of trials: rows, places of faults, and doubts about the timing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from emgkit import sites
from emgkit.found import Contacts
from emgkit.quality import FOOT_OFF_PCT, Row, Strides, check_trial, crosstalk, strides_of, synchrony
from emgkit.trials import Trial


def checks_of(t: Trial) -> list[Row]:
    """Return the rows of all checks of one trial."""
    rows = check_trial(
        t.recording.emg_uv,
        t.signal.rate_hz,
        trial=t.signal.trial,
        quiet=t.signal.quiet,
        active=t.signal.active,
        n_used_cycles=int(t.cycles.used.sum()),
        seen=t.seen,
    )
    decisive = t.cycles.source == "events" and _whole_foot(t.cycles.own_foot)
    rows += [synchrony.agreement(pair, t.signal.trial, decisive=decisive) for pair in t.cycles.agreement]
    rec, name = t.recording, t.signal.trial
    switches = [*rec.switches.values(), *rec.opposite_switches.values()]
    if switches:
        lasts_s = {switch.label: switch.voltage_v.size / switch.rate_hz for switch in switches}
        rows.append(synchrony.channel_length(rec.duration_s, lasts_s, name))
    event_s = rec.events["time_s"].to_numpy()
    if event_s.size:
        rows.append(synchrony.events_outside(event_s, rec.duration_s, name))
    return rows + crosstalk.crosstalk(t.seen, rec.neighbours)


def _whole_foot(contacts: Contacts | None) -> bool:
    """Tell whether switches of all of the foot were decoded, with one under the heel."""
    if contacts is None or contacts.left_out:
        return False
    return any(channel.partition(":")[0] not in sites.FOREFOOT for channel in contacts.used)


def strides_of_trial(t: Trial) -> Strides:
    """Return amplitude and frequency of the used cycles, for the search for a wire that moved.

    They are those that are used automatically: leaving out strides by hand must not hide that it moved.
    """
    cycles = t.edited.automatic.cycles if t.edited else t.cycles
    used = cycles.used
    return strides_of(
        t.signal.emg_uv,
        t.signal.rate_hz,
        cycles.start_s[used],
        cycles.end_s[used],
        number=np.flatnonzero(used) + 1,
        trial=t.signal.trial,
    )


def faults_of(t: Trial) -> list[dict[str, Any]]:
    """Return where each fault lies, and in which cycles of the trial."""
    rows = []
    for fault in t.seen.found.values():
        for start_s, end_s in zip(*fault.spans_s(), strict=True):
            inside = (t.cycles.start_s < end_s) & ~(t.cycles.end_s <= start_s)
            rows.append(
                {
                    "check": fault.check,
                    "trial": t.signal.trial,
                    "start_s": float(start_s),
                    "end_s": float(end_s),
                    "cycles": ", ".join(str(k + 1) for k in np.flatnonzero(inside)) or "none",
                }
            )
    return rows


def doubt(checks: Sequence[Row], switches_left_out: Sequence[str]) -> str | None:
    """Return why the timing is not to be compared with a reference, None if nothing speaks against it."""
    bad = [f"{row['check']} ({row['trial']})" for row in checks if row["verdict"] == "not usable"]
    if bad:
        return f"Not compared with the reference: not usable by the checks {', '.join(bad)}."
    stance_pct = next((row["value"] for row in checks if row["check"] == "foot_off"), float("nan"))
    if stance_pct < FOOT_OFF_PCT[0]:
        return (
            f"Not compared with the reference, which is of walking: stance ends at {stance_pct:.0f} % of the "
            "cycle, as in running, or where stance and swing are exchanged."
        )
    if switches_left_out:
        return (
            f"Not compared with the reference: foot switch left out ({'; '.join(switches_left_out)}), so "
            "contact and foot-off may not be those of the reference."
        )
    return None
