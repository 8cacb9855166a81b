"""The kinds of session that can be simulated: what their manifests say, and what their trials are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of session.

    Attributes
    ----------
    description : str
        One line.
    seed : int
        The seed that is used if none is given.
    manifest : str
        The whole session.toml.
    common : mapping
        Arguments of `simulate` that all trials share.
    trials : mapping of file name to mapping
        Further arguments of `simulate`, by trial.
    stimulation : mapping of file name to mapping
        Arguments of `simulate_stimulation`, by trial.
    """

    description: str
    seed: int
    manifest: str
    common: Mapping[str, Any]
    trials: Mapping[str, Mapping[str, Any]]
    stimulation: Mapping[str, Mapping[str, Any]]


_HEAD = """\
# What was recorded, and where it is. emgkit reads this file together with the recordings beside it.
# SIMULATED: nobody was examined. Lines that begin with # are comments; text stands between quotes.

[session]
id = "{id}"        # a code, never a name
date = 2025-03-04
"""

_QUIET = {"activity": "repetitions", "n_cycles": 1, "cycle_sd_s": 0.0, "events": False}
_REST = _QUIET | {"cycle_s": 4.0, "bursts_pct": ()}
_MAXIMUM = _QUIET | {"cycle_s": 4.5, "bursts_pct": ((5.0, 93.0),), "excitation_cv": 0.0, "ramp_s": 0.3}
_STIMULATION = {"n_pulses": 16, "pulse_hz": 2.0, "twitch": 0.4}


TIBIALIS_ANTERIOR = Kind(
    description="C3D with events and four foot switches; the muscle comes on late and ends early",
    seed=1,
    manifest=_HEAD.format(id="SIM-TA-01")
    + """
[study]                   # what the report has to document
indication = "Simulated: the left foot drops in swing; is tibialis anterior active, and when?"
history = "Simulated: catches the left toe for 8 months, began gradually, two falls."
neurological_examination = "Simulated: dorsiflexion of the left ankle 4/5, sensation and reflexes normal."
clinical_findings = "Simulated: weakness of the left ankle without a cause known so far."
other_tests = ["Simulated: nerve conduction of the left fibular nerve within normal limits"]

[electrode]
muscle = "tibialis_anterior"
side = "left"
wire = "pair of 50 um nylon-insulated nickel alloy wires, 2 mm bared tips (simulated)"
configuration = "bipolar, both wires through one needle"
insertion = "Simulated: upper third of the lower leg, 1.5 cm lateral to the tibial crest, 2 cm deep."
confirmation = "Simulated: dorsiflexion with inversion on stimulation through the wire."

[acquisition]
hardware_band = "10 to 900 Hz (simulated)"
notch = "none"
adc = "16 bit, 0.1 uV per step (simulated)"

[channels]                # labels as they stand in the recordings
emg = "TIBANT_L"
switches = { heel = "FSW_HEEL", fifth_metatarsal = "FSW_5MT", first_metatarsal = "FSW_1MT", toe = "FSW_TOE" }

[stimulation]             # through the wire, before the trials
current_ma = 1.5
pulse_width_ms = 0.2
rate_hz = 2.0
motion = "ACC"            # accelerometer on the foot
seen = "Simulated: the foot rose, its inner edge first."
excluded = "Simulated: the toes did not extend."

[trials]
walk = ["walk_*.c3d"]     # the star stands for any ending: walk_1, walk_2 ...
rest = "rest.c3d"         # lying, the muscle relaxed
maximum = "mmt_1.c3d"     # manual muscle test, strongest contraction
stimulation = "stim.c3d"  # lying, pulses through the wire
""",
    common={"muscle": "tibialis_anterior", "side": "left", "peak_uv": 700.0},
    trials={
        f"walk_{number}.c3d": {
            "n_cycles": n_cycles,
            "cycle_s": 1.12,
            "cycle_sd_s": 0.03,
            "foot_off_pct": 61.5,
            "bursts_pct": ((62.0, 103.0),),
            "edge_sd_pct": 1.5,
            "excitation": 0.3,
            "excitation_cv": 0.15,
        }
        for number, n_cycles in ((1, 9), (2, 10), (3, 8))
    }
    | {"rest.c3d": _REST, "mmt_1.c3d": _MAXIMUM | {"excitation": 0.9}},
    stimulation={
        "stim.c3d": _STIMULATION
        | {"muscle": "tibialis_anterior", "side": "left", "label": "TIBANT_L", "response_uv": 1400.0}
    },
)

