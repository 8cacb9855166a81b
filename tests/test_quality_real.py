"""Real recordings: dead, saturated and hum-only channels are told from the good ones beside them.

What is not tested: that every verdict is right; the recordings come without one.
"""

import numpy as np
import pytest
from scipy import ndimage, signal

from emgkit import quality

GOOD = [
    ("HC002D06.c3d", ("R Rect", "R Hams", "R Gast", "R Tib Ant")),
    ("HC032A03.c3d", ("L Rect", "L Hams", "L Gast", "L Tib Ant")),
    ("HC033A10.c3d", ("R Rect", "R Hams", "R Gast", "R Tib Ant")),
    ("HC036A10.c3d", ("L Rect", "L Hams", "L Gast", "L Tib Ant")),
    ("MH_Dynamic_BF08.c3d", ("LTA", "RTA", "LMG", "RMG")),
    ("PiG_Motion-FlatFoot-One.c3d", ("R_RF", "R_ST", "R_TA", "R_GL", "R_PE", "L_ST", "L_TA", "L_GL")),
    ("type-4a.c3d", ("RTRE", "RTTI", "RTGA", "RTHA", "LTRE", "LTTI", "LTGA", "LTHA")),
    ("vicon_zerowire.c3d", ("EMG 1", "EMG 2", "EMG 3", "EMG 5", "EMG 6", "EMG 7")),
    ("sub_labels.c3d", ("EMG9", "EMG6")),
]
BAD = [
    ("PlugInC3D.c3d", tuple(f"EMG{i}" for i in range(1, 17)), "tones"),
    ("treadmill_events.c3d", tuple(str(i) for i in range(1, 13)), "hum"),
    ("gait-pig.c3d", tuple(f"EMG{i}" for i in range(1, 11)), "quantisation"),
    ("HC036A10.c3d", ("R Gast", "L Spare", "R Spare", "L Tib Post"), "clipping"),
    ("sub_labels.c3d", ("EMG3", "EMG4"), "clipping"),
    ("sub_labels.c3d", ("EMG11", "EMG16"), "tones"),
    ("vicon_zerowire.c3d", ("EMG 8",), "hum"),
    ("Gait with EMG.c3d", ("",), "flat_line"),
    ("HC036A10.c3d", ("L Tib Post", "L Spare", "R Spare"), "hum"),
]
DEAD = [
    ("HC002D06.c3d", ("L Rect", "L Hams", "L Gast", "L Tib Ant", "R Spare", "R Tib Post")),
    ("HC032A03.c3d", ("R Rect", "R Hams", "R Gast", "R Tib Ant", "L Spare", "R Spare", "L Tib Post")),
    ("HC033A10.c3d", ("L Rect", "L Hams", "L Gast", "L Tib Ant", "L Spare", "R Spare")),
    ("HC036A10.c3d", ("R Rect", "R Hams", "R Tib Ant", "R Tib Post")),
    ("PiG_Motion3_FF.c3d", tuple(f"EMG{i}" for i in range(1, 17))),
]
"""White noise of the input, no muscle: the side that was not recorded, or nothing connected at all."""


def channels(path):
    import ezc3d

    file = ezc3d.c3d(str(path))
    analog = file["parameters"]["ANALOG"]
    labels = [label.removeprefix("Voltage.") for label in analog["LABELS"]["value"]]
    return labels, file["data"]["analogs"][0], float(analog["RATE"]["value"][0])


def loudness_masks(emg_uv, rate_hz):
    """Quiet and active by the loudness over 50 ms: crude, and independent of the detectors."""
    sos = signal.butter(2, 20.0, "highpass", fs=rate_hz, output="sos")
    rms = np.sqrt(ndimage.uniform_filter1d(signal.sosfiltfilt(sos, emg_uv) ** 2, round(0.05 * rate_hz)))
    base = np.percentile(rms, 10)
    return rms < 2 * base, rms > 4 * base


def rows_of(samples, rate_hz):
    emg_uv = samples * 1e6
    quiet, active = loudness_masks(emg_uv, rate_hz)
    return quality.check_trial(emg_uv, rate_hz, trial="walk", quiet=quiet, active=active, n_used_cycles=3)


@pytest.mark.parametrize(("name", "labels"), GOOD, ids=[name for name, _ in GOOD])
def test_good_channels_are_usable(shared_data, name, labels):
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / name)
    for label in labels:
        rows = rows_of(data[found.index(label)], rate_hz)
        verdict, why = quality.overall(rows)
        assert verdict in ("good", "limited"), (label, why)
        # and what limits them is not taken for interference
        limited = {row["check"] for row in rows if row["verdict"] == "limited"}
        assert not limited & {"tones", "flat_line", "quantisation"}, label


