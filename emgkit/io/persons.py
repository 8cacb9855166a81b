"""What would name a person in a session: keys are refused, contents that look like it are warned about.

A key says beyond doubt what stands under it. Contents only look like a name or a date of birth, and the
patterns below err to both sides; so they warn, and a report can still be made of a code that looks odd.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from emgkit import muscles
from emgkit.faults import Fault


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PERSONAL = _words(
    "patient patientid patientname name names surname forename firstname lastname fullname givenname"
    " familyname maidenname birth birthdate birthday birthplace dateofbirth dob born mrn ssn"
    " medicalrecord medicalrecordnumber recordnumber insurance insurancenumber address street phone"
    " telephone mobile email mail zip postcode initials"
)
_KNOWN_KEYS = frozenset({("reference", "name")})
_REFUSED = (
    "refused: by its name it tells who the person is, and nothing of that belongs into a session folder; "
    "give a code as session.id"
)
_MOST_DAYS = 366
# words that stand in codes and names of files and are nobody's name
_PLAIN = _words(
    "walk walking gait run running level stairs ramp barefoot shoe shoes brace orthosis cane rest resting"
    " relax relaxed quiet baseline max maximum maximal mvc mmt mvic test tests trial trials session sessions"
    " stim stimulation pulse pulses left right before after pre post pilot control study lab sim simulated"
    " emg wire fine fast slow free self selected speed static standing sitting lying hand foot wrist ankle"
    " knee hip flexion extension grasp reach movement activity heel toe switch file data visit day raw new"
    " old copy final example sample demo"
)
_ROLES = _words(
    "physician physiatrist neurologist therapist physiotherapist physical treating attending resident"
    " surgeon doctor nurse technician examiner clinician senior consultant staff engineer"
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DATE = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<d>0[1-9]|[12]\d|3[01])"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])[-_.](?P<m2>0?[1-9]|1[0-2])[-_.](?P<y2>(?:19|20)\d\d))(?!\d)"
)
_NAME = "the name of a person"
_IN_TEXT = (
    (re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Mme)\b\.?\s+[A-Z][a-z]"), _NAME),
    (re.compile(r"\b(?:patient|subject|first|last|family)(?:'s)?[ _-]?name\b", re.I), _NAME),
    (re.compile(r"\b(?:dob|date of birth)\b|\bborn (?:on|in)? ?\d", re.I), "a date of birth"),
    (re.compile(r"\bMRN\b|\bmedical record n", re.I), "the number of a medical record"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "an address"),
)


def person_faults(given: Mapping[str, Any]) -> list[Fault]:
    """Return one fault for each key, at any depth, that says that a person is named under it.

    Examples
    --------
    >>> [fault.key for fault in person_faults({"study": {"Patient-Name": "x", "plan": "y"}})]
    ['study.Patient-Name']
    """
    return list(_person_keys(given, ()))


def _person_keys(given: object, place: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(given, Mapping):
        for key, value in given.items():
            here = (*place, key)
            if here not in _KNOWN_KEYS and _is_personal(key):
                yield Fault(here, _REFUSED)
            else:
                yield from _person_keys(value, here)
    elif isinstance(given, list):
        for number, value in enumerate(given):
            yield from _person_keys(value, (*place, number))


def _is_personal(key: str) -> bool:
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).lower())
    return "".join(words) in _PERSONAL or bool({"patient", "birth", "mrn", "dob"} & set(words))


def person_remarks(manifest: Mapping[str, Any], paths: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return a sentence for each place of a session that looks as if it named a person.

    Parameters
    ----------
    manifest : mapping
        A manifest as plain data.
    paths : mapping of role to paths

    Returns
    -------
    tuple of str
        None of them repeats what was found.
    """
    section = manifest.get("session", {})
    day = section.get("date")
    recorded = datetime.date.fromisoformat(day) if day else None
    said: dict[str, None] = {}
    named_at = set()
    code = section.get("id", "")
    if _two_names(code, _PLAIN):
        said["session.id looks like a name; give a code: it stands in every result."] = None
    if _old_date(code, recorded):
        said["session.id holds a date that may be one of birth; give a code: it stands in every result."] = (
            None
        )
    for place in ("signature", "stimulation"):
        if _two_names(manifest.get(place, {}).get("by", ""), _PLAIN | _ROLES):
            said[f"{place}.by looks like a name; give a code, initials or a role."] = None
            named_at.add(f"{place}.by")
    for role, files in paths.items():
        stems = [PurePath(path).stem for path in files]
        named = sum("^" in stem or _two_names(stem, _PLAIN, cased=True) for stem in stems)
        dated = sum(_old_date(stem, recorded) for stem in stems)
        of = f"of {len(stems)} files under {role}"
        if named:
            said[f"The name of {named} {of} looks like that of a person; rename them: results carry it."] = (
                None
            )
        if dated:
            said[
                f"The name of {dated} {of} holds a date that is not that of the recording and may be one of "
                "birth; rename them, or give session.date."
            ] = None
    for key, text in _texts(manifest.get("channels", {}), ("channels",)):
        prefix, colon, _ = text.partition(":")
        if colon and _two_names(prefix, _PLAIN):
            said[f"{key} looks as if it began with the name of a person; take it off in the recording."] = (
                None
            )
            named_at.add(key)
    for key, text in _texts({k: v for k, v in manifest.items() if k not in ("trials", "settings")}, ()):
        for pattern, what in _IN_TEXT:
            if pattern.search(text) and not (what == _NAME and key in named_at):
                said[f"{key} looks as if it held {what}; take it out: the report prints this text."] = None
    return tuple(said)


def _two_names(text: str, plain: frozenset[str], *, cased: bool = False) -> bool:
    """Tell whether two words that could be names follow one another; `cased`: both begin with a capital."""
    words = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]
    for (first, _, end), (second, start, _) in pairwise(words):
        apart = text[end:start]
        both = all(_may_be_name(word, plain) and (not cased or word[0].isupper()) for word in (first, second))
        if both and not any(c.isdigit() for c in apart) and muscles.full_name(first + second) is None:
            return True
    return False


def _may_be_name(word: str, plain: frozenset[str]) -> bool:
    lower = word.lower()
    return (
        len(word) >= 3
        and lower not in plain
        and muscles.full_name(word) is None
        and not any(lower in name.split("_") for name in muscles.MUSCLES)
    )


def _old_date(text: str, recorded: datetime.date | None) -> bool:
    """Tell whether a text holds a date that is not near the day of the recording."""
    for found in _DATE.finditer(text):
        parts = found.groupdict()
        try:
            day = datetime.date(*(int(parts[p] or parts[f"{p}2"]) for p in "ymd"))
        except ValueError:  # the 31st of February
            continue
        if recorded is None or abs((day - recorded).days) > _MOST_DAYS:
            return True
    return False


def _texts(given: object, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(given, str):
        yield ".".join(place), given
    elif isinstance(given, Mapping):
        for key, value in given.items():
            yield from _texts(value, (*place, key))
    elif isinstance(given, list):
        for value in given:
            yield from _texts(value, place)
