"""Broken here: an HTTP route of the table (`docs/who_may.py`) lets somebody in who may not."""

from dataclasses import replace

import pytest

from core.access import Person
from core.api.routes import doors, operations
from core.api.sign_in import SignIn
from core.api.throttle import MOST, SECONDS, Throttle, TooManyWrong
from core.errors import AccessError
from core.services.annotation import labeller_grants
from core.services.ingestion import api_tokens
from core.store import models
from core.store.engine import writing
from core.store.types import now
from docs.who_may import ACTIONS, PEOPLE
from tests.api.conftest import Client

OPEN = {"GET /healthz", "GET /api/v1/openapi.json"}
MODEL = "digits"


@pytest.fixture
def people():
    """Who is signed in, by a cookie, with the roles of now; the tests take roles away."""
    return {kind: Person(kind, frozenset({f"{kind}:{MODEL}"})) for kind in PEOPLE if kind != "nobody"}


@pytest.fixture
def client(ws, people, jobs):
    with writing(ws.engine) as session:
        spec = models.spec(session, MODEL)
        models.add(session, replace(spec, name="other", registry_name="other"))
    sign_in = SignIn(lambda: True, lambda cookies: people.get(cookies.get("who", "")))
    return Client(doors(lambda: ws, "", sign_in), "localhost")


def shown(ws, kind, people, what, model=MODEL):
    """What somebody of that kind can show: a token made, a permission handed out, a picture's address."""
    person = people.get(kind, Person("", frozenset()))
    if what == "token":
        return api_tokens.create(ws, model, f"of {kind}", person)
    if what == "permission":
        return labeller_grants.issue(ws.settings, person, model, now())
    return labeller_grants.sign_picture(ws.settings, "0" * 64, model, now())


def ask(client, action, kind, secret, model=MODEL):
    method, path = action.route.split(" ")
    path = path.format(name=model, batch="b", version="1", sha=secret)
    headers = {"cookie": f"who={kind}", "content-type": "text/csv" if method == "POST" else "text/plain"}
    if action.shows != "sign-in" and secret:
        headers["authorization"] = f"Bearer {secret}"
    body = '{"holder": "tab"}' if action.shows == "permission" else "{}"
    return client.request(method, path, headers=headers, content=body if method == "POST" else None)


def test_every_route_stands_in_the_table():
    routes = {f"{one.method} {one.path}" for one in operations(lambda: None, "", SignIn())}
    assert routes == {action.route for action in ACTIONS if action.route} | OPEN


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("action", [one for one in ACTIONS if one.route], ids=lambda one: one.what)
def test_each_route_lets_those_in_whom_the_table_names(action, kind, ws, client, people):
    """Tokens are made by engineers alone, permissions handed to experts alone."""
    makes = {"token": "engineer", "permission": "expert", "sign-in": kind}[action.shows]
    if kind == makes:
        secret = shown(ws, kind, people, action.shows)
    else:
        with pytest.raises(AccessError, match=f"role {makes}"):
            shown(ws, kind, people, action.shows)
        secret = ""
    answer = ask(client, action, kind, secret)
    needed = "expert" if action.shows != "token" else "engineer"
    if kind == needed:
        assert answer.status_code not in {401, 403, 429, 500}
        return
    assert answer.status_code == 401
    sentences = ("A bearer token is needed", "permission is not valid", "signed in", "This needs the role")
    assert any(sentence in answer.json()["message"] for sentence in sentences)
    assert MODEL not in answer.text or kind != "nobody"


@pytest.mark.parametrize("action", [one for one in ACTIONS if one.route], ids=lambda one: one.what)
def test_what_opens_one_model_opens_no_other(action, ws, client, people):
    kind = "engineer" if action.shows == "token" else "expert"
    people[kind] = Person(kind, frozenset({f"{kind}:{MODEL}"}))
    if action.shows == "token":
        answer = ask(client, action, kind, shown(ws, kind, people, "token"), "other")
        assert answer.status_code == (200 if action.route == "GET /metrics" else 403)
        assert "other" not in answer.text or action.route != "GET /metrics"
        return
    full = {kind: Person(kind, frozenset({kind}))}
    answer = ask(client, action, kind, shown(ws, kind, full, action.shows, "other"))
    assert (answer.status_code, "role expert of other" in answer.text) == (401, True)


