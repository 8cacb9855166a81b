"""A first `session.toml` for a folder of recordings: what they say, and places for what a person knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from emgkit import muscles, units
from emgkit.errors import InputError
from emgkit.faults import joined, model_faults, section_of
from emgkit.io.channels import Channel, find, nature, shown
from emgkit.io.files import MANIFEST, as_path, session_around, write_new
from emgkit.io.handle import open_file
from emgkit.io.manifest import UNFILLED, Manifest, SessionSection
from emgkit.io.session import RECORDINGS, ROLES
from emgkit.settings import Settings

_WORDS = {
    "walk": ("walk", "walking", "gait"),
    "rest": ("rest", "resting", "relax", "relaxed"),
    "maximum": ("max", "maximum", "maximal", "mvc", "mvic", "mmt"),
    "stimulation": ("stim", "stimulation"),
}
"""Words of file names; of one with words of two roles, none is proposed."""
_EVENTS = {"foot_contact": "walk", "repetition_start": "activity"}
_NO_TRIAL = ("static", "calibration", "cal", "standing")
_HEAD = f"""\
#:schema ../session.schema.json
# What was recorded, and where it is. emgkit reads this file together with the recordings beside it. Lines
# that begin with # are comments; to use a key that stands behind one, take the # away. "{UNFILLED}" has to be
# replaced before the session can be read. Codes instead of names and dates of birth, everywhere.
# The first line is for an editor that checks TOML: 'emgkit schema > session.schema.json' in the folder above.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A recording of the folder: what it holds and which role is proposed for it."""

    name: str
    about: str
    channels: tuple[Channel, ...] = ()
    role: str | None = None
    why: str = ""


def new_manifest(
    folder: str | Path,
    *,
    muscle: str | None = None,
    side: str | None = None,
    emg: str | None = None,
    session_id: str | None = None,
    date: str | None = None,
) -> str:
    """Return the text of a manifest for the recordings of a folder; nothing is written.

    Parameters
    ----------
    folder : str or Path
        Holds C3D, EDF or BDF files. Their headers are read, their samples are not.
    muscle, side, emg, session_id, date : str, optional
        What goes under `electrode.muscle`, `electrode.side`, `channels.emg`, `session.id` and `session.date`.

    Returns
    -------
    str
        TOML with every key and its meaning. Roles are proposed from words in the names of the files, or from
        their events, and marked as proposals. What no recording says, and is not given, reads "???", which
        `emgkit.load_session` refuses until it is replaced. So does the channel, unless just one qualifies in
        every file, by itself or by muscle and side.

    Raises
    ------
    InputError
        If the folder holds no recording that can be read, or what is given cannot be used.
    """
    folder = as_path(folder, what="folder")
    given = {key: value for key, value in (("id", session_id), ("date", date)) if value is not None}
    if faults := model_faults(SessionSection, given, ("session",)):
        raise InputError(joined([f"{fault.key}: {fault.text}" for fault in faults]), where="what is given")
    full = None if muscle is None else muscles.full_name(muscle)
    if muscle is not None and full is None:
        raise InputError("not a known muscle", found=muscle, accepted=muscles.MUSCLES)
    if side not in (None, "left", "right"):
        raise InputError("not a side", found=side, accepted=("left", "right"))
    found = _recordings(folder)
    # without a role by name or event, any of the recordings may be a trial
    trials = [f for f in found if f.role] or [f for f in found if f.channels]
    values: dict[tuple[str, str], tuple[str, str]] = {
        ("session", key): (value if key == "date" else _toml(value), "") for key, value in given.items()
    }
    values["electrode", "muscle"] = (_toml(full or UNFILLED), "")
    values["electrode", "side"] = (_toml(side or UNFILLED), "")
    label, note = _wire(trials, full, side, emg)
    values["channels", "emg"] = (_toml(label), note)
    if label != UNFILLED and not _have_unit(trials, label):
        values["channels", "emg_unit"] = (
            _toml(UNFILLED),
            f"no recording states a known one: {units.ACCEPTED}",
        )
    values |= _trials(trials)
    return "\n".join([_HEAD, *_listing(found), "", *_sections(values), *_settings()]) + "\n"


