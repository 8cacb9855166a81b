"""The tables of an analysis: every column, its type, unit and meaning, declared once.

Reports, files, JSON and documentation read these declarations; a stage that fills a table is held to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NOT_RECORDED = "not recorded"
NOT_DETERMINABLE = "not determinable"
PRESENT = "present"
OWN_EVENTS, SCALED, NOMINAL = "own events", "scaled to own events", "nominal"
"""Where the boundary of a phase of gait comes from, if it is determinable."""
ROBUST, BY_SETTING, BY_DETECTOR = "robust", "depends on the setting", "depends on the detector"
NOT_ASSESSED = "not assessed"
AMPLITUDE = "The amplitude of a wire does not compare between days or insertions."
"""Stands under every table and figure of magnitudes."""
GIVEN = "settings"
"""Where the boundaries of the phases of a repetition come from."""

Dtype = Literal["float64", "Int64", "bool", "str"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `unit` is empty for names, counts and flags."""

    name: str
    dtype: Dtype
    unit: str
    meaning: str


def _f(name: str, unit: str, meaning: str) -> Column:
    return Column(name, "float64", unit, meaning)


def _i(name: str, meaning: str) -> Column:
    return Column(name, "Int64", "", meaning)


def _s(name: str, meaning: str) -> Column:
    return Column(name, "str", "", meaning)


def _b(name: str, meaning: str) -> Column:
    return Column(name, "bool", "", meaning)


_TRIAL = _s("trial", "name of the recording, without its ending")

CYCLES = (
    _TRIAL,
    _i("cycle", "number of the cycle in its trial, from 1, used or not"),
    _s("side", "side of the foot whose contacts bound the cycle"),
    _f("start_s", "s", "first foot contact (or start of the repetition)"),
    _f("end_s", "s", "next contact of the same foot (or end of the repetition); excluded from the cycle"),
    _f("duration_s", "s", "end_s - start_s"),
    _f("foot_off_pct", "%", "foot-off, in percent of the cycle"),
    _b("used", "whether the cycle enters profile and summary"),
    _s("reason", "why the cycle is left out, one word of a fixed vocabulary; 'none' if it is used"),
    _i("n_bursts", "bursts that start in the cycle; not determinable where it is not recorded whole"),
    _f("active_pct", "%", "share of the cycle during which the muscle is on"),
    _f("mean_uv", "uV", "mean of the rectified signal over the cycle"),
    _f("peak_uv", "uV", "maximum of the envelope in the cycle"),
    _f("rms_uv", "uV", "root mean square over the cycle"),
    _f("iemg_uvs", "uV s", "integral of the rectified signal over the cycle"),
    _f("snr_db", "dB", "mean power while on over the power of the quiet signal of the trial, minus one"),
    _s("reason_detail", "the numbers behind the reason, in words; 'none' if the cycle is used"),
    _s("contact_sequence", "order of the contact states: H heel, F flat, P push-off, S swing; e.g. 'HFPS'"),
    _s("contact_form", "form of the contact: typical, or which atypical one; never a reason to leave it out"),
    _f("net_rms_uv", "uV", "rms_uv without the noise floor of the trial, subtracted in power"),
    _f("mean_pct_ref", "%", "mean_uv in percent of the named reference"),
    _b("edited", "whether a person left it out, took it in, or edited a burst that lies in it or in part"),
)

