"""Write a whole simulated session: manifest, recordings, and the truth beside them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from emgkit.errors import InputError
from emgkit.model import Recording
from emgkit.simulation import arguments, kinds
from emgkit.simulation.files import write_c3d, write_edf
from emgkit.simulation.recording import simulate
from emgkit.simulation.stimulation import simulate_stimulation

_KINDS = {
    "tibialis_anterior_walking": kinds.TIBIALIS_ANTERIOR,
    "vastus_intermedius_after_stroke": kinds.VASTUS_INTERMEDIUS,
    "flexor_carpi_ulnaris_hand_movement": kinds.FLEXOR_CARPI_ULNARIS,
}
KINDS: Mapping[str, str] = {name: kind.description for name, kind in _KINDS.items()}
"""The kinds of session that `write_session` writes, each with a line of description."""

TRUTH_DECIMALS = 6
"""Times are written to the microsecond."""


def session_trials(kind: str, seed: int | None = None) -> dict[str, Recording]:
    """Simulate the trials of a session.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    seed : int, optional
        By default the seed with which `sample_data` was made.

    Returns
    -------
    dict of file name to Recording
        All of one wire: they share the motor units.

    Raises
    ------
    InputError
        If the kind is not known or the seed is no whole number.
    """
    arguments.check_choice("kind", kind, tuple(KINDS))
    what = _KINDS[kind]
    if seed is not None:
        arguments.check_seed("seed", seed)
    base = what.seed if seed is None else seed
    trials = {
        name: simulate(
            **what.common, **own, trial=Path(name).stem, seed=1000 * base + number, wire_seed=1000 * base
        )
        for number, (name, own) in enumerate(what.trials.items(), start=1)
    }
    return trials | {
        name: simulate_stimulation(**own, trial=Path(name).stem, seed=1000 * base + number)
        for number, (name, own) in enumerate(what.stimulation.items(), start=1 + len(trials))
    }


def write_session(folder: str | Path, kind: str, seed: int | None = None) -> list[Path]:
    """Write a session folder with its truth beside it.

    Beside `session.toml` and the recordings there are `truth.csv` (trial, burst, onset_s, offset_s; of a
    stimulation trial, the responses),
    `truth_cycles.csv` (trial, number, contact_s, foot_off_s) and `truth.json` (the same, with the
    arguments of the simulation).

    Parameters
    ----------
    folder : path
        Is made; must be empty if it exists.
    kind : str
        A key of `KINDS`.
    seed : int, optional
        By default the seed with which `sample_data` was made.

    Returns
    -------
    list of Path
        The files written, sorted by name.

    Raises
    ------
    InputError
        If the folder is not empty or cannot be written, the kind is not known, or the seed is no whole
        number.
    """
    folder = Path(folder)
    trials = session_trials(kind, seed)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(
                "the folder is not empty" if folder.is_dir() else "there is a file of that name",
                where=folder.name,
                accepted="an empty folder, or one that does not exist",
                mend="name another folder",
            )
        folder.mkdir(parents=True, exist_ok=True)
        # made beside it first, so that a fault on the way leaves no half session
        with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-") as place:
            for name, recording in trials.items():
                write = write_c3d if name.endswith(".c3d") else write_edf
                write(recording, Path(place, name))
            for name, text in _texts(kind, trials).items():
                Path(place, name).write_text(text, encoding="utf-8", newline="\n")
            names = sorted(path.name for path in Path(place).iterdir())
            for name in names:
                os.replace(Path(place, name), folder / name)
    except OSError as error:
        raise InputError(
            f"the folder cannot be written ({error.strerror})", where=folder.name, mend="name another folder"
        ) from error
    return [folder / name for name in names]


def _texts(kind: str, trials: Mapping[str, Recording]) -> dict[str, str]:
    bursts, cycles, whole = [], [], {}
    for recording in trials.values():
        truth = recording.truth
        if truth is None:
            continue
        pairs = list(zip(_rounded(truth.onset_s), _rounded(truth.offset_s), strict=True))
        bursts += [(recording.trial, number, *pair) for number, pair in enumerate(pairs, start=1)]
        contact, foot_off = _rounded(truth.contact_s), _rounded(truth.foot_off_s)
        if truth.parameters["activity"] == "walking":
            # the first foot-off is the step out of standing: it has no contact before it, the last none after
            contacts, foot_offs, first = [None, *contact], [*foot_off, None], 0
        else:
            contacts, foot_offs, first = [*contact], [*foot_off], 1
        cycles += [
            (recording.trial, number, *row)
            for number, row in enumerate(zip(contacts, foot_offs, strict=True), start=first)
        ]
        whole[recording.trial] = {
            "bursts": [{"onset_s": onset, "offset_s": offset} for onset, offset in pairs],
            "contact_s": contact,
            "foot_off_s": foot_off,
            "parameters": {key: _short(value) for key, value in truth.parameters.items()},
        }
    truth_csv = pd.DataFrame(bursts, columns=["trial", "burst", "onset_s", "offset_s"])
    cycle_csv = pd.DataFrame(cycles, columns=["trial", "number", "contact_s", "foot_off_s"])
    return {
        "session.toml": _KINDS[kind].manifest,
        "truth.csv": truth_csv.to_csv(index=False, lineterminator="\n"),
        "truth_cycles.csv": cycle_csv.to_csv(index=False, lineterminator="\n", na_rep="none"),
        "truth.json": json.dumps({"kind": kind, "trials": whole}, indent=1) + "\n",
    }


def _rounded(values: Any) -> list[float]:
    return [round(float(value), TRUTH_DECIMALS) for value in values]


def _short(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_short(item) for item in value]
    return round(value, TRUTH_DECIMALS) if isinstance(value, float) else value
