"""Every error that bad input can cause; nothing else may reach a user."""

from collections.abc import Iterable

_LONGEST = 500


class EmgkitError(Exception):
    """Root of all errors that emgkit raises on purpose."""


class InputError(EmgkitError):
    """A file, channel, unit or manifest that cannot be used.

    Parameters
    ----------
    what : str
        What is wrong, as one clause without a full stop ("the unit of channel 'TA_L' is not known").
    where : str, optional
        The file, key, line or channel concerned. A file is named without its folder.
    found : object, optional
        The value that was found.
    accepted : str or iterable of str, optional
        What would have been accepted.
    mend : str, optional
        How the user can put it right, as an imperative ("give it with --emg-unit").

    Examples
    --------
    >>> print(InputError("no such channel", where="walk_1.c3d", found="TA", accepted=["LTA", "RTA"]))
    walk_1.c3d: no such channel. Found: 'TA'. Accepted: LTA, RTA.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        found: object = None,
        accepted: str | Iterable[str] | None = None,
        mend: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.found = found
        self.accepted = accepted if accepted is None or isinstance(accepted, str) else ", ".join(accepted)
        self.mend = mend
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.where}: {self.what}." if self.where else f"{_begun(self.what)}."
        if self.found is not None:
            text += f" Found: {_shown(self.found)}."
        if self.accepted:
            text += f" Accepted: {self.accepted}."
        if self.mend:
            text += f" {_begun(self.mend)}."
        return text

    def __reduce__(self) -> tuple[object, ...]:  # keyword-only arguments do not pickle by themselves
        return _rebuild_input_error, (self.what, self.where, self.found, self.accepted, self.mend)


class InsufficientDataError(EmgkitError):
    """Too few cycles, or too little quiet signal, for what was asked.

    Parameters
    ----------
    what : str
        What cannot be determined and why, as one clause without a full stop.
    found, needed : float or int
        How much there is and how much is needed, in the unit that `what` names.
    mend : str, optional
        How the user can put it right.
    """

    def __init__(
        self, what: str, *, found: float, needed: float, where: str | None = None, mend: str | None = None
    ) -> None:
        self.what, self.found, self.needed, self.where, self.mend = what, found, needed, where, mend
        text = f"{where}: {what}." if where else f"{_begun(what)}."
        text += f" Found: {found:g}. Needed: {needed:g}."
        if mend:
            text += f" {_begun(mend)}."
        super().__init__(text)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_insufficient, (self.what, self.found, self.needed, self.where, self.mend)


def within(error: EmgkitError, file: str) -> EmgkitError:
    """Return the error with the file in front of the place that it names."""
    if not isinstance(error, InputError | InsufficientDataError):
        return error
    where = error.where
    where = file if where is None else where if where.startswith(file) else f"{file}, {where}"
    if isinstance(error, InputError):
        return InputError(
            error.what, where=where, found=error.found, accepted=error.accepted, mend=error.mend
        )
    return InsufficientDataError(
        error.what, where=where, found=error.found, needed=error.needed, mend=error.mend
    )


def _begun(clause: str) -> str:
    """Return a clause as a sentence begins; the name of an argument, such as n_cycles, stays as it is."""
    is_name = "_" in clause.partition(" ")[0]
    return clause if is_name else f"{clause[:1].upper()}{clause[1:]}"


def _shown(value: object) -> str:
    # whole arrays and tables come by, too; an error stays one short paragraph
    text = repr(value)
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _rebuild_input_error(
    what: str, where: str | None, found: object, accepted: str | None, mend: str | None
) -> InputError:
    return InputError(what, where=where, found=found, accepted=accepted, mend=mend)


def _rebuild_insufficient(
    what: str, found: float, needed: float, where: str | None, mend: str | None
) -> InsufficientDataError:
    return InsufficientDataError(what, found=found, needed=needed, where=where, mend=mend)