BURSTS = (
    _TRIAL,
    _i("cycle", "cycle in which the burst starts; not determinable outside every cycle"),
    _i("burst", "number of the burst among those that start in its cycle, from 1"),
    _f("onset_s", "s", "onset"),
    _f("offset_s", "s", "offset"),
    _f("onset_pct", "%", "onset in percent of its cycle; negative in the pause before a repetition"),
    _f("offset_pct", "%", "offset; 100 + phase in the next cycle if the burst crosses the next contact"),
    _f("onset_low_pct", "%", "lower bound of the 95 % interval of the onset; may be < 0"),
    _f("onset_high_pct", "%", "upper bound of the 95 % interval of the onset"),
    _f("offset_low_pct", "%", "lower bound of the 95 % interval of the offset, on the axis of offset_pct"),
    _f("offset_high_pct", "%", "upper bound of the 95 % interval of the offset"),
    _f("duration_s", "s", "offset_s - onset_s"),
    _b("wraps", "whether the burst crosses the next contact"),
    _f("mean_uv", "uV", "mean of the rectified signal over the burst"),
    _f("peak_uv", "uV", "maximum of the envelope in the burst"),
    _f("iemg_uvs", "uV s", "integral of the rectified signal over the burst"),
    _f("mean_pct_ref", "%", "mean_uv in percent of the named reference"),
    _b("edited", "whether a person moved or added the burst"),
    _f("onset_low_s", "s", "lower bound of the 95 % interval of the onset"),
    _f("onset_high_s", "s", "upper bound of the 95 % interval of the onset"),
    _f("offset_low_s", "s", "lower bound of the 95 % interval of the offset"),
    _f("offset_high_s", "s", "upper bound of the 95 % interval of the offset"),
    _s("cut", "'none', or 'start', 'end' or 'both': cut by that end of the recording"),
    _f("onset_shift_ms", "ms", "largest move of the onset with another setting or detector; positive: later"),
    _f("offset_shift_ms", "ms", "the same of the offset; not determinable if the edge is not found there"),
    _s(
        "robustness",
        f"'{ROBUST}', '{BY_SETTING}', '{BY_DETECTOR}' or '{NOT_ASSESSED}'; not determinable in a trial"
        " without a used cycle; methods.md has the rule",
    ),
    _f("rms_uv", "uV", "root mean square over the burst"),
    _f("net_rms_uv", "uV", "rms_uv without the noise floor of the trial, subtracted in power"),
    _f("net_mean_uv", "uV", "mean_uv times net_rms_uv / rms_uv: the noise subtracted as of Gaussian signals"),
    _f("rms_pct_ref", "%", "rms_uv in percent of the root mean square of the named reference"),
    _s("verdict", "verdict on the whole session: A, B (with limits) or C (do not read); quality.md"),
    _f("probability", "", "at least how probable it is that there is a burst, 0 to 1; default detector only"),
)

PROFILE = (
    _f("pct", "%", "percent of the cycle, 0 to 100 in steps of 1"),
    _f("mean_uv", "uV", "mean of the envelope over the used cycles"),
    _f("sd_uv", "uV", "standard deviation over the used cycles"),
    _f("median_uv", "uV", "median over the used cycles"),
    _f("q25_uv", "uV", "lower quartile over the used cycles"),
    _f("q75_uv", "uV", "upper quartile over the used cycles"),
    _f("on_fraction", "", "share of the used cycles in which the muscle is on, 0 to 1"),
    _f("band_low_uv", "uV", "lower bound of the bootstrap interval of the mean, at this percent alone"),
    _f("band_high_uv", "uV", "upper bound of the same; not determinable below five cycles"),
    _f(
        "intensity_uv",
        "uV",
        "intensity-filtered average: mean of the rectified signal in the percent that begins here (at 100,"
        " that ends here); 0 where it was left out",
    ),
    _f("intensity_pct_ref", "%", "intensity_uv in percent of the named reference"),
    _f("mean_pct_ref", "%", "mean_uv in percent of the named reference"),
)

