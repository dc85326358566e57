"""Take docs/img/<page>-<light|dark>-<1440|390>.png of every page: `python docs/screenshots.py [URL]`.

Without a URL the app is started on a fresh home; the pictures are taken when the demo is complete, questions
are in the queue and a first experiment was compared.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 -- the project comes first

from core.jobs import client  # noqa: E402
from core.jobs.job import Job  # noqa: E402
from core.services.experiments.jobs import Compare, Retrain  # noqa: E402
from core.services.label_errors import suspect_list  # noqa: E402
from core.services.onboarding.connect_model import list_models  # noqa: E402
from core.services.onboarding.draft import record  # noqa: E402
from core.services.onboarding.jobs import Look  # noqa: E402
from core.settings import Settings  # noqa: E402
from core.store.workspace import Workspace, open_workspace  # noqa: E402
from pages._shared.navigation import PAGES  # noqa: E402

READY = "[data-testid=stApp][data-test-script-state=notRunning]"
SIZES = {1440: 900, 390: 844}
TALLEST = 4000
SETTLE_MS = 900  # charts draw after the script has ended
PATIENCE = 600.0
HOTEL, DIGITS = "hotel-cancellations", "handwritten-digits"
SHOWN = {"suspects": DIGITS, "relabel": DIGITS, "retrain": f"{HOTEL}&step=compare"}
"""What the page shows; the others show the hotel model."""
DRAFT = {"address": "data/demo/demo_hotel_bookings.parquet", "source": "demo_hotel_bookings.parquet"}


def shoot(page: Page, url: str, target: Path, width: int) -> None:
    """One page, as tall as its content."""
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_selector(".st-key-strip")
    page.wait_for_timeout(SETTLE_MS)
    for card in page.locator("[class*=st-key-card_] details:not([open]) > summary").all()[::-1]:
        card.click()
        page.wait_for_timeout(SETTLE_MS)
    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(SIZES[width], min(TALLEST, height))})
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=target)
    sys.stdout.write(f"{target.relative_to(ROOT)}\n")


def all_pages(browser: Browser, base: str, out: Path) -> None:
    """Every page in both modes and sizes."""
    out.mkdir(parents=True, exist_ok=True)
    for mode in ("light", "dark"):
        context = browser.new_context(color_scheme=mode)
        page = context.new_page()
        for _, name, _, _ in PAGES:
            for width in SIZES:
                shoot(
                    page,
                    f"{base}/{name}?model={SHOWN.get(name, HOTEL)}",
                    out / f"{name}-{mode}-{width}.png",
                    width,
                )
        for width in SIZES:
            shoot(page, f"{base}/setup?draft=1", out / f"setup-draft-{mode}-{width}.png", width)
        context.close()


@contextmanager
def own_app() -> Iterator[str]:
    """The app on a fresh home, once the demo is there."""
    with TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "CARETAKER_HOME": home})
        try:
            ws = open_workspace(Settings(home=Path(home)))
            wait_for_demo(ws)
            use(ws)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def wait_for_demo(ws: Workspace) -> None:
    """Until both demo models were searched for suspects.

    Raises:
        TimeoutError: it takes too long.
    """
    end = time.monotonic() + PATIENCE
    while True:
        names = [spec.name for spec in list_models(ws)]
        if len(names) > 1 and all(suspect_list.latest(ws, name) for name in names):
            return
        if time.monotonic() > end:
            raise TimeoutError("the demo was not complete in time")
        time.sleep(1)


def use(ws: Workspace) -> None:
    """What people do first: ask experts about labels, train and compare, begin to connect a model."""
    suspect_list.send(ws, DIGITS, suspect_list.SuspectFilter(row_ids=[]), "demo", 40)
    done(ws, Retrain(model=HOTEL, by="demo"))
    done(ws, Compare(model=HOTEL, by="demo"))
    begin(ws)


def begin(ws: Workspace) -> None:
    """A draft whose rows were read."""
    begun = record.start(ws, "demo").id
    columns = {"arrival_date": "time", "label": "label", "hotel": "segment"}
    said = {"name": "my-hotel", "way": "train", "train_until": "2015-12-01", "metric": "roc_auc"}
    record.save(ws, begun, **DRAFT, **said, roles=columns)
    view = record.load(ws, begun)
    done(ws, Look(draft=begun, key=view.entries.key if view else ""))


def done(ws: Workspace, work: Job) -> None:
    """Have a job done."""
    job = client.submit(ws.settings, work)
    while client.status(ws.settings, job).state in {"queued", "running"}:
        time.sleep(1)


def main() -> None:
    """Take the pictures of a running app, or of one that is started for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", help="a running app, e.g. http://127.0.0.1:8501")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.browser, args=["--no-sandbox"])
        if asked.url:
            all_pages(browser, asked.url.rstrip("/"), asked.out.resolve())
        else:
            with own_app() as url:
                all_pages(browser, url, asked.out.resolve())
        browser.close()


if __name__ == "__main__":
    main()
