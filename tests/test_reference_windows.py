"""The reference table, its scaling, and arithmetic on the circle."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit import muscles
from emgkit.reference import scaled_pct, shipped
from emgkit.reference.arcs import Arc, aligned, arc, overlap


def windows_for(muscle):
    found = shipped().find(muscle)
    return found[1] if found else ()


def test_the_table_is_the_one_it_was_taken_from(shared_reference):
    path = shared_reference / "timing_windows.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    taken = [
        (w.muscle, w.variant, w.burst, w.onset_pct, w.offset_pct, w.source, w.status)
        for muscle in dict.fromkeys(row["muscle"] for row in rows)
        for w in windows_for(muscle)
    ]
    expected = [
        (
            row["muscle"],
            row["variant"],
            int(row["burst"]),
            float(row["onset_pct"]),
            float(row["offset_pct"]),
            row["source"],
            row["status"],
        )
        for row in rows
    ]
    assert taken == expected
    assert len({row["muscle"] for row in rows}) == 27


def test_every_muscle_of_the_table_is_a_known_name_and_starts_with_its_usual_pattern():
    for muscle in muscles.MUSCLES:
        windows = windows_for(muscle)
        if windows:
            assert windows[0].variant == "usual"
            assert all(0 <= w.onset_pct < 100 and 0 < w.offset_pct <= 100 for w in windows)
            assert all(w.source and w.status for w in windows)
    (reference,) = shipped().references
    assert (reference.name, reference.version) == ("perry_1992", "1")


@pytest.mark.parametrize(
    "muscle", ["flexor_carpi_ulnaris", "gluteus_maximus", "hamstrings", "", "no_muscle", None]
)
def test_an_unknown_muscle_has_no_windows(muscle):
    assert windows_for(muscle) == ()


@pytest.mark.parametrize("head", ["gastrocnemius_medialis", "gastrocnemius_lateralis"])
def test_the_heads_of_the_gastrocnemius_use_the_whole_and_say_so(head):
    assert windows_for(head) == windows_for("gastrocnemius")
    assert {w.muscle for w in windows_for(head)} == {"gastrocnemius"}


@given(st.floats(0, 100), st.floats(1, 99))
@settings(deadline=None)
def test_scaling_keeps_contacts_foot_off_and_order(pct, foot_off):
    assert scaled_pct(0, foot_off) == 0
    assert scaled_pct(62, foot_off) == pytest.approx(foot_off)
    assert scaled_pct(100, foot_off) == pytest.approx(100)
    assert (scaled_pct(pct, foot_off) <= foot_off + 1e-9) == (pct <= 62)
    assert scaled_pct(pct, 62) == pytest.approx(pct)


positions = st.floats(0, 99.9)


def on_grid(a):
    """Second implementation: the arc as marked points of a circle of 10 000."""
    marked = np.zeros(10_000, dtype=bool)
    marked[np.arange(round(a.on * 100), round(a.off * 100)) % 10_000] = True
    return marked


@given(positions, st.floats(0.5, 99), positions, st.floats(0.5, 99))
@settings(deadline=None)
def test_overlap_is_that_of_marked_points(on_a, length_a, on_b, length_b):
    a, b = Arc(on_a, on_a + length_a), Arc(on_b, on_b + length_b)
    assert overlap(a, b) == pytest.approx(np.count_nonzero(on_grid(a) & on_grid(b)) / 100, abs=0.05)
    assert overlap(a, b) == pytest.approx(overlap(b, a))
    assert overlap(a.moved(100), b) == pytest.approx(overlap(a, b))


def test_arcs_cross_the_contact_and_align_without_wrapping_a_large_difference():
    assert arc(90, 10) == Arc(90, 110)
    assert arc(10, 10).length == 100
    # on for 96 %: the offset is 54 % late, not 46 % early
    assert aligned(Arc(6, 102), Arc(6, 48)) == Arc(6, 102)
    assert aligned(Arc(95, 112), Arc(0, 15)) == Arc(-5, 12)
    assert aligned(Arc(2, 9), Arc(93, 120)) == Arc(102, 109)