def write_new_session(folder: str | Path, **given: str | None) -> Path:
    """Write `new_manifest` into the folder, whole or not at all; what is there is never replaced.

    Parameters
    ----------
    folder : str or Path
    **given : str, optional
        As for `new_manifest`.

    Returns
    -------
    Path
        The new `session.toml`.

    Raises
    ------
    InputError
        As `new_manifest`; or if there is a manifest in the folder or around it, or it cannot be written.
    """
    folder = as_path(folder, what="folder")
    around = session_around(folder)
    path = folder / MANIFEST
    if around is not None and not (path.exists() or path.is_symlink()):
        raise InputError(
            "the folder lies in that of another session", where=folder.name or str(folder), found=around.name
        )
    text = new_manifest(folder, **given)
    write_new(path, text.encode("utf-8"))
    return path


def _recordings(folder: Path) -> list[Found]:
    where = folder.name or str(folder)
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in RECORDINGS and p.is_file())
        root = folder.resolve()
    except NotADirectoryError:
        raise InputError("this is no folder", where=where) from None
    except FileNotFoundError:
        raise InputError("there is no such folder", where=where) from None
    except OSError as error:
        raise InputError(
            f"the folder cannot be read ({error.strerror or 'error of the system'})", where=where
        ) from error
    found = [_recording(path, root) for path in paths]
    if not any(f.channels for f in found):
        raise InputError(
            "the folder holds no recording that can be read",
            where=where,
            found="; ".join(f"{f.name}: {f.about}" for f in found) or None,
            accepted=f"files that end in {', '.join(RECORDINGS)}",
            mend="put the recordings there first",
        )
    return found


def _recording(path: Path, root: Path) -> Found:
    name = path.name.encode("utf-8", "replace").decode()
    if name != path.name:
        return Found(name, "not usable: its name is no text in UTF-8")
    if not path.resolve().is_relative_to(root):
        return Found(name, "not usable: it is a link to a file outside the folder")
    try:
        file = open_file(path)
        kinds = set(file.events["kind"])
    except InputError as error:
        return Found(name, f"not usable: {error.what}")
    about = f"{file.format}, {file.duration_s:.3f} s"
    words = re.findall(r"[a-z]+", path.stem.lower())
    meant = [role for role, of_role in _WORDS.items() if set(words) & set(of_role)]
    events = [role for kind, role in _EVENTS.items() if kind in kinds]
    if len(meant) == 1:
        return Found(name, about, file.channels, meant[0], "by its name")
    if not meant and len(events) == 1 and not set(words) & set(_NO_TRIAL):
        return Found(name, about, file.channels, events[0], "by its events")
    return Found(name, about, file.channels)


def _wire(trials: Sequence[Found], muscle: str | None, side: str | None, emg: str | None) -> tuple[str, str]:
    """Return the label of the wire, or the placeholder, and the remark beside it."""
    if emg is not None:
        for trial in trials:
            find(trial.channels, emg, file=trial.name, what="EMG", option="--emg ")
        return emg, ""
    every = [[c for c in trial.channels if nature(c).kind == "emg"] for trial in trials]
    fitting = [
        [
            c
            for c in channels
            if nature(c).muscle in (muscle, None)
            and (None in (side, nature(c).side) or nature(c).side == side)
        ]
        for channels in every
    ]
    of_muscle = [[c for c in channels if nature(c).muscle == muscle] for channels in fitting]
    for choice in (every, of_muscle) if muscle else (every,):
        labels = {_name(c) for channels in choice for c in channels}
        alone = all(len(channels) == 1 for channels in choice)
        if alone and len(labels) == 1 and (not muscle or choice[0][0] in fitting[0]):
            return labels.pop(), "proposed, as the only one that fits; check it"
    names = dict.fromkeys(_name(c) for channels in every for c in channels)
    return UNFILLED, f"one of: {', '.join(names)}" if names else "no channel says that it is EMG; see above"


