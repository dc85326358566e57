"""Pictures are asked for where the app is served, also below a path of its own."""

import pytest

from core.messages.isolate import isolate
from pages._shared import item_view


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "/api/v1/items/ab"), ("care", "/care/api/v1/items/ab"), ("/care/", "/care/api/v1/items/ab")],
)
def test_address_honours_the_base_path(base, address, monkeypatch):
    monkeypatch.setattr(item_view.st, "get_option", {"server.baseUrlPath": base}.get)
    assert item_view.address("ab") == address


def test_a_record_keeps_each_value_apart_from_what_stands_beside_it():
    cell = {"name": "\N{HEBREW LETTER ALEF}", "value": "<b>", "unusual": True, "usual": "1 to 7"}
    assert item_view.record([cell]).count("<bdi>") == 3
    assert "<bdi>&lt;b&gt;</bdi>" in item_view.record([cell])


@pytest.mark.parametrize(
    "name", ["\N{HEBREW LETTER ALEF} (1)", "\N{ARABIC LETTER ALEF}", "a\N{RIGHT-TO-LEFT OVERRIDE}b"]
)
def test_only_names_that_turn_their_sentence_are_set_apart(name):
    assert isolate(name) == f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    assert isolate("Ja (1)") == "Ja (1)"
