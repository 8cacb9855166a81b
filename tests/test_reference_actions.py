"""The table of movements: every muscle, sourced, and never the same movement on both sides."""

import re

from emgkit import muscles, reference


def test_every_muscle_that_is_known_has_a_row():
    assert set(reference.actions()) == set(muscles.MUSCLES)
    assert reference.action_of("no_such_muscle") is None


def test_every_row_is_whole_and_its_source_stated():
    for name, action in reference.actions().items():
        assert action.muscle == name
        assert len(action.confirms) > 8
        assert "(" in action.refutes  # each refuting movement names the neighbour that it points to
        assert "anatomy texts" in action.source
        assert action.status == reference.ACTION_STATUS == "secondary, check"


def test_what_refutes_does_not_name_the_muscle_itself():
    for name, action in reference.actions().items():
        neighbours = re.findall(r"\(([^)]*)\)", action.refutes)
        assert name.replace("_", " ") not in {one.strip() for group in neighbours for one in group.split(",")}


def test_tibialis_posterior_is_told_from_the_long_flexors_of_the_toes():
    action = reference.action_of("tibialis_posterior")
    assert "inversion with plantar flexion" in action.confirms
    assert "flexor digitorum longus" in action.refutes
    assert "flexor hallucis longus" in action.refutes
