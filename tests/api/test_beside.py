"""What stands beside an item: nothing that would pull an opinion, and what can be changed still stands."""

from uuid import uuid4

import pytest
from sqlmodel import select

from core.access import Person
from core.services.annotation import labeller_grants
from core.store.engine import writing
from core.store.tables import LabelTask
from core.store.types import now
from tests.documents import errors_of


@pytest.fixture
def people(ws):
    """Tokens of two experts."""
    experts = (Person(name, frozenset({"expert"})) for name in ("ann", "bob"))
    return [labeller_grants.issue(ws.settings, person, "digits", now()) for person in experts]


def ask(client, token, **more):
    body = {"token": token, "holder": "tab"} | more
    reply = client.post("/api/v1/beside", json=body)
    assert errors_of("AskBeside", body) == errors_of("Beside", reply.json()) == []
    return reply.json()


def answer(client, token, task, label, action="label", **more):
    at = int(now().timestamp() * 1000)
    sent = {"uid": str(uuid4()), "task": task, "action": action, "label": label, "at": at} | more
    body = {"token": token, "holder": "tab", "answers": [sent]}
    assert client.post("/api/v1/answers", json=body).json()["saved"] == [sent["uid"]]
    return sent["uid"]


def open_tasks(ws, **fields):
    with writing(ws.engine) as session:
        tasks = session.exec(select(LabelTask).order_by(LabelTask.id)).all()
        for task in tasks:
            for name, value in fields.items():
                setattr(task, name, value)
        return [task.id for task in tasks]


@pytest.mark.parametrize("how", [{"blind": True}, {"want": 2}])
def test_what_others_chose_is_hidden_until_one_has_an_opinion(client, ws, people, how):
    ann, bob = people
    task = open_tasks(ws, **how)[0]
    answer(client, bob, task, "4")
    answer(client, ann, task, None, "note", note="blurred")
    history = ask(client, ann, task=task)["history"]
    assert [(each["person"], each["note"]) for each in history["events"]] == [("You", "blurred")]
    assert history["hidden"] == 1
    answer(client, ann, task, "9")
    history = ask(client, ann, task=task)["history"]
    assert history["hidden"] == 0
    assert [(each["person"][:6], each["label"]) for each in history["events"]] == [
        ("Expert", "4"),
        ("You", None),
        ("You", "9"),
    ]


def test_own_annotations_are_searched_and_are_those_that_stand(client, ws, people):
    ann, bob = people
    first, second, third, fourth = open_tasks(ws)[:4]
    answer(client, ann, first, "4")
    answer(client, ann, first, "9")
    undone = answer(client, ann, second, "4")
    answer(client, ann, second, None, "undo", supersedes=undone)
    answer(client, ann, third, "4")
    answer(client, bob, fourth, "4")
    own = ask(client, ann, words="")["own"]
    assert [(each["item"]["task"], each["label"]) for each in own] == [(third, "4"), (first, "9")]
    assert [each["item"]["row_id"] for each in ask(client, ann, words="4")["own"]] == ["r2"]
    assert [each["label"] for each in ask(client, ann, words="R0")["own"]] == ["9"]
    assert ask(client, ann, words="%")["own"] == []
    assert ask(client, ann, task=second)["history"]["events"][0]["undone"]


def test_examples_are_what_experts_settled_the_newest_first(client, ws, people):
    tasks = open_tasks(ws)
    for task in tasks[:5]:
        answer(client, people[0], task, "4")
    shown = ask(client, people[1], labels=["4", "7", "4"])["examples"]
    assert [(each["label"], [item["row_id"] for item in each["items"]]) for each in shown] == [
        ("4", ["r4", "r3", "r2"]),
        ("7", []),
    ]
    assert client.get(f"/api/v1/items/{shown[0]['items'][0]['sha']}").status_code == 200


@pytest.mark.parametrize(
    "more", [{"task": 999}, {"task": "1"}, {"labels": "4"}, {"labels": [4]}, {"words": 7}]
)
def test_what_cannot_be_asked_is_refused_with_a_hint(client, people, more):
    reply = client.post("/api/v1/beside", json={"token": people[0], "holder": "tab"} | more)
    assert (reply.status_code, bool(reply.json()["hint"])) == (422, True)