def _name(channel: Channel) -> str:
    """Return the label; the number where there is none, or it cannot stand in a manifest."""
    return channel.label if channel.label and shown(channel.label) == channel.label else channel.number


def _have_unit(trials: Iterable[Found], label: str) -> bool:
    wires = (find(t.channels, label, file=t.name, what="EMG", option="--emg ") for t in trials)
    return all(units.is_voltage(wire.unit) for wire in wires)


def _trials(trials: Sequence[Found]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the proposed files of each role; of walking and another activity, only one is possible."""
    files = {role: [f for f in trials if f.role == role] for role in ROLES}
    if files["walk"]:
        files["activity"] = []
    elif not files["activity"]:
        return _proposed(files) | {
            ("trials", "walk"): (_toml([UNFILLED]), "or activity, for repetitions that are not walking")
        }
    return _proposed(files)


def _proposed(files: Mapping[str, Sequence[Found]]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        ("trials", role): (
            _toml([f.name for f in found]),
            f"proposed {' and '.join(sorted({f.why for f in found}))}; check it",
        )
        for role, found in files.items()
        if found
    }


def _listing(found: Sequence[Found]) -> list[str]:
    """Return what the folder holds, as comments; a list of channels that was shown is not shown again."""
    lines = ["# Recordings in this folder"]
    before: dict[tuple[Channel, ...], str] = {}
    for f in found:
        role = f"; {f.role}, {f.why}" if f.role else "; no role is proposed" if f.channels else ""
        lines.append(f"#   {f.name}: {f.about}{role}")
        like = tuple(Channel(c.index, c.label, c.description, c.unit, c.rate_hz, 0) for c in f.channels)
        if like and like in before:
            lines.append(f"#     the channels of {before[like]}")
            continue
        before[like] = f.name
        for c in f.channels:
            what, unit = nature(c), c.unit or "unit not stated"
            label = c.label or "no label"
            lines.append(f"#     {c.number} {label}: {c.rate_hz:g} Hz, {unit}; {what.kind}, {what.why}")
    return [shown(line) for line in lines]


def _sections(values: Mapping[tuple[str, str], tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for name, field in Manifest.model_fields.items():
        model = section_of(Manifest, name)
        if model is None:
            continue
        required = any(f.is_required() for f in model.model_fields.values())
        off = "# " if required and not field.is_required() else ""
        about = (model.__doc__ or "").partition(": ")[2].rstrip(".")
        lines.append(f"{off}[{name}]" + (f"  # {about}" if about else ""))
        lines += _keys(model, {key: value for (section, key), value in values.items() if section == name})
        lines.append("")
    return lines


def _settings() -> list[str]:
    lines = ["# Settings that differ from the defaults, which stand here."]
    for name in Settings.model_fields:
        model = section_of(Settings, name)
        if model is not None:
            lines += [f"# [settings.{name}]", *_keys(model, {})]
    return lines


def _keys(model: type[BaseModel], values: Mapping[str, tuple[str, str]]) -> list[str]:
    lines = []
    for key, field in model.model_fields.items():
        value, note = values.get(key, (_example(field), ""))
        about = field.description or ""
        off = "" if key in values else "# "
        lines.append(f"{off}{key} = {value}  # {'; '.join(t for t in (about, note) if t)}")
    return lines


def _example(field: FieldInfo) -> str:
    """Return the default of a key, or the shape of a value, which is refused while nothing is filled in."""
    default = field.get_default(call_default_factory=True)
    if isinstance(default, str | int | float | dict) and not field.is_required():
        return _toml(default)
    kind = str(field.annotation)
    shapes = (("date", "YYYY-MM-DD"), ("tuple", "..."), ("list", '[""]'), ("dict", "..."), ("float", "..."))
    return next((shape for word, shape in shapes if word in kind), '""')


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(v)}" for key, v in value.items()) + "}"
    # JSON writes texts, numbers and lists as TOML does, but for the one control character it leaves as it is
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