@pytest.mark.parametrize("action", [one for one in ACTIONS if one.shows != "token"], ids=lambda one: one.what)
def test_a_permission_ends_with_the_role_with_the_sign_in_and_is_nobody_elses(action, ws, client, people):
    secret = shown(ws, "expert", people, action.shows)
    assert ask(client, action, "expert", secret).status_code in {200, 404}
    people["bob"] = Person("bob", frozenset({"stakeholder"}))
    assert ask(client, action, "bob", secret).status_code == 401
    assert "signed in" in ask(client, action, "signed out", secret).json()["message"]
    people["expert"] = Person("expert", frozenset({"stakeholder"}))
    assert "This needs the role expert of digits" in ask(client, action, "expert", secret).json()["message"]
    people["expert"] = Person("expert", frozenset({"expert"}))
    assert ask(client, action, "expert", secret).status_code in {200, 404}


def test_another_expert_cannot_send_with_a_permission_that_was_copied(ws, client, people):
    """A permission stands in a page's data: whoever copies it is another one, by the cookie."""
    secret = shown(ws, "expert", people, "permission")
    people["bob"] = Person("bob", frozenset({"expert"}))
    answer = client.post(
        "/api/v1/claims", json={"holder": "t", "token": secret}, headers={"cookie": "who=bob"}
    )
    assert (answer.status_code, "signed in as expert" in answer.json()["message"]) == (401, True)


def test_what_was_made_elsewhere_or_changed_opens_nothing(ws, client, people, tmp_path_factory):
    """Another home's key, no algorithm, an empty signature, the parts of two permissions put together."""
    mine = shown(ws, "expert", people, "permission")
    away = replace_home(ws.settings, tmp_path_factory.mktemp("away"))
    foreign = labeller_grants.issue(away, Person("eve", frozenset({"expert"})), MODEL, now())
    none = "eyJhbGciOiJub25lIn0.eyJwZXJzb24iOiJleHBlcnQiLCJtb2RlbCI6ImRpZ2l0cyIsImV4cGlyZXMiOjk5OTk5OTk5OTl9."
    picture = labeller_grants.sign_picture(ws.settings, "0" * 64, MODEL, now())
    body, _, signature = mine.partition(".")
    wrong = [
        foreign,
        none,
        none + signature,
        f"{body}.",
        body,
        f".{signature}",
        picture,
        mine + "=",
        mine[:-2],
    ]
    wrong += [f"{foreign.partition('.')[0]}.{signature}", api_tokens.create(ws, MODEL, "t", "ada")]
    for secret in wrong:
        answer = client.post(
            "/api/v1/claims", json={"holder": "t", "token": secret}, headers={"cookie": "who=expert"}
        )
        assert answer.status_code == 401, secret
        assert answer.json()["message"] == "This page's permission is not valid."


def replace_home(settings, home):
    return settings.model_copy(update={"home": home})


def test_many_wrong_tokens_are_told_to_wait_and_a_good_one_passes_meanwhile(ws, client):
    """Behind a proxy everybody comes from one address: what is wrong must not lock out what is right."""
    secret = api_tokens.create(ws, MODEL, "service", "ada")
    path = f"/api/v1/models/{MODEL}/shadows"
    status = [
        client.get(path, headers={"authorization": f"Bearer ct_{n}"}).status_code for n in range(MOST + 1)
    ]
    assert status == [401] * MOST + [429]
    last = client.get(path, headers={"authorization": "Bearer ct_x"})
    assert 1 <= int(last.headers["retry-after"]) <= SECONDS
    assert "A good token passes" in last.json()["hint"]
    assert client.get(path, headers={"authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get(path).status_code == 401
    api_tokens.revoke(ws, MODEL, "service", "ada")
    assert "was revoked" in client.get(path, headers={"authorization": f"Bearer {secret}"}).json()["message"]


def test_the_window_slides_and_each_address_has_its_own():
    moment = [0.0]
    throttle = Throttle(lambda: moment[0])
    for second in range(MOST):
        moment[0] = float(second)
        throttle.count("one")
    throttle.count("two")
    with pytest.raises(TooManyWrong) as refused:
        throttle.count("one")
    assert refused.value.seconds == round(SECONDS) - MOST + 1
    moment[0] = SECONDS
    throttle.count("one")
    with pytest.raises(TooManyWrong):
        throttle.count("one")
