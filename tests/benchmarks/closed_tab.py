"""Is any answer lost when the tab is closed at once? `python -m tests.benchmarks.closed_tab`.

Ten times: five answers as fast as the browser takes them, then the tab is closed. To hold: 50 of 50 stored.
"""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from core.store.annotation import events
from core.store.engine import reading
from tests import seed
from tests.browser.labelling import open_labeller
from tests.browser.server import CHROMIUM_FLAGS, Server, chromium

TABS = 10
ANSWERS = 5


def main() -> int:
    """Print what was stored after each tab; 1 when an answer is missing."""
    with tempfile.TemporaryDirectory() as folder:
        ws = seed.digits(Path(folder), TABS * ANSWERS + 50)
        model_id = seed.the_spec(ws).id
        server = Server(Path(folder)).start()

        def stored() -> int:
            with reading(ws.engine) as session:
                return events.last_seq(session, model_id)

        try:
            print(f"{'tab':>4}{'answered':>10}{'stored':>8}")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
                for tab in range(1, TABS + 1):
                    context = browser.new_context()
                    page = context.new_page()
                    open_labeller(page, f"{server.url}/relabel?model=digits")
                    for _ in range(ANSWERS):
                        page.keyboard.press("a")
                    page.close()
                    end = time.monotonic() + 5
                    while stored() < tab * ANSWERS and time.monotonic() < end:
                        time.sleep(0.05)
                    print(f"{tab:>4}{tab * ANSWERS:>10}{stored():>8}")
                    context.close()
                browser.close()
            return int(stored() != TABS * ANSWERS)
        finally:
            server.stop()
            ws.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
