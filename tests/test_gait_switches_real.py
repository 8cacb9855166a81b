"""Real recordings: insoles as separate and coded switches, force cells, and foot switches that are dead."""

import ezc3d
import numpy as np
import pytest

from emgkit import list_channels
from emgkit.errors import InputError
from emgkit.gait.states import form, heel_rise_s, sequences
from emgkit.gait.switches import decode
from emgkit.model import Switch
from emgkit.settings import GaitSettings

SITES = {"heel": "HEEL", "fifth_metatarsal": "MT5", "first_metatarsal": "MT1"}
LADDER = {"heel": 0.5, "fifth_metatarsal": 1.0, "first_metatarsal": 2.0}
DEFAULT, LADDER_GIVEN = GaitSettings(), GaitSettings(coded_levels_v=LADDER)
COUNTS = [("L", 115), ("R", 114)]


def analog(path):
    """Return the analog channels of a C3D file by label, and their rate."""
    c3d = ezc3d.c3d(str(path))
    labels = c3d["parameters"]["ANALOG"]["LABELS"]["value"]
    volts = c3d["data"]["analogs"][0]
    return dict(zip(labels, volts, strict=False)), float(c3d["header"]["analogs"]["frame_rate"])


@pytest.fixture(scope="module")
def insoles(shared_data):
    return analog(shared_data / "footswitch" / "pin2gpi_footswitch.c3d")


@pytest.fixture(scope="module")
def force_cells(shared_data):
    return np.loadtxt(shared_data / "footswitch" / "GaCo01_01.txt")


def of_side(insoles, side):
    data, rate_hz = insoles
    separate = {site: Switch(site, side + name, data[side + name], rate_hz) for site, name in SITES.items()}
    return separate, {"coded": Switch("coded", side + "FSW", data[side + "FSW"], rate_hz)}


@pytest.mark.parametrize(("side", "n"), COUNTS)
def test_separate_and_coded_switches_give_the_same_contacts(insoles, side, n):
    separate, coded = of_side(insoles, side)
    a, b, c = decode(separate, DEFAULT), decode(coded, DEFAULT), decode(coded, LADDER_GIVEN)
    heel = decode({"heel": separate["heel"]}, DEFAULT)
    assert heel.contact_s.size == a.contact_s.size == b.contact_s.size == n
    np.testing.assert_array_equal(b.contact_s, c.contact_s)
    np.testing.assert_array_equal(b.foot_off_s, c.foot_off_s)
    # the insoles were sampled at 100 Hz, and coded at 0.75 V: about 17 % of the span of a cell
    np.testing.assert_allclose(b.contact_s, a.contact_s, atol=0.0101)
    np.testing.assert_allclose(b.foot_off_s, a.foot_off_s, atol=0.0201)
    assert np.median(np.abs(b.contact_s - a.contact_s)) < 1e-9
    assert a.left_out == b.left_out == c.left_out == ()


@pytest.mark.parametrize(("side", "n"), COUNTS)
def test_what_each_switch_adds_is_found_as_it_is_documented(insoles, side, n):
    _, coded = of_side(insoles, side)
    assert "sums of switches of 0.5, 1, 2 V" in decode(coded, DEFAULT).levels[0]


@pytest.mark.parametrize(("side", "n"), COUNTS)
def test_separate_and_coded_switches_give_the_same_states(insoles, side, n):
    separate, coded = of_side(insoles, side)
    a, c = decode(separate, DEFAULT), decode(coded, LADDER_GIVEN)
    orders = [sequences(x.states, x.contact_s[:-1], x.contact_s[1:]) for x in (a, c)]
    assert {form(order) for order in orders[0] + orders[1]} == {"typical", "flat_first"}
    # where they differ, the heel leads by one sample of the insoles more or less than the debounce
    assert np.mean([x == y for x, y in zip(*orders, strict=True)]) > 0.9
    rises = [heel_rise_s(x.states, x.contact_s[:-1], x.contact_s[1:]) for x in (a, c)]
    np.testing.assert_allclose(rises[0], rises[1], atol=0.0301)


@pytest.mark.parametrize(
    ("name", "channels"),
    [("2198928", ("LFSW", "RFSW")), ("gait-pig", ("LFS", "RFS")), ("gait-raw", ("LFS", "RFS"))],
)
@pytest.mark.parametrize("site", ["contact", "heel", "coded"])
def test_dead_foot_switches_are_refused_by_name(shared_data, name, channels, site):
    data, rate_hz = analog(shared_data / "c3d_gait_emg" / f"{name}.c3d")
    for label in channels:
        with pytest.raises(InputError, match=rf"^{label}: .*foot switch: (it is dead|it floats|its levels)"):
            decode({site: Switch(site, label, data[label], rate_hz)}, DEFAULT)


def test_no_other_recording_names_a_foot_switch(shared_data):
    """So that the test above has all of them."""
    found = set()
    for path in (shared_data / "c3d_gait_emg").glob("*.c3d"):
        table = list_channels(path)
        found |= {(path.stem, label) for label in table.loc[table["kind"] == "switch", "label"]}
    assert found == {
        (stem, side + word)
        for stem, word in (("2198928", "FSW"), ("gait-pig", "FS"), ("gait-raw", "FS"))
        for side in "LR"
    }


CELLS = {"heel": (0, 1), "first_metatarsal": (2, 3, 4, 5), "toe": (6, 7)}
"""Cells of a sole that are loaded first, then, and last."""


def by_threshold(force, newton):
    """Return contacts as the force passes a threshold, with 100 ms of debounce, sample by sample."""
    on, contacts, off_for = bool(force[0] > newton), [], 0
    for k, value in enumerate(force):
        if value > newton:
            if not on and off_for >= 10:
                contacts.append(k)
            on, off_for = True, 0
        else:
            off_for += 1
            on = on and off_for < 10
    return (np.array(contacts) - 0.5) / 100.0


@pytest.mark.parametrize("first", [1, 9])
def test_force_cells_agree_with_a_plain_threshold(force_cells, first):
    cells = force_cells[:, first : first + 8]
    switches = {
        site: Switch(site, site, cells[:, list(own)].sum(axis=1) / 100, 100.0) for site, own in CELLS.items()
    }
    contacts = decode(switches, DEFAULT)
    # 100 N are about a fifth of what a cell group bears
    expected = np.unique(np.concatenate([by_threshold(cells.sum(axis=1), 100.0)]))
    assert contacts.contact_s.size == expected.size
    assert np.abs(contacts.contact_s - expected).max() < 0.0801
    assert np.median(np.abs(contacts.contact_s - expected)) <= 0.0101
    orders = sequences(contacts.states, contacts.contact_s[:-1], contacts.contact_s[1:])
    assert np.mean([form(order) == "typical" for order in orders]) > 0.85
