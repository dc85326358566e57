"""Connect a model on the Setup page as a person does it, shared by the tests and the benchmark."""

import re

from playwright.sync_api import expect

from tests.browser.server import READY

CLICKS = 3


def begin(page):
    """Setup: start a draft; its number."""
    page.goto("/setup")
    page.wait_for_selector(READY)
    page.locator(".st-key-connect_model button").click()
    expect(page.locator(".st-key-card_data")).to_be_visible()
    page.wait_for_selector(READY)
    return int(re.search(r"draft=(\d+)", page.url).group(1))


def upload(page, path):
    """Data: choose a file."""
    page.locator(".st-key-card_data input[type=file]").set_input_files(path)


def name_address(page, draft, address):
    """Data: write a path, a pattern or another address."""
    page.locator(f".st-key-d{draft}_where").get_by_text("A path or address").click()
    field = page.locator(f".st-key-d{draft}_address input")
    field.fill(str(address))
    field.press("Enter")


def state(page, card, word):
    """Wait until a card is in that state."""
    box = page.locator(f".st-key-card_{card} summary")
    expect(box).to_contain_text(f"- {word}:")
    return box.inner_text()


def onward(page, card):
    """Press the button to the next card."""
    page.locator(f".st-key-next_{card} button").click()


def train(page, draft, until):
    """Model: train the first champion, until a date or with a share of the rows."""
    choose(page, draft, "Train the first champion here")
    state(page, "model", "ready")
    if "-" in until:
        page.locator(f".st-key-d{draft}_by").get_by_text("before a date").click()
        field = page.locator(f".st-key-d{draft}_date input").first
        expect(field).to_be_visible()
        field.fill(until.replace("-", "/"))
        field.press("Enter")
        field.press("Escape")
    else:
        field = page.locator(f".st-key-d{draft}_share input")
        field.fill(str(round(100 * float(until))))
        field.press("Enter")
    page.wait_for_timeout(1_000)  # the last change is on its way
    state(page, "model", "ready")


def choose(page, draft, way):
    """Model: one of the three ways."""
    ways = page.locator(f".st-key-d{draft}_way")
    chosen = ways.get_by_role("radio", name=way)
    for _ in range(CLICKS):  # the card may be drawn anew between pressing and letting go, as it opens
        ways.get_by_text(way, exact=True).click()
        if chosen.is_checked():
            break
    expect(chosen).to_be_checked()


def connect(page):
    """Press Connect once everything is ready, and wait until Health has its chart."""
    button = page.locator(".st-key-connect button")
    expect(button).to_be_enabled()
    button.click()
    link = page.locator(".st-key-connected a")
    expect(link).to_be_visible()
    link.click()
    page.wait_for_url(re.compile("/health"))
