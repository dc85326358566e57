"""Broken here: a person who connects a model cannot go on, as one card waits for another."""

from dataclasses import replace

import pandas as pd
import pytest

from core.errors import DataError
from core.services.onboarding.draft import cards, record
from core.services.onboarding.draft.connect_request import as_json, final
from core.services.onboarding.draft.preview import look
from core.services.onboarding.draft.views import DraftEntries
from core.services.onboarding.jobs import Connect, Look
from tests.services.onboarding.test_draft import HOME, file, run, sales, ws  # noqa: F401 -- fixtures

# ruff: noqa: F811 -- fixtures


def asked_of(document):
    return document["question"]["card"], [choice["title"] for choice in document["question"]["choices"]]


def test_a_log_that_names_no_prediction_asks_with_answers(tmp_path, file):
    """A question without answers stops everybody: Data asks, Model waits for Data, Checks for Model."""
    frame = sales().drop(columns="score_no").rename(columns={"prediction": "said", "score_yes": "sure"})
    frame.to_csv(file, index=False)
    said = DraftEntries(name="shop", address=str(file), choices={"label": "bought"}, way="log")
    found = look(HOME, said)
    assert asked_of(found) == ("model", ["said: the predicted class", "sure: the probability of yes"])
    for choice in found["question"]["choices"]:
        again = look(HOME, replace(said, choices=said.choices | choice["wanted"]))
        assert (again["question"], again["trouble"], again["plan"]["log"]) == (None, None, 240)


def test_a_log_of_probabilities_alone_is_enough(file):
    sales().drop(columns="prediction").to_csv(file, index=False)
    found = look(HOME, DraftEntries(name="shop", address=str(file), choices={"label": "bought"}, way="log"))
    assert (found["question"], found["trouble"], found["plan"]["log"]) == (None, None, 240)


def test_a_log_of_amounts_is_asked_for_its_predicted_number(file):
    frame = sales()[["id", "day", "x"]].assign(price=lambda f: f["x"] * 3 + 1)
    frame.to_csv(file, index=False)
    found = look(HOME, DraftEntries(name="shop", address=str(file), choices={"label": "price"}, way="log"))
    assert asked_of(found) == ("model", ["x: the predicted number"])


@pytest.mark.parametrize(
    ("frame", "said", "card", "hint"),
    [
        (sales()[["id", "day", "town", "bought"]], {"label": "bought"}, "model", "choose another way"),
        (pd.DataFrame({"a": ["same"] * 60, "b": [f"t{n}" for n in range(60)]}), {}, "data", "role label"),
    ],
)
def test_what_nobody_can_press_an_answer_to_is_said_with_what_to_do(frame, said, card, hint, ws, tmp_path):
    frame.to_csv(tmp_path / "few.csv", index=False)
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(tmp_path / "few.csv"), choices=said, way="log")
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    assert found.look["question"] is None
    assert (found.look["trouble"]["card"], hint in found.look["trouble"]["hint"]) == (card, True)
    states = cards.cards(found)
    assert states[card].state == "needs attention"
    assert states["checks"].summary == f"Known once {card.capitalize()} is settled."


CHECKS = [
    {"metric": "mae"},
    {"chunk": "month", "roles": {"day": "left out"}},
    {"reference": ("2019-01", "2019-02"), "chunk": "month"},
]


@pytest.mark.parametrize("said", CHECKS, ids=["metric", "chunk", "reference"])
def test_checks_that_do_not_fit_can_be_changed_on_their_card(said, ws, file):
    """They come first and the rest changes later: Model must not wait for Checks, and Checks for Model."""
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(file), choices={"label": "bought"}, way="log", **said)
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    states = cards.cards(found)
    assert {name for name, state in states.items() if state.state != "ready"} == {"checks"}
    assert found.look["plan"]["log"] == 240
    assert not cards.ready(found)
    record.save(ws, made.id, metric="", chunk="", reference=None)
    run(ws, Look(draft=made.id))
    assert cards.ready(record.load(ws, made.id))


def test_the_dates_stay_known_where_the_training_rows_are_too_few(file):
    said = DraftEntries("shop", str(file), choices={"label": "bought"}, way="train", train_until="1999-01-01")
    assert look(HOME, said)["span"][0].startswith("2020-01-01")


def test_connecting_with_a_metric_that_needs_scores_says_so_on_checks(ws, file):
    sales().drop(columns=["score_yes", "score_no"]).to_csv(file, index=False)
    made = record.start(ws, "eve")
    record.save(ws, made.id, name="shop", address=str(file), choices={"label": "bought"}, way="log")
    run(ws, Look(draft=made.id))
    record.save(ws, made.id, metric="roc_auc")
    found = record.load(ws, made.id)
    asked = as_json(final(found.entries, found.look["request"], "eve"))
    with pytest.raises(DataError, match="needs scores"):
        run(ws, Connect(draft=made.id, model="shop", address=str(file), request=asked))
    assert record.load(ws, made.id).trouble["card"] == "checks"
