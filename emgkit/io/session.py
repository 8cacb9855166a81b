"""The session folder: `session.toml` beside the recordings.

All that is wrong with a manifest is said at once, each with its line.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emgkit import muscles
from emgkit.errors import InputError
from emgkit.faults import Fault, model_faults, section_of, short
from emgkit.io.edits import read_edits
from emgkit.io.faults import error_of, parse
from emgkit.io.files import MANIFEST, as_path
from emgkit.io.handle import unreadable
from emgkit.io.manifest import UNFILLED, Manifest, as_day
from emgkit.io.persons import person_faults, person_remarks
from emgkit.model import Session
from emgkit.settings import FrozenDict, Settings

GLOB_ROLES = ("walk", "activity")
ROLES = (*GLOB_ROLES, "rest", "maximum", "stimulation")
RECORDINGS = (".c3d", ".edf", ".bdf")
_MAX_NAMED = 8


def load_session(folder: str | Path) -> Session:
    """Load the manifest of a session folder and find its recordings; no recording is opened.

    Parameters
    ----------
    folder : str or Path
        The folder that holds `session.toml`.

    Returns
    -------
    Session
        `paths` maps each role that is given, and "reference", to absolute paths in order; `manifest` is what
        was given, as plain data, with the muscle under its full name; `settings` are the defaults, changed by
        `[settings]` and `[footswitch]`; `edits` are those of `edits.toml`, if there is one; `notes` say what
        looks as if it named a person.

    Raises
    ------
    InputError
        If there is no manifest, or anything in it or in `edits.toml` cannot be used: it names every fault
        with its line.
    """
    root = require_session(folder)
    path = root / MANIFEST
    try:
        text, given = parse(path)
    except OSError as error:
        raise unreadable(path, error) from error

    refused = [*person_faults(given), *_unfilled(given, ())]
    faults = [*_unknown_muscle(given), *model_faults(Manifest, given)]
    raw_settings = given.get("settings", {})
    if isinstance(raw_settings, dict):
        faults += model_faults(Settings, raw_settings, ("settings",))
    faults += [*_two_ladders(given), *_one_activity(given), *_signed_too_early(given)]
    paths: dict[str, tuple[str, ...]] = {}
    trials = given.get("trials")
    if isinstance(trials, dict):
        for role in ROLES:
            if role in trials:
                found, wrong = _files(root, ("trials", role), trials[role], globs=role in GLOB_ROLES)
                faults += [*wrong, *_twice(paths, role, found)]
                paths[role] = tuple(found)
    own = given.get("reference")
    if isinstance(own, dict) and isinstance(own.get("file"), str):
        found, wrong = _files(root, ("reference", "file"), own["file"], globs=False)
        paths["reference"] = tuple(found)
        faults += wrong
    # what is refused as a whole has no further faults
    said = {_keys_of(fault) for fault in refused}
    faults = refused + [f for f in faults if not any(_keys_of(f)[:n] in said for n in range(1, 9))]
    if faults:
        raise error_of(text, faults, MANIFEST)
    by_hand = read_edits(root)

    manifest = Manifest.model_validate(given)
    plain = manifest.model_dump(mode="json", exclude_unset=True)
    settings = Settings.model_validate(raw_settings)
    levels = manifest.footswitch.levels_v if manifest.footswitch else None
    if levels is not None:
        gait = settings.gait.model_copy(update={"coded_levels_v": FrozenDict(levels)})
        settings = settings.model_copy(update={"gait": gait})
    texts = plain | {"edits": {"why": [edit.why for edit in by_hand.edits]}}
    return Session(
        folder=str(root),
        manifest=plain,
        paths=paths,
        settings=settings,
        edits=by_hand.edits,
        edits_source=by_hand.source,
        notes=person_remarks(texts, paths),
    )


def require_session(folder: str | Path) -> Path:
    """Return the folder of a session with links followed.

    Raises
    ------
    InputError
        If there is no such folder, or it holds no manifest.
    """
    folder = as_path(folder, what="folder")
    where = folder.name or str(folder)
    try:
        if not folder.is_dir():
            raise InputError(
                "there is no such folder" if not folder.exists() else "this is no folder",
                where=where,
                accepted=f"a folder with a {MANIFEST}",
            )
        root = folder.resolve(strict=True)
        if not (root / MANIFEST).exists():
            raise FileNotFoundError
    except FileNotFoundError:
        raise InputError(
            f"the folder holds no {MANIFEST}",
            where=where,
            mend="'emgkit new-session FOLDER' writes one beside recordings that are there",
        ) from None
    except OSError as error:
        raise unreadable(folder / MANIFEST, error) from error
    return root


def _keys_of(fault: Fault) -> tuple[str, ...]:
    return tuple(part for part in fault.place if isinstance(part, str))


def _unfilled(given: object, place: tuple[str | int, ...]) -> Iterator[Fault]:
    """Name each value that is still the placeholder of `emgkit new-session`."""
    if given == UNFILLED:
        name, *rest = (str(part) for part in place if isinstance(part, str))
        section = section_of(Manifest, name)
        field = section.model_fields.get(rest[0]) if section and rest else None
        meaning = f": {field.description}" if field and field.description else ""
        yield Fault(place, f"still to be filled in{meaning}")
    elif isinstance(given, dict | list):
        for key, value in given.items() if isinstance(given, dict) else enumerate(given):
            yield from _unfilled(value, (*place, key))


def _twice(paths: Mapping[str, tuple[str, ...]], role: str, found: list[str]) -> Iterator[Fault]:
    """Name each file that has another role, too: a rest among the walking trials would count as walking."""
    for path in found:
        for other, files in paths.items():
            if path in files:
                yield Fault(
                    ("trials", role), f"the file also stands under {other} (found {short(Path(path).name)})"
                )


def _unknown_muscle(given: Mapping[str, Any]) -> Iterator[Fault]:
    electrode = given.get("electrode")
    muscle = electrode.get("muscle") if isinstance(electrode, dict) else None
    if isinstance(muscle, str) and muscles.full_name(muscle) is None:
        near = difflib.get_close_matches(muscle.lower().replace(" ", "_"), muscles.MUSCLES, n=3, cutoff=0.5)
        hint = f"; near it: {', '.join(near)}" if near else f"; known: {', '.join(muscles.MUSCLES)}"
        yield Fault(("electrode", "muscle"), f"not a known muscle (found {short(muscle)}){hint}")


def _two_ladders(given: Mapping[str, Any]) -> Iterator[Fault]:
    settings, footswitch = given.get("settings"), given.get("footswitch")
    gait = settings.get("gait") if isinstance(settings, dict) else None
    stated = isinstance(gait, dict) and "coded_levels_v" in gait
    if stated and isinstance(footswitch, dict) and "levels_v" in footswitch:
        yield Fault(
            ("settings", "gait", "coded_levels_v"), "the levels also stand under [footswitch]; give them once"
        )


def _one_activity(given: Mapping[str, Any]) -> Iterator[Fault]:
    trials = given.get("trials")
    if isinstance(trials, dict) and ("walk" in trials) == ("activity" in trials):
        found = "both" if "walk" in trials else "neither"
        yield Fault(("trials",), f"exactly one of walk and activity is needed (found {found})")


def _signed_too_early(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a signature of a day before the recording: a report must not count as signed by it."""
    recorded, signed = (_day_of(given.get(section)) for section in ("session", "signature"))
    if recorded and signed and signed < recorded:
        yield Fault(
            ("signature", "date"), f"the session is of a later day, {recorded} (found {short(signed)})"
        )


