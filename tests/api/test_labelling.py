"""The labeller's routes: honest answers, no entry for other sites, nothing counted twice."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from core.access import Person
from core.api.routes import doors
from core.api.security import LARGEST_BODY
from core.errors import AccessError
from core.lake.media import pictures
from core.services.annotation import labeller_grants
from core.store.annotation import events
from core.store.engine import reading
from core.store.types import now
from tests.api.conftest import Client
from tests.documents import errors_of


def claims(client, token, **more):
    return client.post(
        "/api/v1/claims", json={"token": token, "holder": "tab", "held": [], "number": 5} | more
    )


def label(item, **more):
    at = int(now().timestamp() * 1000)
    return {"uid": str(uuid4()), "task": item["task"], "action": "label", "label": "9", "at": at} | more


def test_claim_answer_and_send_again(client, token, ws, model_id):
    items = claims(client, token).json()["items"]
    body = {"token": token, "holder": "tab", "answers": [label(item) for item in items]}
    first, second = (client.post("/api/v1/answers", json=body) for _ in range(2))
    assert errors_of("Answers", body) == errors_of("Saved", first.json()) == []
    assert first.json()["saved"] == second.json()["saved"] == [each["uid"] for each in body["answers"]]
    assert first.json()["progress"]["done"] == 5
    with reading(ws.engine) as session:
        assert events.last_seq(session, model_id) == 5


def test_a_reload_gets_its_answers_back_to_undo(client, token):
    item = claims(client, token, number=1).json()["items"][0]
    given = label(item)
    client.post("/api/v1/answers", json={"token": token, "holder": "tab", "answers": [given]})
    leased = claims(client, token, history=True).json()
    assert errors_of("Items", leased) == []
    history = leased["history"]
    assert [(each["uid"], each["label"], each["item"]["task"]) for each in history] == [
        (given["uid"], "9", item["task"])
    ]


def test_what_another_tab_of_the_same_person_has_is_said_moves_and_is_told_there(client, token):
    """A tab that stands open since this morning: it learns of it with its next answer, which is not lost."""
    first, *others = claims(client, token, number=30).json()["items"]
    second = claims(client, token, holder="other").json()
    (elsewhere,) = second["progress"]["elsewhere"]
    assert (second["items"], elsewhere["mine"], elsewhere["number"]) == ([], True, 30)
    moved = claims(client, token, holder="other", number=29, take_over=elsewhere["person"]).json()
    assert [item["task"] for item in moved["items"]] == [item["task"] for item in (first, *others[:28])]
    last = others[28]
    body = {"holder": "tab", "held": [item["task"] for item in others], "answers": [label(first)]}
    receipt = client.post("/api/v1/answers", json={"token": token} | body).json()
    assert errors_of("Saved", receipt) == []
    assert (receipt["saved"], receipt["closed"]) == ([body["answers"][0]["uid"]], [])
    assert set(receipt["lost"]) == {str(item["task"]) for item in others} - {str(last["task"])}
    body |= {"held": [first["task"]], "answers": [label(others[0])]}
    assert client.post("/api/v1/answers", json={"token": token} | body).json()["closed"] == [first["task"]]


def test_leaving_gives_the_items_back(client, token):
    claims(client, token, number=30)
    assert claims(client, token, holder="other").json()["items"] == []
    client.post("/api/v1/answers", json={"token": token, "holder": "tab", "answers": [], "leave": True})
    assert len(claims(client, token, holder="other").json()["items"]) == 5


def test_a_picture_is_served_for_ever_by_its_content(client, token):
    sha = claims(client, token).json()["items"][0]["sha"]
    answer = client.get(f"/api/v1/items/{sha}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/api/v1/items/..%2f..%2fcaretaker.db").status_code == 404


def test_a_jpeg_is_served_as_one(ws, client):
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    address = labeller_grants.sign_picture(
        ws.settings, pictures.keep(ws.settings, out.getvalue()).sha, "digits", now()
    )
    answer = client.get(f"/api/v1/items/{address}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content == out.getvalue()


def test_a_picture_is_for_those_only_whom_a_page_showed_it(ws, client, token):
    """Who knows a picture's content could else ask whether it is here, and see what others label."""
    address = claims(client, token).json()["items"][0]["sha"]
    sha, until, model, signature = address.split(".")
    later = str(int(until) + 1)
    for wrong in (
        sha,
        f"{sha}.{until}.{model}.",
        f"{sha}.{later}.{model}.{signature}",
        f"{sha}.{until}.b3RoZXI=.{signature}",
        f"{'0' * 64}.{until}.{model}.{signature}",
        "a.b.c",
    ):
        assert client.get(f"/api/v1/items/{wrong}").status_code == 401
    moment = datetime.fromtimestamp(int(until) + 1, UTC)
    with pytest.raises(AccessError, match="not valid any more"):
        labeller_grants.verify_picture(ws.settings, address, moment)
    gone = labeller_grants.sign_picture(ws.settings, "0" * 64, "digits", now())
    assert client.get(f"/api/v1/items/{gone}").status_code == 404


