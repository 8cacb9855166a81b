"""One burst of a muscle's reference pattern, and where it lies in a cycle with another foot-off."""

from dataclasses import dataclass

NAN = float("nan")
NOMINAL_FOOT_OFF_PCT = 62.0
"""Foot-off of the cycle in which windows are given, where the reference does not state another."""
NORMALISATIONS = ("maximum", "task_peak", "task_mean")
"""What a normalised amplitude of a reference may be a percentage of."""


@dataclass(frozen=True, slots=True)
class ReferenceWindow:
    """One burst of one variant of a muscle's pattern, in percent of a cycle with foot-off at `foot_off_pct`.

    `offset_pct` < `onset_pct` where the burst crosses the contact. An onset at 0 means on before the contact,
    an offset at 100 on past the end of swing: the reference gives no edge there.
    """

    muscle: str
    variant: str
    """"usual", or the name of an alternate."""
    burst: int
    onset_pct: float
    offset_pct: float
    source: str
    status: str
    foot_off_pct: float = NOMINAL_FOOT_OFF_PCT
    onset_sd_pct: float = NAN
    """The reference's own spread; NaN if it states none."""
    offset_sd_pct: float = NAN
    mean_low_pct_ref: float = NAN
    """Least usual mean amplitude of the burst, in percent of `normalisation`; NaN if it states none."""
    mean_high_pct_ref: float = NAN
    normalisation: str = ""
    """One of `NORMALISATIONS`, empty where no amplitude is stated."""

    @property
    def no_onset(self) -> bool:
        """Whether the reference is on before the contact and gives no onset."""
        return self.onset_pct == 0

    @property
    def no_offset(self) -> bool:
        """Whether the reference is on past the end of swing and gives no offset."""
        return self.offset_pct == 100


def scaled_pct(pct: float, foot_off_pct: float, nominal_pct: float = NOMINAL_FOOT_OFF_PCT) -> float:
    """Return where a position of the reference lies in a cycle with another foot-off.

    Stance (0 to `nominal_pct`) and swing (from there to 100) are stretched separately.

    Examples
    --------
    >>> scaled_pct(31.0, 70.0), scaled_pct(81.0, 70.0)
    (35.0, 85.0)
    """
    if pct <= nominal_pct:
        return pct * foot_off_pct / nominal_pct
    part = (pct - nominal_pct) / (100.0 - nominal_pct)
    return foot_off_pct + part * (100.0 - foot_off_pct)
