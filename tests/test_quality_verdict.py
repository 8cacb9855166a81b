"""The verdict on a session: its grade and the sentence why, whatever made it."""

import pytest

from emgkit import quality


def row(check, verdict="good", trial="walk"):
    return {"check": check, "verdict": verdict, "trial": trial}


CLEAN = [row("activity"), row("snr"), row("cycles", trial="all")]


def test_all_good_is_an_a():
    found = quality.judge(CLEAN)
    assert (found.grade, found.why) == ("A", "Timing and magnitude can be read: all 3 checks passed.")


@pytest.mark.parametrize(
    ("limited", "why"),
    [
        ("band", "Timing can be read. Magnitude with limits: band."),
        ("foot_off", "Magnitude can be read. Timing with limits: foot off."),
        ("snr", "Timing and magnitude with limits: SNR."),
    ],
)
def test_a_b_says_what_each_limit_concerns(limited, why):
    found = quality.judge([*CLEAN, row(limited, "limited")])
    assert (found.grade, found.why) == ("B", why)


def test_what_could_not_be_checked_is_no_pass():
    found = quality.judge([*CLEAN, row("tones", "not determinable")])
    assert found.grade == "B"
    assert found.why == "Timing and magnitude can be read. Could not be checked: tones."


def test_one_bad_trial_forbids_the_session_and_says_how_to_go_on():
    rows = [*CLEAN, row("activity", trial="walk_2"), row("hum", "not usable", "walk_2"), row("hum")]
    found = quality.judge(rows)
    assert found.grade == "C"
    assert found.why.startswith("Do not read: hum (walk_2).")
    assert "analysed without it" in found.why
    whole = quality.judge([*rows, row("hum", "not usable"), row("cycles", "not usable", "all")])
    assert whole.why == "Do not read: hum (every trial); too few cycles."


def test_many_trials_are_counted():
    rows = [row("hum", "limited" if n else "good", f"w{n}") for n in range(6)]
    assert quality.judge(rows + CLEAN).why.endswith("hum (w1, w2, w3 and 2 more).")


def test_no_sign_of_activity_is_a_c_until_a_maximum_test_shows_that_the_wire_works():
    silent = [row("activity", "not determinable"), row("snr", "not determinable")]
    assert quality.judge(silent).grade == "C"
    assert "look alike" in quality.judge(silent).why
    assert quality.judge(silent, wire_works=True).grade == "B"
    assert quality.judge([*silent, row("activity", "limited", "w2")]).grade == "B"


def test_rest_and_maximum_limit_and_never_forbid():
    found = quality.judge(CLEAN, [row("hum", "not usable", "mmt"), row("rest_level", "limited", "rest")])
    assert found.grade == "B"
    assert "hum (mmt); rest level (rest)" in found.why


def test_no_rows_at_all_is_no_pass():
    assert quality.judge([]).grade == "C"