def _day_of(section: object) -> datetime.date | None:
    """Return the date that a section gives, None without one that can be used: that is a fault of its own."""
    try:
        day = as_day(section.get("date")) if isinstance(section, dict) else None
    except ValueError:
        return None
    return day if isinstance(day, datetime.date) else None


def _near(root: Path, entry: str, place: tuple[str, str]) -> str:
    """Say which files of the folder could be meant."""
    kinds = RECORDINGS if place[0] == "trials" else (".csv",)
    names = sorted(p.name for p in root.iterdir() if p.suffix.lower() in kinds and p.is_file())
    near = difflib.get_close_matches(entry, names, n=1, cutoff=0.8)
    if near:
        return f"; near it: {near[0]}"
    shown = ", ".join(names[:_MAX_NAMED]) + (
        f" and {len(names) - _MAX_NAMED} more" * (len(names) > _MAX_NAMED)
    )
    return f"; in the folder: {shown or 'none of its kind'}"


def _files(root: Path, place: tuple[str, str], given: Any, *, globs: bool) -> tuple[list[str], list[Fault]]:
    entries = [given] if isinstance(given, str) else given
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        return [], []  # the manifest's model says so
    found: list[str] = []
    faults: list[Fault] = []
    for entry in entries:
        if not entry.strip() or "\0" in entry or Path(entry).is_absolute() or ".." in Path(entry).parts:
            faults.append(Fault(place, f"not a path inside the folder (found {short(entry)})"))
            continue
        try:
            literal, is_folder = (root / entry).is_file(), (root / entry).is_dir()
            pattern = globs and re.search(r"[*?\[]", entry)
            if not literal and pattern:
                matches = sorted(p for p in root.glob(entry) if p.is_file())
            else:
                matches = [root / entry] if literal else []
            outside = [p for p in matches if not p.resolve().is_relative_to(root)]
        except (ValueError, NotImplementedError, OSError, RuntimeError) as error:
            # the system's own words would name folders of this machine
            reason = (isinstance(error, OSError) and error.strerror) or "a pattern that cannot be read"
            faults.append(Fault(place, f"not a usable path or pattern ({reason}; found {short(entry)})"))
            continue
        if not matches:
            what = "no file answers to the pattern" if pattern else "there is no such file"
            what = "this link leads to no file" if (root / entry).is_symlink() else what
            what = "this is a folder" if is_folder else what
            faults.append(Fault(place, f"{what} (found {short(entry)}){_near(root, entry, place)}"))
        for match in matches:
            if match in outside:
                name = match.relative_to(root).as_posix()
                faults.append(Fault(place, f"the file lies outside the folder (found {short(name)})"))
            elif str(match) in found:
                name = match.relative_to(root).as_posix()
                faults.append(Fault(place, f"the file is named twice (found {short(name)})"))
            else:
                found.append(str(match))
    return found, faults
