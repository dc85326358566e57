"""Broken here: somebody reaches a page or a model of the table (`docs/who_may.py`) without the role."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.access import Person
from core.errors import AccessError
from core.services.annotation import labeller_grants
from core.services.deployment import proposals
from core.services.ingestion import api_tokens
from core.services.monitoring import overview
from core.settings import PROJECT
from core.store import models
from core.store.engine import reading, writing
from core.store.tables import Batch
from core.store.types import now
from docs.who_may import ACTIONS, PEOPLE
from pages._shared import page_context, visitor
from tests.pages.conftest import NAME

TABLE = {f"{kind}@example.org": [f"{kind}:{NAME}"] for kind in PEOPLE if kind != "nobody"}
PAGES = {action.page: action.may for action in ACTIONS if action.page}


@pytest.fixture
def come(monkeypatch):
    """Somebody comes to the pages: one of the four kinds, or with claims and roles of their own."""

    def sign_in(kind, table=TABLE, **claims):
        known = {"email": f"{kind}@example.org", "email_verified": True} | claims
        user = SimpleNamespace(is_logged_in=kind != "nobody", to_dict=lambda: known)
        monkeypatch.setattr(st, "user", user)
        monkeypatch.setattr(visitor, "signing_in", lambda: True)
        monkeypatch.setattr(visitor, "_roles", lambda: table)

    return sign_in


@pytest.fixture(autouse=True)
def with_sentences(monkeypatch):
    """What a person reads of an error comes from `app.py`; here the error itself is shown."""
    before = config.get_option("client.showErrorDetails")
    config.set_option("client.showErrorDetails", "full")
    yield
    config.set_option("client.showErrorDetails", before)


def open_alone(page):
    """The script of a page without the shell that stands before it: its second wall."""
    app = AppTest.from_file(PROJECT / "pages" / f"{page}.py", default_timeout=60)
    app.session_state["model"] = NAME
    return app.run()


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_lets_those_in_whom_the_table_names(page, kind, home, visit, come):
    come(kind)
    if kind in PAGES[page]:
        app = visit(page)
        assert not app.exception
        assert app.title[0].value == page.capitalize()
    elif kind == "nobody":
        app = open_alone(page)
        assert [button.key for button in app.button] == ["sign_in"]
    else:
        [refusal] = open_alone(page).exception
        assert f"This needs the role {PAGES[page][0]}" in refusal.message
        assert f"{kind}@example.org does not have it" in refusal.message


@pytest.mark.parametrize("kind", PEOPLE)
def test_the_way_around_has_the_pages_of_the_table_alone(kind, home, visit, come):
    come(kind)
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60).run()
    links = {each.proto.page for each in app.get("page_link")} - {"", "home"}
    allowed = {page for page, may in PAGES.items() if kind in may}
    assert links - {"health"} == allowed - {"health", "overview"}  # with one model there is no overview
    assert ("sign_out" in {button.key for button in app.button}) == (kind != "nobody")


def test_a_model_without_a_role_is_neither_offered_nor_opened(ws, visit, come):
    with writing(ws.engine) as session:
        spec = models.spec(session, NAME)
        other = models.add(session, type(spec).from_json(0, spec.to_json() | {"name": "secret"}))
        batch = {"content_hash": "hash", "source": "s", "rows": 1, "chunks": ["1"]}
        session.add(Batch(model_id=other.id, kind="training", **batch))
    come("engineer")
    assert {line.name for line in overview.model_lines(ws)} == {NAME, "secret"}
    come("stakeholder")
    assert "secret" not in str(visit("overview"))
    come("engineer")
    app = visit("setup", model="secret")
    assert "secret" not in app.selectbox(key="model").options
    assert "secret" not in str(app.dataframe[0].value)
    come("ann", {"ann@example.org": ["stakeholder", "engineer:secret"]})
    app = visit("health")
    app.selectbox(key="model").select(NAME).run()
    with pytest.raises(AccessError, match=f"role engineer of {NAME}"):
        page_context.guard("engineer", NAME)
    assert page_context.guard("engineer", "secret").name == "ann@example.org"
    assert f"role engineer of {NAME}" in open_alone("retrain").exception[0].message


def test_an_engineer_of_one_model_connects_none(home, visit, come):
    come("engineer")
    keys = {button.key for button in visit("setup").button}
    assert not {"connect_model", "start_demo"} & keys
    assert "draft" not in str(keys)
    assert (
        "role engineer" in visit("setup", draft="1").warning[0].value
        if visit("setup", draft="1").warning
        else True
    )


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "false"}, {"email": None}])
def test_an_address_that_the_provider_has_not_verified_has_no_role(claims, home, come):
    come("engineer", **claims)
    assert visitor.current().roles == frozenset()


def test_roles_are_looked_up_for_the_address_as_it_is(home, come):
    """Neither capitals nor look-alikes of an address open anything."""
    for address in ("Engineer@example.org", "engineer@example.org.evil.test", "\uff45ngineer@example.org"):
        come("engineer", email=address)
        assert visitor.current().roles == frozenset()
    come("odd", {"odd@example.org": ["owner", "engineers", "", "expert:"]})
    assert not any(visitor.current().at(NAME).roles)


def test_a_dialog_of_this_morning_asks_again_who_is_there(ws, come):
    """Dialogs, fragments and callbacks run without the first line of their page."""
    come("engineer")
    with reading(ws.engine) as session:
        spec = models.spec(session, NAME)
    person = page_context.guard("engineer", NAME)
    frame = page_context.Frame(ws, person.at(NAME), spec, "light", "engineer")
    frame.require_still()
    come("engineer", {})
    with pytest.raises(AccessError, match="role engineer"):
        frame.require_still()
    come("other", {"other@example.org": ["engineer"]})
    with pytest.raises(AccessError, match="Somebody else"):
        frame.require_still()


@pytest.mark.parametrize(
    ("role", "act"),
    [
        ("expert", lambda ws, who: labeller_grants.issue(ws.settings, who, NAME, now())),
        ("engineer", lambda ws, who: api_tokens.create(ws, NAME, "t", who)),
        ("engineer", lambda ws, who: api_tokens.revoke(ws, NAME, "t", who)),
        ("engineer", lambda ws, who: proposals.decline(ws, NAME, person=who, reason="not final yet")),
    ],
)
def test_what_the_pages_call_asks_for_the_role_for_this_model(ws, role, act):
    for roles in ({f"{role}:other"}, {"stakeholder"}, set()):
        with pytest.raises(AccessError, match=f"role {role} of {NAME}"):
            act(ws, Person("ann", frozenset(roles)))
