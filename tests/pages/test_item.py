"""Pictures are asked for where the app is served, also below a path of its own."""

import pytest

from pages import _item


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "/api/v1/items/ab"), ("care", "/care/api/v1/items/ab"), ("/care/", "/care/api/v1/items/ab")],
)
def test_address_honours_the_base_path(base, address, monkeypatch):
    monkeypatch.setattr(_item.st, "get_option", {"server.baseUrlPath": base}.get)
    assert _item.address("ab") == address
