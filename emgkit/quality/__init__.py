"""Checks of the signal - verdict, value, limit, advice."""

from collections.abc import Mapping, Sequence
from typing import Any

from emgkit.model import BoolArray, FloatArray
from emgkit.quality import activity as level
from emgkit.quality import beside, faults, interference, movement, noise, resolution, session, synchrony
from emgkit.quality import single_unit as unit
from emgkit.quality import upper_edge as edge
from emgkit.quality.beside import check_maximum, check_rest, shows_activity
from emgkit.quality.faults import faults_within
from emgkit.quality.movement import Strides, strides_of, wire_movement
from emgkit.quality.rows import Check, Row, Verdict, overall
from emgkit.quality.session import check_session
from emgkit.quality.signal import prepare
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
    faults.OFFSET,
    faults.DRIFT,
    faults.AMPLITUDE,
    resolution.QUANTISATION,
    synchrony.CONTACT_SYNCHRONY,
    synchrony.FOOT_OFF_SYNCHRONY,
    synchrony.CHANNEL_LENGTH,
    synchrony.EVENTS_OUTSIDE,
    session.CYCLES,
    session.FOOT_OFF,
    session.FOOT_SWITCHES,
    session.AMPLITUDE_DRIFT,
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
    n_used_cycles: int,
    min_cycles: int = 1,
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
    n_used_cycles : int
        Used cycles of this trial.
    min_cycles : int
        How many of them it should have.

    Returns
    -------
    list of rows of the table `quality`, one per check, always in the same order

    Raises
    ------
    InputError
        If signal, rate or masks cannot be used.
    """
    s = prepare(emg_uv, rate_hz, quiet=quiet, active=active, trial=trial)
    mains_hz, share = interference.mains(s)
    steady = interference.without_lines(s, mains_hz, share)
    active_level = level.activity(s, steady, bursts=active is None or bool(s.active.any()))
    return [
        resolution.length(s),
        resolution.cycles_in_trial(n_used_cycles, min_cycles, trial),
        resolution.band(s),
        edge.upper_edge(s, steady),
        noise.noise_floor(s),
        noise.snr(s, steady=active_level["value"] < level.NOT_USABLE_DB),
        active_level,
        unit.single_unit(s),
        interference.hum(s, mains_hz, share),
        interference.tones(s, mains_hz, share),
        faults.clipping(s),
        faults.flat_line(s),
        faults.offset(s),
        faults.drift(s),
        faults.amplitude(s),
        resolution.quantisation(s),
    ]


__all__ = [
    "CHECKS",
    "Check",
    "Row",
    "SessionVerdict",
    "Strides",
    "Verdict",
    "check_maximum",
    "check_rest",
    "check_session",
    "check_trial",
    "faults_within",
    "judge",
    "overall",
    "shows_activity",
    "strides_of",
    "synchrony",
    "wire_movement",
]