SUMMARY = (
    _i("modality", "number of bursts per cycle"),
    _i("n_cycles", "used cycles with that number of bursts"),
    _f("frequency_pct", "%", "n_cycles in percent of the cycles whose number of bursts could be counted"),
    _i("burst", "number of the burst within the cycle, from 1; not determinable in modality 0"),
    _f("onset_pct", "%", "circular mean of the onsets, 0 to below 100"),
    _f("onset_sd_pct", "%", "circular standard deviation of the onsets"),
    _f("onset_ci_low_pct", "%", "lower bound of the interval of the mean onset; may be < 0"),
    _f("onset_ci_high_pct", "%", "upper bound of the interval of the mean onset"),
    _f("offset_pct", "%", "circular mean of the offsets; 100 or more if past the next contact"),
    _f("offset_sd_pct", "%", "circular standard deviation of the offsets"),
    _f("offset_ci_low_pct", "%", "lower bound of the interval of the mean offset"),
    _f("offset_ci_high_pct", "%", "upper bound of the interval of the mean offset"),
    _f("mean_uv", "uV", "mean over the cycles of the bursts' mean_uv"),
    _f("mean_pct_ref", "%", "the same, in percent of the named reference"),
    _i("n_onsets", "onsets behind the mean; fewer than n_cycles where an onset is not determinable"),
    _i("n_offsets", "offsets behind the mean; fewer than n_cycles where an offset is not determinable"),
    _i("n_robust", "bursts behind the means that are robust; not determinable where that was not assessed"),
    _f("frequency_low_pct", "%", "lower bound of the interval of the frequency (Wilson)"),
    _f("frequency_high_pct", "%", "upper bound of the interval of the frequency"),
    _s("why", "why a mean or its interval is not determinable, with the number of edges; 'none' if all are"),
    _i("n_edited", "bursts behind the means that a person moved or added; they count as not robust"),
)

FINDINGS = (
    _s("rule", "identifier of the rule"),
    _s("term", "word of the timing vocabulary"),
    _s("statement", "the finding as a sentence with its numbers"),
    _f("value", "", "deviation from the reference, in `unit`; of clonic bursts their rate"),
    _s("reference", "what it was compared with"),
    _s("source", "where the reference comes from"),
    _i("n_cycles", "cycles that show it"),
    _i("of_cycles", "cycles that were looked at"),
    _s("unit", "unit of the value: % of the cycle, % of the reference amplitude, Hz; 'none' without one"),
)

QUALITY = (
    _s("check", "name of the check"),
    _s("verdict", "good, limited, not usable or not determinable"),
    _f("value", "", "what was measured"),
    _s("unit", "unit of the value"),
    _s("limit", "the limit it was held against, in words"),
    _s("advice", "what it means for the reader, and what to do"),
    _s("trial", "the recording it was measured in, or 'all'"),
    _s("where", "stretches of the recording in which it was found, or the whole of it"),
)

FAULTS = (
    _s("check", "check that found it"),
    _TRIAL,
    _f("start_s", "s", "where it begins; places within 0.1 s are one"),
    _f("end_s", "s", "where it ends"),
    _s("cycles", "numbers of the cycles that it lies in, used or not; 'none' outside all"),
)

GAIT = (
    _s("parameter", "name of the parameter; docs/gait.md defines each"),
    _s("side", "left, right, or both where it takes both feet"),
    _f("value", "", "mean over the used strides or repetitions, in `unit`"),
    _f("sd", "", "standard deviation over them, in `unit`"),
    _s("unit", "unit of value and sd; 'none' for a count"),
    _i("n", "strides, repetitions or intervals behind the value"),
    _s("why", "why it is not determinable, not in every stride, or doubtful; 'none' if it is sound"),
)

PHASES = (
    _s("phase", "name of the phase"),
    _s("code", "its short name; of a repetition, the name"),
    _f("start_pct", "%", "mean of its start over the used strides; of a repetition, as named"),
    _f("start_sd_pct", "%", "standard deviation of its start over them; only of own events"),
    _f("end_pct", "%", "start of the next phase, 100 for the last; of a repetition, as named"),
    _s("start_basis", f"{OWN_EVENTS}, {SCALED}, {NOMINAL} or {NOT_DETERMINABLE}; {GIVEN} if named"),
    _s("end_basis", "the same, of the end"),
    _i("n_cycles", "strides behind the start; used repetitions"),
    _s("why", "what the start lacks to be the patient's own in every stride; 'none' if nothing"),
)