def test_a_token_is_needed_and_cannot_be_changed(client, token):
    body, _, signature = token.partition(".")
    for wrong in ("", "x", f"{body}x.{signature}", f"{body}.{signature}x", f"é.{signature}"):
        answer = claims(client, wrong)
        assert answer.status_code == 401
        assert set(answer.json()) == {"message", "hint"}
    assert client.post("/api/v1/claims", json=[1]).status_code == 422


@pytest.mark.parametrize("names", [(), ("care.example.org",)])
def test_behind_a_proxy_the_name_comes_from_the_settings_and_never_from_a_header(ws, token, names):
    """What a proxy lets through could be forged; `server.allowedHosts` says under which name people come."""
    client = Client(doors(lambda: ws, names=names))
    body = {"token": token, "holder": "tab", "held": [], "number": 1}
    headers = {"origin": "https://care.example.org", "x-forwarded-host": "care.example.org"}
    status = client.post("/api/v1/claims", json=body, headers=headers).status_code
    assert status == (200 if names else 403)
    foreign = {"origin": "https://evil.example", "x-forwarded-host": "evil.example"}
    assert client.post("/api/v1/claims", json=body, headers=foreign).status_code == 403


def test_a_token_ends(ws):
    old = labeller_grants.issue(
        ws.settings, Person("ann", frozenset({"expert"})), "digits", now() - timedelta(hours=13)
    )
    with pytest.raises(AccessError, match="too long"):
        labeller_grants.verify(ws.settings, old, now())


def test_only_experts_get_a_token(ws):
    with pytest.raises(AccessError):
        labeller_grants.issue(ws.settings, Person("ann", frozenset({"stakeholder"})), "digits", now())


def test_the_key_can_be_read_by_its_owner_alone(ws, token):
    assert (ws.settings.run / "token.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in ws.settings.run.iterdir()] == ["token.key"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://[::1"},
        {"origin": "http://[testserver]"},
    ],
)
def test_other_sites_are_refused(client, token, headers):
    answer = client.post("/api/v1/claims", json={"token": token, "holder": "tab"}, headers=headers)
    assert answer.status_code == 403
    assert client.get(f"/api/v1/items/{'0' * 64}", headers=headers).status_code == 403


def test_a_host_that_is_no_address_is_not_this_machine(client):
    assert client.get("/api/v1/models/digits/health", headers={"host": "[x"}).status_code == 401


def test_our_own_page_is_let_in(client, token):
    headers = {
        "origin": "http://testserver",
        "sec-fetch-site": "same-origin",
        "authorization": f"Bearer {token}",
    }
    assert client.post("/api/v1/claims", json={"holder": "tab"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (LARGEST_BODY + 1), 413),
        (b"{", 422),
        (b"[" * 100_000, 422),
        (b"\xff\xfe", 422),
        (b"[]", 422),
    ],
)
def test_a_bad_body_is_refused_kindly(client, body, status):
    answer = client.post("/api/v1/answers", content=body)
    assert answer.status_code == status
    assert answer.json()["hint"]