@pytest.mark.parametrize(("name", "labels", "check"), BAD, ids=[f"{name} {check}" for name, _, check in BAD])
def test_bad_channels_are_not_usable(shared_data, name, labels, check):
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / name)
    for label in labels:
        rows = {row["check"]: row for row in rows_of(data[found.index(label)], rate_hz)}
        assert rows[check]["verdict"] == "not usable", (label, rows[check])


@pytest.mark.parametrize(("name", "labels"), DEAD, ids=[name for name, _ in DEAD])
def test_dead_inputs_are_named(shared_data, name, labels):
    """Not usable where bursts were found in the noise, otherwise a silent muscle cannot be excluded."""
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / name)
    for label in labels:
        row = {r["check"]: r for r in rows_of(data[found.index(label)], rate_hz)}["open_wire"]
        assert row["verdict"] in ("not usable", "not determinable"), label
        assert "white up to half the rate" in row["advice"]


@pytest.mark.parametrize(("name", "labels"), GOOD, ids=[name for name, _ in GOOD])
def test_good_channels_have_no_fault_of_wire_or_form(shared_data, name, labels):
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / name)
    for label in labels:
        rows = {r["check"]: r["verdict"] for r in rows_of(data[found.index(label)], rate_hz)}
        assert {rows[check] for check in ("open_wire", "baseline_step", "ecg", "rectified")} == {"good"}, (
            label
        )


def test_gaps_of_telemetry_are_found_in_good_channels(shared_data):
    """Straight lines of some 30 ms in the middle of the signal, seen by eye."""
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / "HC032A03.c3d")
    row = {r["check"]: r for r in rows_of(data[found.index("L Tib Ant")], rate_hz)}["intermittent_contact"]
    assert row["verdict"] == "limited"
    assert "0.73-0.76 s" in row["where"]


def test_swings_at_contact_are_told_from_bursts(shared_data):
    """The medial gastrocnemius of S3 swings once a stride; the tibialis anterior beside it does not."""
    import emgkit

    path = shared_data / "gait_burst_labels" / "2018_S3_NO_FLOAT_T2.c3d"
    events = emgkit.read_events(path)
    contacts = events[(events.kind == "foot_contact") & (events.side == "left")].time_s.to_numpy()
    found, data, rate_hz = channels(path)
    value = {}
    for label in ("LMG", "LTA"):
        emg_uv = data[found.index(label)] * 1e6
        quiet, active = loudness_masks(emg_uv, rate_hz)
        rows = quality.check_trial(
            emg_uv,
            rate_hz,
            trial="walk",
            quiet=quiet,
            active=active,
            contact_s=np.sort(contacts),
            n_used_cycles=3,
        )
        value[label] = next(r["value"] for r in rows if r["check"] == "movement_artefact")
    assert value["LMG"] >= 40.0
    assert value["LTA"] < 20.0


@pytest.mark.parametrize("label", ["EMG1", "EMG2", "EMG5", "EMG7", "EMG8", "EMG10"])
def test_saturated_channels_say_so(shared_data, label):
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / "sub_labels.c3d")
    samples = data[found.index(label)]
    row = {r["check"]: r for r in rows_of(samples, rate_hz)}["clipping"]
    # the converter's rails are -2048 and 2047 counts
    assert row["value"] == pytest.approx(100 * np.mean(np.abs(samples) >= 2044), rel=0.05)
    assert row["verdict"] == "limited"


def test_a_low_rate_is_said_of_every_recording_at_1_khz(shared_data):
    found, data, rate_hz = channels(shared_data / "c3d_gait_emg" / "HC002D06.c3d")
    row = {r["check"]: r for r in rows_of(data[found.index("R Gast")], rate_hz)}["band"]
    assert (row["verdict"], row["value"]) == ("limited", 500.0)
    assert "ISEK" in row["advice"]


def test_a_trial_with_hand_labelled_bursts_in_which_one_channel_is_hum(shared_data):
    found, data, rate_hz = channels(shared_data / "gait_burst_labels" / "2018_S1_FLOAT_T1.c3d")
    verdicts = {
        label: {r["check"]: r["verdict"] for r in rows_of(data[found.index(label)], rate_hz)}["hum"]
        for label in ("LTA", "RTA", "LMG", "RMG")
    }
    assert verdicts == {"LTA": "not usable", "RTA": "good", "LMG": "good", "RMG": "good"}


def test_gentle_contraction_at_4_khz_by_needle_is_clean(shared_data):
    raw = np.fromfile(shared_data / "intramuscular" / "emg_healthy.dat", dtype="<i2").astype(np.float64)
    rows = {r["check"]: r for r in quality.check_trial(raw, 4000.0, trial="n", n_used_cycles=1)}
    for check in ("hum", "tones", "clipping", "flat_line", "band"):
        assert rows[check]["verdict"] == "good", rows[check]