MAGNITUDE = (
    _s("phase", "part of the cycle: the whole, stance and swing, or the name of a phase"),
    _f("start_pct", "%", "mean of its start over the cycles behind the row"),
    _f("end_pct", "%", "mean of its end over them"),
    _s("start_basis", f"{OWN_EVENTS}, {SCALED}, {NOMINAL} or {NOT_DETERMINABLE}; {GIVEN} if named"),
    _s("end_basis", "the same, of the end"),
    _i("n_cycles", "used cycles in which its bounds are known"),
    _f("mean_uv", "uV", "mean of the rectified signal in it, averaged over these cycles"),
    _f("sd_uv", "uV", "standard deviation of that over the cycles"),
    _f("rms_uv", "uV", "root mean square in it, over all these cycles together"),
    _f("net_rms_uv", "uV", "rms_uv without the noise floor of the trials, subtracted in power"),
    _f("peak_uv", "uV", "maximum of the envelope in it, averaged over the cycles"),
    _f("iemg_uvs", "uV s", "integral of the rectified signal over it, averaged over the cycles"),
    _f("mean_pct_ref", "%", "mean_uv in percent of the named reference"),
    _f("rms_pct_ref", "%", "rms_uv in percent of the root mean square of the named reference"),
    _f("reference_uv", "uV", "what mean_uv is a percentage of"),
    _s("why", "what stands against the row or a number in it, or keeps it from being the patient's own"),
)

VARIABILITY = (
    _s("measure", "name of the measure; docs/timing.md defines each"),
    _i("modality", "number of bursts per cycle of the cycles behind it; not determinable where it has none"),
    _i("burst", "number of the burst within the cycle; not determinable where it is not about a burst"),
    _f("value", "", "the measure, in `unit`"),
    _f("low", "", "lower bound of its interval (bootstrap over the cycles), in `unit`"),
    _f("high", "", "upper bound of its interval, in `unit`"),
    _s("unit", "unit of value, low and high; 'none' for a ratio"),
    _i("n", "cycles behind the value"),
    _s("why", "why the value or its interval is not determinable, with the numbers; 'none' if both are"),
)

PRINCIPAL = (
    _i("activation", "number of the principal activation in the cycle, from 1; not determinable if none is"),
    _f("onset_pct", "%", "its start, 0 to below 100"),
    _f("offset_pct", "%", "its end; 100 or more if past the next contact"),
    _f("share_pct", "%", "share of the clustered cycles with a burst that overlaps it"),
    _i("n_cycles", "cycles that were clustered"),
    _i("n_clusters", "clusters whose patterns were intersected"),
    _s("why", "why there is none, with the numbers; 'none' if there is"),
)

STIMULATION = (
    _TRIAL,
    _s("measure", "name of the measure; docs/stimulation.md defines each"),
    _f("value", "", "its value, in `unit`; 1 and 0 for yes and no"),
    _s("unit", "unit of the value; 'none' for a count, yes and no"),
    _s("word", "what was found, in a word, where there is one; else 'none'"),
    _i("n", "pulses or intervals behind it"),
    _s("why", "the sentence of the verdict, or why the measure is not determinable; 'none' otherwise"),
)

EDITS = (
    _i("number", "place of the edit in edits.toml, from 1"),
    _TRIAL,
    _s("action", "move_onset, move_offset, add_burst, delete_burst, leave_out or take_in; docs/edits.md"),
    _i("cycle", "cycle that it is about, or in which the burst starts; not determinable outside every cycle"),
    _f("found_onset_s", "s", "automatic onset; not determinable where there was none"),
    _f("found_offset_s", "s", "automatic offset"),
    _s("found_reason", "automatic reason of the cycle, 'none' if it was used; of a burst 'not of a cycle'"),
    _f("onset_s", "s", "onset as it is now; not determinable where there is none"),
    _f("offset_s", "s", "offset as it is now"),
    _s("reason", "reason of the cycle as it is now"),
    _s("by", "who edited: a code, never a name"),
    _s("when", "when it was edited, ISO 8601"),
    _s("why", "why it was edited, in the words of the person"),
)

