"""The rules of the findings: identifier, term, words and thresholds, declared once."""

from dataclasses import dataclass

from emgkit.found import MIN_CYCLES

CONTINUOUS_ACTIVE_PCT = 90.0
"""A cycle counts as continuously active from this share on."""
PREVALENCE_PCT = 80.0
"""What is said of the whole recording has to hold in this share of the cycles."""
OPPOSITE_PCT = 50.0
COVERED_PCT = 20.0
"""Least share of a reference burst that a burst has to cover to count as doing that burst's work."""
CLONIC_BURSTS = 3
CLONIC_LOW_HZ, CLONIC_HIGH_HZ = 5.0, 8.0
CLONIC_BURST_S = 0.03
"""A shorter burst may be a single potential of a motor unit, which also discharges at 5 to 8 Hz."""
CLONIC_PCT = 50.0
"""Least share of the cycles in which bursts have to be clonic."""


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
CLONIC = Rule(
    "timing.clonic",
    "clonic",
    f"{CLONIC_BURSTS} or more bursts of at least {1000 * CLONIC_BURST_S:g} ms each in a row, the onset of "
    f"each {1000 / CLONIC_HIGH_HZ:g} to {1000 / CLONIC_LOW_HZ:g} ms after that of the one before "
    f"({CLONIC_LOW_HZ:g} to {CLONIC_HIGH_HZ:g} Hz); such a row starts in {CLONIC_PCT:g} % of the "
    "cycles or more",
)
OUT_OF_PHASE = Rule(
    "timing.out_of_phase",
    "out of phase",
    f"at least {OPPOSITE_PCT:g} % of the burst lie in the phase (stance or swing) opposite to the one that "
    f"holds most of the reference, and it covers less than {COVERED_PCT:g} % of each of its bursts; on the "
    f"mean and one by one in {PREVALENCE_PCT:g} % of the cycles of its modality or more",
)
OUTSIDE = Rule(
    "timing.outside",
    "outside the reference",
    "a burst that overlaps no burst of the reference and is not out of phase; Perry has no word for it",
)
ABSENT = Rule(
    "timing.absent",
    "absent",
    f"no activity in the whole cycle in {PREVALENCE_PCT:g} % of the cycles or more, and a credible maximum "
    "test, which shows that the wire records the muscle",
)
NOT_DETECTED = Rule(
    "timing.not_detected",
    "not detected",
    "the same without a credible maximum test; or no activity in one burst of the reference, in "
    f"{PREVALENCE_PCT:g} % of the cycles or more",
)
EXCESSIVE = Rule(
    "magnitude.excessive",
    "excessive",
    "the mean amplitude of the burst, and its whole interval, lie above the greatest usual amplitude that "
    "the reference states, in percent of the same normalisation; never without such a reference",
)
INADEQUATE = Rule(
    "magnitude.inadequate",
    "inadequate",
    "the mean amplitude of the burst, and its whole interval, lie below the least usual amplitude that the "
    "reference states, likewise",
)
WITHIN = Rule(
    "timing.within_tolerance",
    "within tolerance",
    "the mean edge lies within tol of the reference edge; the mean amplitude between the limits that the "
    "reference states",
)
UNDECIDED = Rule(
    "timing.undecided",
    "undecided",
    "the mean edge lies more than tol from the reference edge, but its interval reaches into the tolerance; "
    "likewise the mean amplitude and its limits; or either lies between two patterns of the reference, "
    "beyond the one and short of the other; or a burst is out of phase on the mean but in fewer than "
    f"{PREVALENCE_PCT:g} % of the cycles, or bursts are clonic in some but in fewer than {CLONIC_PCT:g} %",
)
NOT_DETERMINABLE = Rule(
    "timing.not_determinable",
    "not determinable",
    f"no reference for the muscle or the movement, fewer than {MIN_CYCLES} cycles, no edge to compare, an "
    "edge more than tol off on a side on which the reference gives no limit, or an amplitude that does not "
    "compare with that of the reference",
)

RULES: tuple[Rule, ...] = (
    PREMATURE,
    DELAYED,
    PROLONGED,
    CURTAILED,
    CONTINUOUS,
    ABSENT,
    NOT_DETECTED,
    OUT_OF_PHASE,
    OUTSIDE,
    CLONIC,
    EXCESSIVE,
    INADEQUATE,
    WITHIN,
    UNDECIDED,
    NOT_DETERMINABLE,
)
