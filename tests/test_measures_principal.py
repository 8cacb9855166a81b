"""Principal activations of walks whose recurring patterns are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from test_measures_summary import burst_rows, cycle_rows

from emgkit import table_values
from emgkit.measures.principal import clusters, principal_table, runs_on_circle
from emgkit.measures.summary import count_bursts


def principal(patterns, walking=True, spread=0.3):
    """Cycles of (onset, offset) pairs, one list for each."""
    rng = np.random.default_rng(8)
    edges = [
        (i, on + spread * rng.normal(), off + spread * rng.normal())
        for i, pairs in enumerate(patterns, start=1)
        for on, off in pairs
    ]
    counted = count_bursts(
        table_values.build("cycles", cycle_rows(len(patterns))),
        table_values.build("bursts", burst_rows(edges)),
        cyclic=walking,
    )
    return principal_table(counted, walking=walking)


def test_one_pattern_is_its_own_principal_activation():
    row = principal([[(60, 108)]] * 120).iloc[0]
    assert (row.activation, row.why, row.n_cycles) == (1, "none", 120)
    assert row.onset_pct == pytest.approx(60, abs=1)
    assert row.offset_pct == pytest.approx(108, abs=1)
    assert row.share_pct == 100


def test_only_what_all_recurring_patterns_share_is_principal():
    """Two thirds of the strides go on into mid stance, and a quarter have a second burst of their own."""
    t = principal([[(60, 105)]] * 40 + [[(60, 125)]] * 50 + [[(30, 38), (58, 104)]] * 30)
    assert len(t) == 1
    row = t.iloc[0]
    assert row.onset_pct == pytest.approx(60, abs=1)
    assert row.offset_pct == pytest.approx(104, abs=1)
    assert row.n_clusters >= 3  # two of one burst, one or more of two


def test_two_bursts_in_every_pattern_are_two_principal_activations():
    t = principal([[(10, 25), (60, 80)]] * 110)
    assert t.activation.tolist() == [1, 2]
    assert t.onset_pct.tolist() == pytest.approx([10, 60], abs=1)
    assert t.offset_pct.tolist() == pytest.approx([25, 80], abs=1)


def test_a_pattern_of_few_strides_has_no_say():
    t = principal([[(60, 105)]] * 110 + [[(20, 40)]] * 8)
    assert t.onset_pct.tolist() == pytest.approx([60], abs=1)
    assert t.share_pct.item() == pytest.approx(100 * 110 / 118)


def test_patterns_that_share_nothing_have_none():
    row = principal([[(60, 80)]] * 60 + [[(20, 40)]] * 60).iloc[0]
    assert np.isnan(row.onset_pct)
    assert "nowhere all on" in row.why


@pytest.mark.parametrize(
    ("patterns", "walking", "why"),
    [
        ([[(60, 105)]] * 27, True, "27 cycles found, 100 needed"),
        ([[]] * 120, True, "no number of bursts but 0 occurs in 12 cycles"),
        ([[(60, 80)]] * 120, False, "only for walking: pauses lie between repetitions"),
    ],
)
def test_where_there_is_none_it_says_why(patterns, walking, why):
    t = principal(patterns, walking)
    assert t.why.tolist() == [why]
    assert t[["onset_pct", "offset_pct"]].isna().all(axis=None)


def test_two_groups_are_told_apart():
    rng = np.random.default_rng(0)
    edges = np.vstack([rng.normal((60, 105), 1.5, (80, 2)), rng.normal((60, 125), 1.5, (40, 2))])
    label = clusters(edges)
    assert sorted(np.bincount(label)[1:]) == [40, 80]
    # the cut that was chosen is one of the tree's own
    tree = linkage(edges, "complete", metric="cityblock")
    np.testing.assert_array_equal(
        label == label[0], fcluster(tree, 2, "maxclust") == fcluster(tree, 2, "maxclust")[0]
    )


def test_cycles_that_are_all_alike_are_one_cluster():
    assert clusters(np.tile([60.0, 105.0], (12, 1))).tolist() == [1] * 12


@pytest.mark.parametrize("n", [10, 30, 100])
def test_few_cycles_are_not_left_alone(n):
    """The quotient that chooses the cut is least where hardly anything is joined."""
    for seed in range(20):
        edges = np.random.default_rng(seed).normal((30, 38, 58, 104), 0.4, (n, 4))
        sizes = np.bincount(clusters(edges))[1:]
        assert np.count_nonzero(sizes == 1) <= 0.5 * n
        assert sizes.max() >= 0.1 * n


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_runs_on_the_circle_are_what_is_on(bits):
    on = np.array(bits)
    found = np.zeros(on.size, dtype=int)
    for start, stop in runs_on_circle(on):
        assert 0 <= start < on.size
        found[np.arange(start, stop) % on.size] += 1
    np.testing.assert_array_equal(found, on.astype(int))
