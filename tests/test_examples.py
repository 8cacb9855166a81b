"""Every example in a docstring runs and shows what it says; every public function has what a reader needs."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import emgkit

MODULES = sorted(m.name for m in pkgutil.walk_packages(emgkit.__path__, "emgkit."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


FUNCTIONS = [n for n in emgkit.__all__ if inspect.isfunction(getattr(emgkit, n))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_document_every_parameter_and_their_errors(name):
    function = getattr(emgkit, name)
    text = inspect.getdoc(function)
    for parameter in inspect.signature(function).parameters:
        assert parameter.replace("_", "") in text.replace("_", ""), parameter
    assert "Raises\n------" in text
    assert "Returns\n-------" in text


def test_the_public_names_are_few():
    assert len(emgkit.__all__) <= 25
