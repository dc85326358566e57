"""Broken here: the Setup page connects what does not fit, or asks without an answer to press."""

import numpy as np
import pandas as pd
import pytest

from core.jobs import foreground
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.draft import cards, record
from core.services.onboarding.draft.connect_request import as_json, final, requested_columns, with_role
from core.services.onboarding.draft.preview import Column, look
from core.services.onboarding.draft.views import DraftEntries
from core.services.onboarding.jobs import Connect, Look
from core.settings import Settings
from core.store.workspace import open_workspace

HOME = Settings()
ROWS = 1200


def churn():
    """A common log of a churn model: `predicted_churn` and `churn_score` are the old model's."""
    rng = np.random.default_rng(0)
    tenure, calls = rng.integers(1, 60, ROWS), rng.poisson(1, ROWS)
    score = 1 / (1 + np.exp(-(1.5 * calls - tenure / 15)))
    return pd.DataFrame(
        {
            "customer_id": [f"C{i:05d}" for i in range(ROWS)],
            "scored_on": pd.date_range("2024-07-01", periods=ROWS // 4).repeat(4),
            "plan": rng.choice(["basic", "plus", "pro"], ROWS),
            "tenure_months": tenure,
            "support_calls": calls,
            "churn_score": score.round(4),
            "predicted_churn": np.where(score > 0.5, "yes", "no"),
            "churned": np.where(rng.random(ROWS) < score, "yes", "no"),
        }
    )


@pytest.fixture
def file(tmp_path):
    def write(frame):
        path = tmp_path / "churn_log.csv"
        frame.to_csv(path, index=False)
        return str(path)

    return write


def said(address, **more):
    return DraftEntries(**{"name": "churn", "address": address, "choices": {"label": "churned"}, **more})


def answered(document, title, address, **more):
    """The look after a button of the question was pressed."""
    choice = next(each for each in document["question"]["choices"] if title in each["title"])
    return look(HOME, said(address, **more, choices={"label": "churned"} | choice["wanted"]))


@pytest.mark.parametrize("way", ["log", "train"])
def test_the_old_model_s_answers_are_offered_as_such_and_never_as_features(file, way):
    document = look(HOME, said(file(churn()), way=way))
    roles = {each["name"]: each["role"] for each in document["columns"]}
    assert (roles["predicted_churn"], roles["churn_score"]) == ("prediction", "score: yes")
    features = [name for name, role in roles.items() if "feature" in role]
    assert features == ["plan", "tenure_months", "support_calls"]
    reasons = {each["name"]: each["reason"] for each in document["columns"]}
    assert "by its name" in reasons["churn_score"]
    assert (document["question"], document["trouble"]) == (None, None)


def test_a_first_champion_learns_without_the_old_answers_and_answers_itself(tmp_path, file):
    ws = open_workspace(Settings(home=tmp_path / "home"))
    made = record.start(ws, "eve")
    address = file(churn())
    record.save(ws, made.id, name="churn", address=address, choices={"label": "churned"}, way="train")
    run(ws, Look(draft=made.id))
    found = record.load(ws, made.id)
    assert cards.ready(found)
    asked = as_json(final(found.entries, found.look["request"], "eve"))
    run(ws, Connect(draft=made.id, model="churn", address=address, request=asked))
    (spec,) = list_models(ws)
    assert spec.roles.features == ("plan", "tenure_months", "support_calls")
    assert (spec.roles.prediction, spec.roles.scores) == (None, {})
    ws.engine.dispose()


def run(ws, job):
    return foreground.run(ws.settings, job, lambda _done, _said: None)


def test_a_turned_score_is_a_question_with_buttons(file):
    address = file(churn().assign(churn_score=lambda f: 1 - f["churn_score"]).drop(columns="predicted_churn"))
    document = look(HOME, said(address, way="log"))
    assert "Of which class is it the probability?" in document["question"]["message"]
    again = answered(document, "of no", address, way="log")
    assert again["question"] is None
    assert again["plan"]["log"] == ROWS


def test_predictions_under_other_names_are_a_question_with_buttons(file):
    named = {"yes": "leaves", "no": "stays"}
    address = file(churn().assign(predicted_churn=lambda f: f["predicted_churn"].map(named)))
    document = look(HOME, said(address, way="log"))
    assert "which means which?" in document["question"]["message"]
    again = answered(document, "leaves means yes", address, way="log")
    assert again["question"] is None
    assert "request" in again
    assert look(HOME, said(address, way="train"))["question"] is None, "an older model's answers are not read"


def test_several_labels_in_a_cell_are_a_question_with_a_button(file):
    tags = ["red", "wet", "red|wet"] * (ROWS // 3)
    address = file(churn().assign(churned=tags).drop(columns=["predicted_churn", "churn_score"]))
    document = look(HOME, said(address, way="train"))
    assert "'red|wet'" in document["question"]["message"]
    again = answered(document, "one class", address, way="train")
    assert [name for name, _ in again["classes"]] == ["red", "red|wet", "wet"]


def test_what_a_person_should_know_is_said_before_connecting(file):
    rng = np.random.default_rng(0)
    address = file(churn().assign(churn_score=rng.random(ROWS)).drop(columns="predicted_churn"))
    told = look(HOME, said(address, way="log"))["plan"]["told"]
    assert any("above 0.5" in each for each in told)
    assert any("no better than chance" in each for each in told)


def test_another_role_asks_anew():
    """What was said of one column of predictions or scores does not hold for another."""
    kept = DraftEntries(choices={"means": {"a": "b"}, "scores": {"no": "p"}})
    seen = [Column("pred", "prediction"), Column("p", "score: no")]
    assert "means" not in with_role(kept, seen, "pred", "left out").choices
    assert "scores" not in with_role(kept, seen, "p", "score: yes").choices
    other = with_role(kept, seen, "x", "label")
    assert (other.choices, other.roles) == ({}, {"x": "label"})


def test_one_column_is_the_group_a_feature_too_or_not():
    seen = [Column("firm", "feature and group"), Column("town", "feature")]
    once = with_role(DraftEntries(choices={"group": "none"}), seen, "firm", "feature and group")
    assert (once.choices, requested_columns(once, "y").group) == ({}, "firm")
    assert requested_columns(once, "y").include == ("firm",)
    other = with_role(once, seen, "town", "group")
    assert (other.roles, requested_columns(other, "y").group) == ({"town": "group"}, "town")
    assert requested_columns(with_role(DraftEntries(), seen, "firm", "feature"), "y").group == "none"
