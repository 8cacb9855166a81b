"""The rules of the timing findings: identifier, term and words, declared once."""

from dataclasses import dataclass

MIN_CYCLES = 5
"""Least number of cycles from which timing is stated."""
CONTINUOUS_ACTIVE_PCT = 90.0
"""A cycle counts as continuously active from this share on."""
PREVALENCE_PCT = 80.0
"""What is said of the whole recording has to hold in this share of the cycles."""
OPPOSITE_PCT = 50.0
COVERED_PCT = 20.0
"""Least share of a reference burst that a burst has to cover to count as doing that burst's work."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `words` say when it holds. `tol` is the tolerance, printed with every finding."""

    id: str
    term: str
    words: str


PREMATURE = Rule(
    "timing.premature",
    "premature",
    "the mean onset, and its whole interval, lie more than tol before the reference onset",
)
DELAYED = Rule(
    "timing.delayed",
    "delayed",
    "the mean onset, and its whole interval, lie more than tol after the reference onset",
)
PROLONGED = Rule(
    "timing.prolonged",
    "prolonged",
    "the mean offset, and its whole interval, lie more than tol after the reference offset; or the burst "
    "goes on through a pause of more than tol between two bursts of the reference",
)
CURTAILED = Rule(
    "timing.curtailed",
    "curtailed",
    "the mean offset, and its whole interval, lie more than tol before the reference offset",
)
CONTINUOUS = Rule(
    "timing.continuous",
    "continuous",
    f"on for {CONTINUOUS_ACTIVE_PCT:g} % of the cycle or more, in {PREVALENCE_PCT:g} % of the cycles or more",
)
OUT_OF_PHASE = Rule(
    "timing.out_of_phase",
    "out of phase",
    f"at least {OPPOSITE_PCT:g} % of the burst lie in the phase (stance or swing) opposite to the one that "
    f"holds most of the reference, and it covers less than {COVERED_PCT:g} % of the reference; on the mean "
    f"and one by one in {PREVALENCE_PCT:g} % of the cycles of its modality or more",
)
OUTSIDE = Rule(
    "timing.outside",
    "outside the reference",
    "a burst that overlaps no burst of the reference and is not out of phase; Perry has no word for it",
)
NOT_DETECTED = Rule(
    "timing.not_detected",
    "not detected",
    f"no activity in the whole cycle, or in one burst of the reference, in {PREVALENCE_PCT:g} % of the "
    'cycles or more; this is not "absent", which takes a credible maximum test',
)
WITHIN = Rule(
    "timing.within_tolerance",
    "within tolerance",
    "the mean edge lies within tol of the reference edge",
)
UNDECIDED = Rule(
    "timing.undecided",
    "undecided",
    "the mean edge lies more than tol from the reference edge, but its interval reaches into the tolerance; "
    f"or a burst is out of phase on the mean but in fewer than {PREVALENCE_PCT:g} % of them",
)
NOT_DETERMINABLE = Rule(
    "timing.not_determinable",
    "not determinable",
    f"no reference for the muscle or the movement, fewer than {MIN_CYCLES} cycles, no edge to compare, or an "
    "edge more than tol off on a side on which the reference gives no limit",
)

RULES: tuple[Rule, ...] = (
    PREMATURE,
    DELAYED,
    PROLONGED,
    CURTAILED,
    CONTINUOUS,
    OUT_OF_PHASE,
    OUTSIDE,
    NOT_DETECTED,
    WITHIN,
    UNDECIDED,
    NOT_DETERMINABLE,
)
