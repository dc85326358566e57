"""Broken here: the reference of the front door says something else than the docstrings."""

import inspect

import caretaker
from docs.make_reference import PAGE, render


def test_the_page_is_that_of_the_docstrings():
    assert PAGE.read_text(encoding="utf-8") == render(), "run python -m docs.make_reference"


def test_every_argument_is_documented_and_every_verb_has_an_example():
    for name in caretaker.__all__:
        value = getattr(caretaker, name)
        if inspect.isclass(value):
            continue
        for argument in inspect.signature(value).parameters:
            assert f"\n    {argument}: " in inspect.getdoc(value), (name, argument)
        assert (
            ">>> caretaker." in value.__doc__
            or "= caretaker." in value.__doc__
            or "with caretaker." in value.__doc__
        )
