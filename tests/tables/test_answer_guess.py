"""Broken here: a model learns from the answers of an older one, or a log is read without its answers."""

import numpy as np
import pandas as pd
import pytest

from core.tables.roles.guess import guess
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table

ROWS = 200


def log(**more):
    """A log of a churn model; `more` are further columns."""
    rng = np.random.default_rng(0)
    score = rng.random(ROWS).round(4)
    columns = {
        "customer_id": [f"C{i:05d}" for i in range(ROWS)],
        "scored_on": pd.date_range("2025-01-01", periods=ROWS).astype(str),
        "plan": ["basic", "plus"] * (ROWS // 2),
        "tenure_months": rng.integers(1, 60, ROWS),
        "churned": np.where(rng.random(ROWS) < score, "yes", "no"),
    }
    given = {name: value(score) if callable(value) else value for name, value in more.items()}
    return Table(pd.DataFrame(columns | given), "churn_log.csv")


def said(score):
    return np.where(score > 0.5, "yes", "no")


@pytest.mark.parametrize(
    ("prediction", "score"),
    [
        ("predicted_churn", "churn_score"),
        ("churn_prediction", "churn_probability"),
        ("pred", "score"),
        ("y_pred", "y_proba"),
        ("Prediction", "ChurnScore"),
        ("old_model_prediction", "p_churn"),
        ("predicted", "proba_yes"),
    ],
)
def test_answers_are_found_by_their_names_and_are_never_features(prediction, score):
    """`predicted_churn` and `churn_score` were features, and even a segment: a first champion learnt them."""
    found = guess(log(**{prediction: said, score: lambda p: p}), RequestedRoles(label="churned"))
    assert found.roles.prediction == prediction
    assert found.roles.scores == {"yes": score}
    assert found.roles.features == ("plan", "tenure_months")
    assert found.roles.segments == ("plan",)
    roles = {each.name: (each.role, each.cls) for each in found.columns}
    assert (roles[prediction], roles[score]) == (("prediction", None), ("score", "yes"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("credit_score", lambda p: p),
        ("churn_calls", lambda p: (10 * p).round()),
        ("predicted_income", lambda p: (1e5 * p).round()),
        ("churn_score", lambda p: 300 + 550 * p),
        ("p1", lambda p: p),
    ],
)
def test_inputs_that_only_sound_like_answers_stay_features(name, values):
    found = guess(log(**{name: values}), RequestedRoles(label="churned"))
    assert (found.roles.prediction, found.roles.scores) == (None, {})
    assert name in found.roles.features


def test_the_answers_of_two_models_are_no_features_and_the_plain_name_is_the_log_s():
    more = {"old_prediction": said, "prediction": said, "p_churn_old": lambda p: p, "score": lambda p: p}
    found = guess(log(**more), RequestedRoles(label="churned"))
    assert (found.roles.prediction, found.roles.scores) == ("prediction", {"yes": "score"})
    assert found.roles.features == ("plan", "tenure_months")
    reasons = {each.name: each.reason for each in found.columns}
    assert "no model may learn from it" in reasons["old_prediction"]


def test_a_person_decides_about_answers_too():
    more = {"predicted_churn": said, "churn_score": lambda p: p}
    none = guess(log(**more), RequestedRoles(label="churned", prediction="none", score="none"))
    assert (none.roles.prediction, none.roles.scores) == (None, {})
    assert none.roles.features == ("plan", "tenure_months")
    kept = guess(log(**more), RequestedRoles(label="churned", include=("churn_score",)))
    assert "churn_score" in kept.roles.features


def test_probabilities_of_classes_that_are_not_named_are_no_features():
    more = {f"prob_{at}": lambda p, at=at: p if at else 1 - p for at in range(2)}
    found = guess(log(**more), RequestedRoles(label="churned"))
    assert found.roles.scores == {}
    assert found.roles.features == ("plan", "tenure_months")


def test_a_predicted_amount_is_no_feature():
    frame = log(
        price=lambda p: 1000 * p + 1, predicted_price=lambda p: 900 * p, predicted_demand=lambda p: p**2
    )
    found = guess(frame, RequestedRoles(label="price", exclude=("churned",)))
    assert (found.task, found.roles.prediction) == ("regression", "predicted_price")
    assert "predicted_demand" in found.roles.features