VASTUS_INTERMEDIUS = Kind(
    description="C3D with one coded foot switch and no events; slow gait, activity prolonged into stance",
    seed=2,
    manifest=_HEAD.format(id="SIM-VI-01")
    + """
[study]                   # what the report has to document
indication = "Simulated: stiff right knee after stroke; how to train gait and lower the risk of falls?"
history = "Simulated: stroke of the left hemisphere 7 months ago, walks 150 m with a cane, three falls since."
neurological_examination = "Simulated: spastic paresis on the right, extension of the knee 4/5."
clinical_findings = "Simulated: the knee flexes little in swing; overactivity of the quadriceps is suspected."
other_tests = ["Simulated: 10-metre walk 0.5 m/s", "Simulated: Berg balance scale 41 of 56"]

[electrode]
muscle = "vastus_intermedius"
side = "right"
wire = "pair of 50 um nylon-insulated nickel alloy wires, 2 mm bared tips (simulated)"
configuration = "bipolar, both wires through one needle"
insertion = "Simulated: middle of the thigh, through rectus femoris onto the femur, guided by ultrasound."
confirmation = "Simulated: extension of the knee without flexion of the hip on stimulation through the wire."

[acquisition]
hardware_band = "10 to 900 Hz (simulated)"
notch = "none"
adc = "16 bit, 0.1 uV per step (simulated)"

[channels]                # labels as they stand in the recordings
emg = "VASINT_R"
switches = { coded = "FSW_R" }   # one channel for all switches of the foot

[footswitch]              # volts that each closed switch adds to the coded channel
levels_v = { heel = 0.3, fifth_metatarsal = 0.6, first_metatarsal = 1.2, toe = 2.4 }

[stimulation]             # through the wire, before the trials
current_ma = 2.0
pulse_width_ms = 0.2
rate_hz = 2.0
motion = "ACC"            # accelerometer on the shank
seen = "Simulated: the knee extended."
excluded = "Simulated: the hip did not flex."

[trials]
walk = ["walk_*.c3d"]     # the star stands for any ending: walk_1, walk_2 ...
rest = "rest.c3d"         # lying, the muscle relaxed
maximum = "mmt_1.c3d"     # manual muscle test, strongest contraction
stimulation = "stim.c3d"  # lying, pulses through the wire
""",
    common={"muscle": "vastus_intermedius", "side": "right", "peak_uv": 450.0},
    trials={
        f"walk_{number}.c3d": {
            "n_cycles": n_cycles,
            "cycle_s": 1.6,
            "cycle_sd_s": 0.09,
            "foot_off_pct": 66.0,
            "foot_off_sd_pct": 1.5,
            "bursts_pct": ((88.0, 145.0),),
            "edge_sd_pct": 2.5,
            "excitation": 0.3,
            "excitation_cv": 0.15,
            "ramp_s": 0.08,
            "artefact_uv": 60.0,
            "switches": "coded",
            "contact_pattern": "flat_first",
            "events": False,
        }
        for number, n_cycles in ((1, 9), (2, 8), (3, 10))
    }
    | {"rest.c3d": _REST, "mmt_1.c3d": _MAXIMUM | {"excitation": 0.55}},
    stimulation={
        "stim.c3d": _STIMULATION
        | {
            "muscle": "vastus_intermedius",
            "side": "right",
            "label": "VASINT_R",
            "response_uv": 700.0,
            "latency_s": 0.006,
            "failing_pct": 15.0,
        }
    },
)

FLEXOR_CARPI_ULNARIS = Kind(
    description="EDF+ with one annotation for each of 13 hand movements, with pauses between",
    seed=3,
    manifest=_HEAD.format(id="SIM-FCU-01")
    + """
[study]                   # what the report has to document
indication = "Simulated: suspected entrapment of the right ulnar nerve; when is the muscle active?"
history = "Simulated: tingling of the ring and little finger for 5 months, weaker grip, worse at night."
neurological_examination = "Simulated: flexion of the wrist 4/5, numbness of the little finger."
clinical_findings = "Simulated: weakness and sensory loss that point to the ulnar nerve."
other_tests = ["Simulated: ulnar conduction slowed across the elbow"]

[electrode]
muscle = "flexor_carpi_ulnaris"
side = "right"
wire = "pair of 50 um nylon-insulated nickel alloy wires, 2 mm bared tips (simulated)"
configuration = "bipolar, both wires through one needle"
insertion = "Simulated: upper third of the forearm, 2 cm volar to the ulna, 1 cm deep."
confirmation = "Simulated: flexion of the wrist with ulnar deviation on stimulation through the wire."

[acquisition]
hardware_band = "10 to 900 Hz (simulated)"
notch = "none"
adc = "16 bit, 0.1 uV per step (simulated)"

[channels]                # label as it stands in the recordings
emg = "FCU_R"

[stimulation]             # through the wire, before the trials
current_ma = 1.0
pulse_width_ms = 0.2
rate_hz = 2.0
motion = "ACC"            # accelerometer on the hand
seen = "Simulated: the wrist bent to the side of the ulna."
excluded = "Simulated: the fingers did not bend."

[trials]
activity = ["flexion_1.edf"]   # bends the wrist again and again; each movement is annotated in the file
rest = "rest.edf"              # forearm on the table, the muscle relaxed
maximum = "mmt_1.edf"          # manual muscle test, strongest contraction
stimulation = "stim.edf"       # forearm on the table, pulses through the wire
""",
    common={"muscle": "flexor_carpi_ulnaris", "side": "right", "peak_uv": 550.0},
    trials={
        "flexion_1.edf": {
            "activity": "repetitions",
            "n_cycles": 13,
            "cycle_s": 2.0,
            "cycle_sd_s": 0.12,
            "pause_s": 1.4,
            "bursts_pct": ((12.0, 71.0),),
            "edge_sd_pct": 2.0,
            "excitation": 0.3,
            "excitation_cv": 0.15,
            "ramp_s": 0.15,
        },
        "rest.edf": _REST,
        "mmt_1.edf": _MAXIMUM | {"excitation": 0.9},
    },
    stimulation={
        "stim.edf": _STIMULATION
        | {"muscle": "flexor_carpi_ulnaris", "side": "right", "label": "FCU_R", "response_uv": 900.0}
    },
)
