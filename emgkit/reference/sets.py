"""References as named, versioned objects, and in which order several are asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from emgkit.model import Source
from emgkit.reference.windows import ReferenceWindow

FILE_FORMAT = "CSV (timing reference)"
"""How the file of a reference is called among the inputs of a result."""
_SAME_AS = {"gastrocnemius_medialis": "gastrocnemius", "gastrocnemius_lateralis": "gastrocnemius"}


@dataclass(frozen=True, slots=True)
class Reference:
    """On and off of muscles in percent of the gait cycle, from one source."""

    name: str
    version: str
    population: str
    """Whom it was measured on, and with which electrode."""
    status: str
    """How far it can be relied on, as a sentence without a full stop."""
    windows: tuple[ReferenceWindow, ...]
    file: str
    """Name of the file without its folder."""
    sha256: str
    is_shipped: bool = False
    """Whether emgkit brings it with it."""

    def windows_for(self, muscle: str | None) -> tuple[ReferenceWindow, ...]:
        """Return the windows of a muscle, the usual variant first; empty if there are none.

        For the heads of the gastrocnemius these are the windows of the muscle as a whole unless they have
        their own, and `ReferenceWindow.muscle` says so.
        """
        for name in (muscle, _SAME_AS.get(muscle or "")):
            found = tuple(w for w in self.windows if w.muscle == name)
            if found:
                return found
        return ()

    def about(self, windows: tuple[ReferenceWindow, ...]) -> Mapping[str, str | float]:
        """Return what identifies it, and the foot-off that the windows are given for, for a result."""
        names = ("name", "version", "population", "status", "file", "sha256")
        return {name: getattr(self, name) for name in names} | {"foot_off_pct": windows[0].foot_off_pct}


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """References in the order in which they are asked: the first that has the muscle is taken, as a whole.

    Examples
    --------
    >>> from emgkit.reference import shipped
    >>> reference, windows = shipped().find("tibialis_anterior")
    >>> reference.name, [(w.variant, w.onset_pct, w.offset_pct) for w in windows]
    ('perry_1992', [('usual', 54.0, 9.0), ('alternate', 54.0, 20.0)])
    """

    references: tuple[Reference, ...]

    def find(self, muscle: str | None) -> tuple[Reference, tuple[ReferenceWindow, ...]] | None:
        """Return the reference that is taken for a muscle, with its windows; None if none has it."""
        for reference in self.references:
            if windows := reference.windows_for(muscle):
                return reference, windows
        return None

    def sources(self) -> tuple[Source, ...]:
        """Return the files that a user gave, with their hashes, for the inputs of a result."""
        return tuple(
            Source(r.file, r.sha256, FILE_FORMAT, unit="none") for r in self.references if not r.is_shipped
        )

    @property
    def words(self) -> str:
        """Names and versions, for a sentence."""
        return ", ".join(f"{r.name} version {r.version}" for r in self.references)