@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000", "\ud800"])
def test_signs_that_no_database_can_hold_do_not_hold_up_an_answer(sign, client, token, ws):
    """Half a character breaks the answer on its way out, a nul character breaks PostgreSQL."""
    item = claims(client, token, number=1).json()["items"][0]
    given = label(item, action="note", note="HERE")
    body = json.dumps({"token": token, "holder": "tab", "answers": [given]}).replace("HERE", f"a{sign}b")
    answer = client.post("/api/v1/answers", content=body.encode("utf-8", "surrogatepass"))
    assert (answer.status_code, answer.json()["saved"]) == (200, [given["uid"]])
    with reading(ws.engine) as session:
        assert session.connection().exec_driver_sql("SELECT note FROM label_event").scalar() == "a\ufffdb"


@pytest.mark.parametrize("field", ["token", "holder", "take_over", "uid"])
def test_half_a_character_in_any_field_is_no_failure_of_ours(field, client, token):
    body = {"token": token, "holder": "tab"} | {field: "\ud800"}
    answer = client.post("/api/v1/claims", content=json.dumps(body))
    assert answer.status_code == (401 if field == "token" else 200)
    sent = {"token": token, "holder": "tab", "answers": [{"uid": "\ud800"}]}
    refused = client.post("/api/v1/answers", content=json.dumps(sent)).json()["refused"]
    assert [each["uid"] for each in refused] == ["\ufffd"]


def test_signs_of_any_plane_and_written_escapes_are_taken(client, token):
    """An emoji comes as two halves that belong together, and a person may write about nul characters."""
    item = claims(client, token, number=1).json()["items"][0]
    given = label(item, action="note", note="\U0001f600 and \\u0000 and \\ud800")
    body = json.dumps({"token": token, "holder": "tab", "answers": [given]})
    assert "\\ud83d\\ude00" in body
    answer = client.post("/api/v1/answers", content=body)
    assert (answer.status_code, answer.json()["saved"]) == (200, [given["uid"]])


@pytest.mark.parametrize(
    "wrong", [{"holder": ""}, {"holder": None}, {"held": "all"}, {"held": [{}]}, {"number": -1}]
)
def test_wrong_fields_are_refused_kindly(client, token, wrong):
    answer = claims(client, token, **wrong)
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_too_many_answers_at_once_are_refused(client, token):
    body = {"token": token, "holder": "tab", "answers": [{}] * 201}
    assert client.post("/api/v1/answers", content=json.dumps(body)).status_code == 422


def test_readiness_says_what_is_missing(client):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "stores": True, "worker": False}


@pytest.mark.parametrize("held", [[2**70], [-1], [True], [1.0], ["1"], 2**70, [10**400]])
def test_ids_that_no_database_knows_are_refused(held, client, token):
    answer = claims(client, token, held=held)
    assert answer.status_code == 422
    assert "held must be a list of task ids" in answer.json()["message"]


@pytest.mark.parametrize("number", [2**70, 10**400])
def test_a_huge_number_of_items_is_as_many_as_there_are_at_once(number, client, token):
    assert len(claims(client, token, number=number).json()["items"]) == 30


def test_items_of_another_tab_are_named_taken_over_and_lost_there(client, token, ws):
    bob = labeller_grants.issue(ws.settings, Person("bob", frozenset({"expert"})), "digits", now())
    theirs = [item["task"] for item in claims(client, bob, holder="his", number=30).json()["items"]]
    held = claims(client, token).json()["progress"]["elsewhere"]
    assert [(each["person"], each["number"]) for each in held] == [("bob", len(theirs))]
    taken = claims(client, token, take_over="bob").json()
    assert [item["task"] for item in taken["items"]] == theirs[:5]
    after = claims(client, bob, holder="his", held=theirs, number=0).json()
    assert set(after["lost"]) == {str(task) for task in theirs[:5]}


def test_taking_over_needs_the_permission_of_an_expert_and_a_name(client, token):
    assert claims(client, "", take_over="bob").status_code == 401
    assert claims(client, token, take_over=["bob"]).status_code == 422