DOCUMENTATION = (
    _s("item", "what has to be documented; docs/documentation.md lists all"),
    _s("group", "what it is about"),
    _s("required_by", "the documentation of the study, the record of the acquisition, or both"),
    _s("status", f"{PRESENT}, or {NOT_RECORDED}"),
    _s("where", "the keys of session.toml under which it is given"),
)

COMPARISON = (
    _s("measure", "name of the measure; docs/timing.md defines each"),
    _i(
        "burst_a", "number of the burst within its cycle in A; not determinable where it is not about a burst"
    ),
    _i("burst_b", "number of the same burst in B"),
    _s("unit", "unit of the numbers; 'none' for a ratio"),
    _f("a", "", "value in A, in `unit`"),
    _f("a_low", "", "lower bound of its interval"),
    _f("a_high", "", "upper bound of its interval"),
    _i("a_n", "cycles or edges behind it"),
    _f("b", "", "value in B, in `unit`"),
    _f("b_low", "", "lower bound of its interval"),
    _f("b_high", "", "upper bound of its interval"),
    _i("b_n", "cycles or edges behind it"),
    _f("difference", "", "B - A, on the circle for places in the cycle; only where they compare"),
    _f("difference_low", "", "lower bound of the interval of the difference"),
    _f("difference_high", "", "upper bound of the interval of the difference"),
    _s("comparable", "'yes', or 'no: ' and why"),
)

INTERFERENCE_PATTERN = (
    _s("measure", "name of the measure; docs/interference_pattern.md defines each"),
    _f("value", "", "mean over the epochs, in `unit`"),
    _f("sd", "", "standard deviation over the epochs, in `unit`"),
    _s("unit", "unit of value and sd"),
    _i("n_epochs", "epochs behind the value"),
    _s("definition", "how it is computed"),
    _s("source", "whom it follows"),
    _s("status", "how far it was validated"),
    _s("why", "why it is not determinable, or what limits it; 'none' if nothing"),
)

_SESSION = _s("session", "the session's identifier: the name of the folder of its results")

