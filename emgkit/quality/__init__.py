"""Checks of the signal - verdict, value, limit, advice."""

from collections.abc import Mapping, Sequence
from typing import Any

from emgkit.model import BoolArray, FloatArray
from emgkit.quality import activity as level
from emgkit.quality import (
    artefact,
    beside,
    contact,
    crosstalk,
    ecg,
    faults,
    interference,
    maximum,
    movement,
    noise,
    open_wire,
    placement,
    rectified,
    resolution,
    session,
    steps,
    synchrony,
)
from emgkit.quality import single_unit as unit
from emgkit.quality import upper_edge as edge
from emgkit.quality.beside import check_maximum, check_rest, shows_activity
from emgkit.quality.look import Look, look
from emgkit.quality.movement import Strides, strides_of, wire_movement
from emgkit.quality.rows import Check, Row, Verdict, overall
from emgkit.quality.session import FOOT_OFF_PCT, check_session
from emgkit.quality.verdict import SessionVerdict, session_verdict

CHECKS: tuple[Check, ...] = (
    resolution.LENGTH,
    resolution.CYCLES_IN_TRIAL,
    resolution.BAND,
    edge.UPPER_EDGE,
    noise.NOISE_FLOOR,
    noise.SNR,
    level.ACTIVITY,
    unit.SINGLE_UNIT,
    interference.HUM,
    interference.TONES,
    faults.CLIPPING,
    faults.FLAT_LINE,
    open_wire.OPEN_WIRE,
    contact.INTERMITTENT_CONTACT,
    steps.BASELINE_STEP,
    artefact.MOVEMENT_ARTEFACT,
    ecg.ECG,
    rectified.RECTIFIED,
    faults.OFFSET,
    faults.DRIFT,
    faults.AMPLITUDE,
    resolution.QUANTISATION,
    synchrony.CONTACT_SYNCHRONY,
    synchrony.FOOT_OFF_SYNCHRONY,
    synchrony.CHANNEL_LENGTH,
    synchrony.EVENTS_OUTSIDE,
    crosstalk.CROSSTALK,
    session.CYCLES,
    session.FOOT_OFF,
    session.FOOT_SWITCHES,
    session.AMPLITUDE_DRIFT,
    maximum.MAXIMUM_TEST,
    placement.PLACEMENT,
    movement.WIRE_MOVEMENT,
    beside.REST_LEVEL,
    beside.REST_BURSTS,
)
"""Every check, in the order of the rows."""


def judge(
    rows: Sequence[Mapping[str, Any]],
    beside: Sequence[Mapping[str, Any]] = (),
    *,
    wire_works: bool = False,
) -> SessionVerdict:
    """Return the verdict on a session, see `verdict.session_verdict`."""
    return session_verdict(rows, beside, concerns={c.name: c.concerns for c in CHECKS}, wire_works=wire_works)


def check_trial(
    emg_uv: FloatArray,
    rate_hz: float,
    *,
    trial: str,
    quiet: BoolArray | None = None,
    active: BoolArray | None = None,
    contact_s: FloatArray | None = None,
    n_used_cycles: int,
    min_cycles: int = 1,
    seen: Look | None = None,
) -> list[Row]:
    """Check the signal of one trial.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        The signal as recorded, not filtered.
    rate_hz : float
    trial : str
        Name of the recording, for the rows.
    quiet, active : bool arrays of shape (n_samples,), optional
        Samples that the detection holds for certainly off, and for on. Checks that need them are not
        determinable where there is too little.
    contact_s : array of shape (n_contacts,), optional
        Foot contacts of the recorded side, in order. Without them movement artefact is not looked at.
    n_used_cycles : int
        Used cycles of this trial.
    min_cycles : int
        How many of them it should have.
    seen : Look, optional
        What `look` has found in the same signal; looked for anew if it is not given.

    Returns
    -------
    list of rows of the table `quality`, one per check, always in the same order

    Raises
    ------
    InputError
        If signal, rate or masks cannot be used.
    """
    if seen is None:
        seen = look(emg_uv, rate_hz, trial=trial, quiet=quiet, active=active, contact_s=contact_s)
    s, found = seen.signal, seen.found
    mains_hz, share = seen.mains
    steady = interference.without_lines(s, mains_hz, share, seen.spectrum)
    bursts = active is None or bool(s.active.any())
    amplitude = faults.amplitude(s)
    active_level = level.activity(s, steady, bursts=bursts)
    return [
        resolution.length(s),
        resolution.cycles_in_trial(n_used_cycles, min_cycles, trial),
        resolution.band(s),
        edge.upper_edge(s, steady),
        noise.noise_floor(s, in_uv=amplitude["verdict"] == "good"),
        noise.snr(s, steady=active_level["value"] < level.NOT_USABLE_DB),
        active_level,
        unit.single_unit(s),
        interference.hum(s, mains_hz, share),
        interference.tones(s, mains_hz, share, seen.spectrum),
        faults.clipping(s, found.get("clipping")),
        faults.flat_line(s),
        open_wire.open_wire(s, found.get("open_wire"), seen.spectrum, bursts=bursts),
        contact.intermittent_contact(s, found.get("intermittent_contact")),
        steps.baseline_step(s, found.get("baseline_step")),
        *([] if s.contact_s is None else [artefact.movement_artefact(s, found.get("movement_artefact"))]),
        ecg.ecg(s, found.get("ecg")),
        rectified.rectified(s, seen.spectrum),
        faults.offset(s),
        faults.drift(s),
        amplitude,
        resolution.quantisation(s),
    ]


__all__ = [
    "CHECKS",
    "FOOT_OFF_PCT",
    "Check",
    "Look",
    "Row",
    "SessionVerdict",
    "Strides",
    "Verdict",
    "check_maximum",
    "check_rest",
    "check_session",
    "check_trial",
    "crosstalk",
    "judge",
    "look",
    "overall",
    "placement",
    "shows_activity",
    "strides_of",
    "synchrony",
    "wire_movement",
]
