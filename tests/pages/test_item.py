"""Pictures are asked for where the app is served, also below a path of its own."""

import pytest

from pages._shared import item_view


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "/api/v1/items/ab"), ("care", "/care/api/v1/items/ab"), ("/care/", "/care/api/v1/items/ab")],
)
def test_address_honours_the_base_path(base, address, monkeypatch):
    monkeypatch.setattr(item_view.st, "get_option", {"server.baseUrlPath": base}.get)
    assert item_view.address("ab") == address
