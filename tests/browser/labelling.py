"""Drive the labeller: wait until it asks, read what it shows, measure inside the page."""

from core.store.annotation import events
from core.store.engine import reading
from core.store.models import spec

MEASURE = """
window.painted = []; window.confirmed = [];
const labeller = () => {
  for (const host of document.querySelectorAll("*")) {
    const found = host.shadowRoot?.querySelector(".labeller");
    if (found) return found;
  }
};
const face = (root) => `${root.dataset.itemId} ${root.querySelectorAll("[aria-selected=true]").length}`;
const when = (done, then) => requestAnimationFrame(() => done() ? then() : when(done, then));
window.addEventListener("keydown", () => {
  const start = performance.now(), root = labeller();
  if (!root) return;
  const before = face(root);
  const shown = () => face(root) !== before && root.dataset.state !== "loading" &&
    [...root.querySelectorAll("img")].every((picture) => picture.complete && picture.naturalWidth);
  // two frames: the first is drawn with the next item in it, the second starts after it was painted
  when(shown, () => requestAnimationFrame(() => window.painted.push(performance.now() - start)));
  when(() => face(root) !== before && root.dataset.pending === "0",
    () => window.confirmed.push(performance.now() - start));
}, true);
"""


def open_labeller(page, address, state="asking"):
    """Open the page and wait until the labeller is in that state."""
    page.goto(address)
    page.wait_for_selector(f".labeller[data-state={state}]")
    return page.locator(".labeller")


def answer(page, *keys):
    """Press keys, each when the picture that it answers is here: before, an answer does not count."""
    for key in keys:
        page.wait_for_selector(".labeller[data-state=asking]")
        page.keyboard.press(key)


def saved(page):
    """Wait until everything is confirmed."""
    page.wait_for_selector(".labeller[data-saved=all]")


def part(page, name):
    """One named part of the labeller."""
    return page.locator(f"[data-part={name}]")


def labels(store, model):
    """Row -> the label that experts gave it."""
    with reading(store.engine) as session:
        return events.corrections(session, spec(session, model).id)