SESSIONS = (
    _SESSION,
    _s("folder", "folder of its recordings, as batch found it"),
    _s("status", "'done'; 'failed' if it could not be analysed; 'damaged' if its result cannot be read"),
    _s("kind", "kind of failure, in a word; 'none' if it is done"),
    _s("reason", "why it failed, or why its result cannot be read; 'none' if it is done"),
    _s("date", "day of the recording"),
    _s("muscle", "the muscle"),
    _s("side", "its side"),
    _s("activity", "walking or repetitions"),
    _s("verdict", "verdict on the whole session: A, B (with limits) or C (do not read); quality.md"),
    _s("verdict_why", "the verdict in a sentence"),
    _s("cautions", "labels against the side or muscle given, files cut short, '; ' between; 'none' without"),
    _i("n_trials", "trials with a cycle, used or not"),
    _i("n_cycles", "cycles recorded"),
    _i("n_used", "cycles used"),
    _i("n_bursts", "bursts, in used cycles or not"),
    _i("n_edited", "bursts that a person moved or added"),
    _i("n_good", "quality checks with the verdict good"),
    _i("n_limited", "quality checks with the verdict limited"),
    _i("n_not_usable", "quality checks with the verdict not usable"),
    _i("n_not_determinable", "quality checks that could not be made"),
    _f("noise_uv", "uV", "root mean square of the quiet signal"),
    _f("snr_db", "dB", "median of cycles.snr_db over the used cycles in which it is determinable"),
    _s("normalisation", "the reference of percentages of magnitude, or why there is none"),
    _i("modality", "most frequent number of bursts per cycle above 0; the smaller of two as frequent"),
    _i("n_modality", "used cycles with that number of bursts"),
    _f("frequency_pct", "%", "the same in percent of the cycles whose number of bursts could be counted"),
    _f("onset_pct", "%", "mean onset of the first burst in these cycles, as in summary.csv"),
    _f("onset_sd_pct", "%", "its standard deviation"),
    _f("onset_ci_low_pct", "%", "lower bound of the interval of the mean onset; may be < 0"),
    _f("onset_ci_high_pct", "%", "upper bound of the interval of the mean onset"),
    _f("offset_pct", "%", "mean offset of that burst; 100 or more if past the next contact"),
    _f("offset_sd_pct", "%", "its standard deviation"),
    _f("offset_ci_low_pct", "%", "lower bound of the interval of the mean offset"),
    _f("offset_ci_high_pct", "%", "upper bound of the interval of the mean offset"),
    _s("timing_why", "why timing is not determinable, in whole or in part; 'none' if all of it is"),
    _i("n_findings", "findings"),
    _s("findings", "their rules, each once, in their order, with ', ' between; 'none' without one"),
    _s("cycle_source", "what bounds the cycles"),
    _s("detector", "method of detection"),
    _f("rate_hz", "Hz", "rate of the wire"),
    _s("emgkit", "version of emgkit that made the result"),
    _i("schema_version", "version of the form of result.json"),
)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "cycles": CYCLES,
    "bursts": BURSTS,
    "profile": PROFILE,
    "summary": SUMMARY,
    "findings": FINDINGS,
    "quality": QUALITY,
    "gait": GAIT,
    "phases": PHASES,
    "magnitude": MAGNITUDE,
    "variability": VARIABILITY,
    "principal": PRINCIPAL,
    "stimulation": STIMULATION,
    "faults": FAULTS,
    "edits": EDITS,
    "documentation": DOCUMENTATION,
}
BESIDE: Mapping[str, tuple[Column, ...]] = {
    "comparison": COMPARISON,
    "interference_pattern": INTERFERENCE_PATTERN,
    "sessions": SESSIONS,
}
"""Tables that are no part of an analysis."""
ARCHIVE: Mapping[str, tuple[Column, ...]] = {
    "sessions": SESSIONS,
    "cycles": (_SESSION, *CYCLES),
    "bursts": (_SESSION, *BURSTS),
}
"""Tables over many sessions."""
LATER: Mapping[str, tuple[str, ...]] = {
    "cycles": (
        *("reason_detail", "contact_sequence", "contact_form", "net_rms_uv", "mean_pct_ref", "edited"),
    ),
    "bursts": (
        *("onset_shift_ms", "offset_shift_ms", "robustness"),
        *("rms_uv", "net_rms_uv", "net_mean_uv", "rms_pct_ref", "verdict", "probability"),
    ),
    "profile": ("band_low_uv", "band_high_uv", "intensity_uv", "intensity_pct_ref", "mean_pct_ref"),
    "summary": ("n_robust", "frequency_low_pct", "frequency_high_pct", "why", "n_edited"),
    "findings": ("unit",),
    "quality": ("where",),
    "gait": tuple(c.name for c in GAIT),
    "phases": tuple(c.name for c in PHASES),
    "magnitude": tuple(c.name for c in MAGNITUDE),
    "variability": tuple(c.name for c in VARIABILITY),
    "principal": tuple(c.name for c in PRINCIPAL),
    "stimulation": tuple(c.name for c in STIMULATION),
    "faults": tuple(c.name for c in FAULTS),
    "edits": tuple(c.name for c in EDITS),
    "documentation": tuple(c.name for c in DOCUMENTATION),
}
"""Columns that a result of an older version lacks, by table; read from there, they are not determinable, and
a flag is false: what it tells of could not yet be done."""
