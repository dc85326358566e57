"""Who may see what: a page that is not allowed says so, and its guard raises even if it is reached."""

import pytest
from streamlit.testing.v1 import AppTest

from core.access import Person
from core.errors import AccessError
from core.settings import PROJECT
from pages._shared import navigation, page_context, visitor


def test_without_sign_in_there_is_the_local_person_with_every_role(home):
    assert visitor.current().name == "local"


def test_denied_page_shows_no_content(home, visit, monkeypatch):
    monkeypatch.setattr(visitor, "current", lambda: Person("ann", frozenset({"stakeholder"})))
    app = visit("health")
    assert not app.exception
    with pytest.raises(ValueError, match="retrain"):
        app.switch_page("retrain.py")


@pytest.mark.parametrize("roles", [{"stakeholder"}, {"stakeholder", "expert"}, {"stakeholder", "engineer"}])
def test_health_links_to_what_a_person_may_see(roles, home, visit, monkeypatch):
    """A link to a page that is not there for a person would take the whole of Health away."""
    monkeypatch.setattr(visitor, "current", lambda: Person("ann", frozenset(roles)))
    app = visit("health")
    assert not app.exception
    found = {each.proto.page for each in app.get("page_link")} - {"health", "history", ""}
    assert found == {page for _, page, _, role in navigation.PAGES if role in roles} - {
        "health",
        "history",
        "overview",
    }


def test_the_root_says_who_may_not_see_health(home, monkeypatch):
    monkeypatch.setattr(visitor, "current", lambda: Person("ann", frozenset({"expert"})))
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60).run()
    assert not app.exception
    assert "may not see this page" in app.info[0].value


def test_an_empty_home_offers_setup_to_engineers_only(empty, visit, monkeypatch):
    monkeypatch.setattr(visitor, "current", lambda: Person("ann", frozenset({"stakeholder"})))
    app = visit("health")
    assert not app.exception
    assert "setup" not in {each.proto.page for each in app.get("page_link")}


def test_guard_is_the_second_wall(monkeypatch):
    monkeypatch.setattr(visitor, "current", lambda: Person("ann", frozenset({"stakeholder"})))
    with pytest.raises(AccessError):
        page_context.guard("engineer")


def test_every_page_file_is_in_the_navigation_with_a_role():
    names = {name for _, name, _, _ in navigation.PAGES}
    files = {path.stem for path in navigation.Path(navigation.__file__).parent.parent.glob("[a-z]*.py")}
    assert names == files
