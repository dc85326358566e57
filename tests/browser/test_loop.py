"""The whole loop in a real browser: Health - Suspects - Relabel - Retrain - Compare - Promote - Health."""

import pytest
from playwright.sync_api import expect

from core.services.annotation import annotate
from core.services.deployment import promote
from core.services.experiments import retrain
from tests.browser import walk

pytestmark = pytest.mark.browser


def test_digits_from_suspects_to_promotion_and_back(page, demo, ws):
    """If any link of the chain is broken, the product does not do what it is for."""
    model = demo[1]
    walk.send(page, model, 40)
    answered = walk.answer(page, model, 40)
    assert len(answered) == 40
    progress = annotate.progress(ws, model)
    assert (progress.open, progress.done, progress.changed + progress.kept) == (0, 40, 40)
    assert progress.changed > 30

    walk.cut_and_train(page, model)
    walk.compare(page)
    walk.promote(page, model, "2")
    walk.open_page(page, "health", model)
    expect(page.locator(".st-key-timeline svg text", has_text="version 2")).to_be_visible()

    walk.roll_back(page, model, "1")
    kinds = [(each.kind, each.version) for each in promote.deployments(ws, model)]
    assert kinds == [("first", "1"), ("promote", "2"), ("rollback", "1")]


def test_hotel_is_red_and_a_retrained_model_is_better(page, demo, ws):
    """The demo's promise: the fall at 2016-01, a part of why, and a better model on newer data."""
    model = demo[0]
    walk.open_page(page, "health", model)
    verdict, answers = page.locator(".ct-verdict"), page.locator(".ct-answers").first
    expect(verdict).to_contain_text("getting worse")
    expect(answers).to_contain_text("A part of it: the mix of market segment moved")
    expect(answers).to_contain_text("Everywhere alike")  # two thirds of the rows have two thirds of the fall
    expect(verdict).to_contain_text("Jan 2016")

    walk.send(page, model, 10)
    walk.answer(page, model, 10)
    walk.cut_and_train(page, model)
    assert "Better" in walk.compare(page)
    walk.promote(page, model, "2")
    walk.open_page(page, "health", model)
    expect(page.locator(".st-key-timeline svg text", has_text="version 2")).to_be_visible()
    walk.roll_back(page, model, "1")

    again = retrain.plan(ws, model, retrain.default_recipes(ws, model, None), "local")
    assert [plan.tried.version for plan in again if plan.tried] == ["2"]
