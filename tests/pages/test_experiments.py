"""Broken here: Experiments shows trials without what they gained, or cannot tell two apart."""

import pytest

from core.store import models
from core.store.engine import writing
from core.store.tables import Trial
from tests.pages.conftest import NAME


@pytest.fixture
def page(ws, visit):
    """Experiments of a model with two trials that were judged and one that failed."""
    with writing(ws.engine) as session:
        model = models.spec(session, NAME)
        for number, recipe in enumerate(("extra_trees", "logistic_regression", "random_forest")):
            value = 0.8 + number / 100
            score = {"value": value, "low": value - 0.01, "high": value + 0.01}
            is_judged = number < 2
            session.add(
                Trial(
                    model_id=model.id, fingerprint=recipe, recipe=recipe, created_by="eve",
                    status="trained" if is_judged else "failed",
                    version=str(number + 2) if is_judged else None,
                    cv={model.metric: score} if is_judged else {},
                    error=None if is_judged else "too few rows",
                )
            )  # fmt: skip
    app = visit("experiments")
    assert not app.exception
    return app


def test_the_page_draws_the_journey_and_what_became_of_each(page):
    headers = [header.value for header in page.header]
    assert headers[:5] == [
        "The journey", "Leaderboard", "Tried before", "What became of each", "Difference of two",
    ]  # fmt: skip
    html = " ".join(part.proto.body for part in page.get("html"))
    assert "Logistic regression gained most" in html
    assert "3 experiments in 3 combinations" in html
    outcomes = next(table.value for table in page.dataframe if "Outcome" in table.value.columns)
    assert outcomes["Outcome"].tolist() == ["too few rows", "not compared yet", "not compared yet"]
    assert outcomes["Version"].tolist() == ["-", "3", "2"]


def test_two_are_compared_and_only_what_differs_is_listed(page):
    table = page.dataframe[-1].value
    rows = dict(zip(table["what"], table["second"], strict=True))
    assert rows["recipe"] == "Logistic regression"
    page.selectbox(key="first_trial").set_value(page.selectbox(key="second_trial").value).run()
    assert not page.exception
    assert len(page.dataframe[-1].value) == 0


def test_a_trial_that_was_not_cross_validated_stands_beside_those_that_were(ws, visit):
    """What only the holdout judges has no value: `retrain --no-folds` alone must not end the page."""
    with writing(ws.engine) as session:
        model = models.spec(session, NAME)
        session.add(
            Trial(
                model_id=model.id, fingerprint="once", recipe="extra_trees", created_by="eve",
                status="trained", version="2", cv={},
            )
        )  # fmt: skip
    app = visit("experiments")
    assert not app.exception
    outcomes = next(table.value for table in app.dataframe if "Outcome" in table.value.columns)
    assert outcomes["Version"].tolist() == ["2"]
