"""Which channel a name means, for any labels; units in every spelling."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from emgkit import units
from emgkit.errors import InputError
from emgkit.io.channels import Channel, find, nature, pick_emg

LABELS = st.lists(
    st.one_of(
        st.sampled_from(
            ["LTA", "RTA", "lta", "TA", "Voltage.L TA", "EMG1", "EMG10", "#2", "", "dup", "FSW_L"]
        ),
        st.text(max_size=12),
    ).map(str.strip),
    min_size=1,
    max_size=8,
)


def channels_of(labels, descriptions=None):
    descriptions = descriptions or [""] * len(labels)
    pairs = zip(labels, descriptions, strict=True)
    return [Channel(i, label, description, "V", 1000.0, 10) for i, (label, description) in enumerate(pairs)]


def picked(channels, name):
    return find(channels, name, file="a.c3d", what="EMG", option="--emg ")


@given(LABELS)
@settings(deadline=None)
def test_a_label_that_stands_once_means_its_channel(labels):
    channels = channels_of(labels)
    for channel in channels:
        if channel.label and labels.count(channel.label) == 1:
            assert picked(channels, channel.label) == channel
            assert picked(channels, f"  {channel.label} ") == channel


@given(LABELS)
@settings(deadline=None)
def test_a_number_means_its_channel_unless_a_label_is_like_it(labels):
    assume(not any("#" in label for label in labels))
    channels = channels_of(labels)
    for channel in channels:
        assert picked(channels, channel.number) == picked(channels, channel.index + 1) == channel


@given(LABELS, st.text(min_size=1, max_size=12))
@settings(deadline=None)
@example(["LTA", "RTA"], "TA")
def test_whatever_is_asked_for_the_answer_holds_it_or_asks_back(labels, name):
    channels = channels_of(labels)
    try:
        channel = picked(channels, name)
    except InputError:
        return
    assert name.strip().casefold() in channel.label.casefold() or name.strip() == channel.number
    # nobody else has the same label
    assert labels.count(channel.label) == 1 or name.strip() == channel.number


@given(LABELS, st.sampled_from(["Tib Post", "fine wire 3", "EMG"]))
@settings(deadline=None)
def test_a_description_is_asked_after_the_labels(labels, name):
    assume(not any(name.casefold() in label.casefold() for label in labels))
    descriptions = [""] * (len(labels) - 1) + [f"Analog {name}"]
    channels = channels_of(labels, descriptions)
    assert picked(channels, name) == channels[-1]
    twice = channels_of([*labels, "another"], [*descriptions, f"{name} too"])
    with pytest.raises(InputError, match="more than one channel answers"):
        picked(twice, name)


@given(LABELS)
@settings(deadline=None)
def test_a_wire_is_picked_only_if_it_is_the_only_one(labels):
    channels = channels_of(labels)
    wires = [channel for channel in channels if nature(channel).kind == "emg"]
    if len(wires) == 1:
        assert pick_emg(channels, file="a.c3d") == wires[0]
    else:
        with pytest.raises(InputError):
            pick_emg(channels, file="a.c3d")


SPELLINGS = {
    "V": ["V", "volt", "Volts"],
    "mV": ["mV", "MV", "mVolt", "mVolts", "millivolt", "Millivolts"],
    "uV": ["uV", "\u00b5V", "\u03bcV", "uVolts", "\u00b5volt", "microvolt", "microVolts"],
    "nV": ["nV", "nVolts", "nanovolt", "nanovolts"],
}


@given(
    st.sampled_from([(symbol, word) for symbol, words in SPELLINGS.items() for word in words]),
    st.sampled_from(["{}", " {}", "{}  "]),
    st.sampled_from([str, str.lower, str.upper]),
)
def test_a_unit_has_many_spellings_and_one_size(pair, place, case):
    symbol, word = pair
    written = place.format(case(word))  # the capital of both micro signs is a Greek M
    assert units.is_voltage(written)
    assert units.symbol(written) == symbol
    assert units.volts_per(written, where="", mend="") == 1000.0 ** -list(SPELLINGS).index(symbol)
    assert units.ratio(written, symbol) == 1.0


@given(st.text(max_size=10))
def test_no_other_word_is_a_unit(word):
    known = {spelling.lower() for words in SPELLINGS.values() for spelling in words} | {"uvolt", "nvolt"}
    known |= {"microvolts", "millivolts", "\u00b5volts", "\u03bcvolt", "\u03bcvolts"}
    assume(word.strip().lower() not in known)
    assert not units.is_voltage(word)
    with pytest.raises(InputError):
        units.volts_per(word, where="a.c3d", mend="give it")


@pytest.mark.parametrize("unit", units.SYMBOLS)
def test_ratios_are_powers_of_ten(unit):
    for other in units.SYMBOLS:
        assert units.ratio(unit, other) * units.ratio(other, unit) == pytest.approx(1)
    assert units.ratio("V", "uV") == 1e6
