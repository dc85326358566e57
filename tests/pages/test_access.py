"""Who may see what: a page that is not allowed says so, and its guard raises even if it is reached."""

import pytest

from core.access import Person
from core.errors import AccessError
from pages import _frame, _nav, _person


def test_without_sign_in_there_is_the_local_person_with_every_role(home):
    assert _person.current().name == "local"


def test_denied_page_shows_no_content(home, visit, monkeypatch):
    monkeypatch.setattr(_person, "current", lambda: Person("ann", frozenset({"stakeholder"})))
    app = visit("health")
    assert not app.exception
    with pytest.raises(ValueError, match="retrain"):
        app.switch_page("retrain.py")


def test_guard_is_the_second_wall(monkeypatch):
    monkeypatch.setattr(_person, "current", lambda: Person("ann", frozenset({"stakeholder"})))
    with pytest.raises(AccessError):
        _frame.guard("engineer")


def test_every_page_file_is_in_the_navigation_with_a_role():
    names = {name for _, name, _, _ in _nav.PAGES}
    files = {path.stem for path in _nav.Path(_nav.__file__).parent.glob("[a-z]*.py")}
    assert names == files
