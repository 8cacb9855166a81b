"""Spellings of the units of voltage, and their size. A unit is never guessed."""

import math

from emgkit.errors import InputError

_VOLTS: dict[str, float] = {
    "v": 1.0,
    "volt": 1.0,
    "volts": 1.0,
    "mv": 1e-3,
    "mvolt": 1e-3,
    "mvolts": 1e-3,
    "millivolt": 1e-3,
    "millivolts": 1e-3,
    "uv": 1e-6,
    "uvolt": 1e-6,
    "uvolts": 1e-6,
    "microvolt": 1e-6,
    "microvolts": 1e-6,
    "nv": 1e-9,
    "nvolt": 1e-9,
    "nvolts": 1e-9,
    "nanovolt": 1e-9,
    "nanovolts": 1e-9,
}
SYMBOLS = ("V", "mV", "uV", "nV")
ACCEPTED = ", ".join(SYMBOLS)


def _normal(unit: str) -> str:
    # micro is written with the micro sign (U+00B5) or the Greek letter mu (U+03BC)
    return unit.strip().lower().replace("\u00b5", "u").replace("\u03bc", "u")


def is_voltage(unit: str) -> bool:
    """Tell whether `unit` is a known spelling of a unit of voltage."""
    # "MV" would be megavolt by the letter of SI; every exporter that writes it means millivolt
    return _normal(unit) in _VOLTS


def volts_per(unit: str, *, where: str, mend: str) -> float:
    """Return how many volts one `unit` is.

    Parameters
    ----------
    unit : str
        The word as the file or the user gives it.
    where, mend : str
        Parts of the error: the channel concerned, and how to give the unit.

    Raises
    ------
    InputError
        If the unit is empty or unknown.
    """
    if not unit.strip():
        raise InputError("the file does not state the unit", where=where, accepted=ACCEPTED, mend=mend)
    try:
        return _VOLTS[_normal(unit)]
    except KeyError:
        raise InputError(
            "the unit is not a known unit of voltage", where=where, found=unit, accepted=ACCEPTED, mend=mend
        ) from None


def microvolts_per(unit: str, *, where: str, mend: str) -> float:
    """Return how many microvolts one `unit` is; see `volts_per`."""
    return volts_per(unit, where=where, mend=mend) * 1e6


def symbol(unit: str) -> str:
    """Return V, mV, uV or nV for a known spelling; check with `is_voltage` first."""
    size = _VOLTS[_normal(unit)]
    return next(word for word in SYMBOLS if _VOLTS[_normal(word)] == size)


def ratio(unit: str, other: str) -> float:
    """Return how many `other` one `unit` is; both are known spellings."""
    quotient = _VOLTS[_normal(unit)] / _VOLTS[_normal(other)]
    return float(10.0 ** round(math.log10(quotient)))  # as exact as a power of ten can be
