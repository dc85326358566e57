"""The steps of the loop as a person does them, shared by the walks through both demo models."""

import re

from playwright.sync_api import expect

from tests.browser.server import READY


def open_page(page, path, model):
    """Open a page for a model and wait until its script has ended."""
    page.goto(f"/{path}?model={model}")
    page.wait_for_selector(READY)


def send(page, model, number):
    """Suspects: send so many to Relabel."""
    open_page(page, "suspects", model)
    field = page.locator(".st-key-send_number input")
    expect(field).to_be_visible()
    field.fill(str(number))
    field.press("Tab")
    button = page.locator(".st-key-send_to_relabel button")
    expect(button).to_contain_text(f"Send {number} to Relabel")
    button.click()
    expect(page.get_by_text(f"{number} questions are in the queue")).to_be_visible()


def answer(page, model, number):
    """Relabel: one key an item, as a person does it who sees the item; blind ones get a class."""
    open_page(page, "relabel", model)
    desk = page.locator(".labeller")
    seen = set()
    for _ in range(number):
        expect(desk).to_have_attribute("data-state", "asking")
        item = desk.get_attribute("data-item-id")
        seen.add(item)
        page.keyboard.press("a" if desk.locator("[data-command=agree]").count() else "1")
        expect(desk).not_to_have_attribute("data-item-id", item)
    expect(desk).to_have_attribute("data-saved", "all")
    return seen


def step(page, name):
    """Turn the wizard to a step."""
    page.locator(".st-key-step").get_by_text(re.compile(rf"\d {name}$")).click()
    page.wait_for_selector(READY)


def cut_and_train(page, model):
    """Wizard 1 and 2: cut a revision, train the usual recipe."""
    open_page(page, "retrain", model)
    step(page, "Data")
    page.locator(".st-key-cut_revision button").click()
    expect(page.get_by_text("Revision 1 holds")).to_be_visible()
    step(page, "Search")
    page.locator(".st-key-start_retrain button").click()
    expect(page.locator(".st-key-next_step button")).to_have_text(re.compile("Compare"))


def compare(page):
    """Wizard 3 and 4: compare on the frozen holdout, look at the computed tests."""
    step(page, "Compare")
    page.locator(".st-key-start_compare button").click()
    verdict = page.locator(".ct-verdict")
    expect(verdict).to_be_visible()
    word = verdict.locator(".ct-chip").inner_text()
    step(page, "Test")
    expect(page.locator(".ct-gates li").first).to_be_visible()
    assert page.locator(".ct-gates .ct-fail").count() == 0, page.locator(".ct-gates").inner_text()
    return word


def promote(page, model, version):
    """Wizard 5: the dialog wants the model's name and a reason."""
    step(page, "Promote")
    page.locator(".st-key-open_promote button").click()
    confirm = page.locator(".st-key-promote_confirm button")
    expect(confirm).to_be_disabled()
    page.locator(".st-key-promote_name input").fill(model)
    page.locator(".st-key-promote_reason input").fill("Learnt from more and from corrected labels")
    expect(confirm).to_be_enabled()
    confirm.click()
    expect(page.get_by_text(f"v{version} in production")).to_be_visible()
    expect(page.locator(".st-key-promoted")).to_contain_text(f"Version {version} is live")
    expect(page.locator(".st-key-step [data-testid=stIconMaterial]")).to_have_count(5)


def roll_back(page, model, version):
    """Back to the version before, with a reason."""
    open_page(page, "retrain", model)
    page.locator(".st-key-roll_back button").click()
    page.locator(".st-key-rollback_reason input").fill("A rehearsal of the way back")
    page.locator(".st-key-rollback_confirm button").click()
    expect(page.get_by_text(f"v{version} in production")).to_be_visible()
