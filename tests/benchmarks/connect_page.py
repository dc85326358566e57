"""Does everything connect in the browser? `python -m tests.benchmarks.connect_page --data DIR [NAME ...]`.

Eight data sets of different kinds are connected on the Setup page by a headless browser, each in a home of
its own. Prints the seconds from opening the page to pressing Connect, then to Health, to the answer of
Suspects, and the peak memory of the server with its worker. DIR holds the Parquet files.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
from playwright.sync_api import Browser, Error, sync_playwright

from core.errors import CaretakerError
from core.jobs import client
from core.services.label_errors import suspect_list
from core.services.monitoring import monitor
from core.settings import Settings
from core.store.workspace import open_workspace
from tests.benchmarks.tree import LOOK_SECONDS, resident
from tests.browser import connecting
from tests.browser.server import CHROMIUM_FLAGS, Server, chromium, open_context

UNTIL = {
    "elec2": "1997-05-01",
    "bike_sharing": "2012-01-01",
    "steel_load_type": "2018-05-01",
    "outdoor_objects": "0.25",
    "noaa_weather": "1960-01-01",
    "sms_spam": "1.0",
    "mnist_test": "1.0",
    "product_matching": "1.0",
}
"""Where training ends; 1.0: all rows are training data."""
PATIENCE = 600.0
LINE = "{:<18}{:>8}{:>10}{:>10}{:>10}{:>9}  {}"


def main() -> int:
    """Print the table; 1 when a data set could not be connected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("names", nargs="*")
    said = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(LINE.format("data", "rows", "cards s", "health s", "suspects s", "peak MB", "status"))
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        for name in said.names or UNTIL:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                failed += not _one(browser, said.data / f"{name}.parquet", Path(folder))
        browser.close()
    return int(failed > 0)


def _one(browser: Browser, file: Path, home: Path) -> bool:
    (home / "run").mkdir(parents=True)
    (home / "run" / "welcomed").touch()  # no demo beside it
    rows = pq.ParquetFile(file).metadata.num_rows
    server = Server(home).start()
    try:
        with _memory(server) as peak:
            seconds, status = _connected(browser, server, file, home)
    except (Error, AssertionError, TimeoutError, CaretakerError) as error:
        print(LINE.format(file.stem, f"{rows:,}", "-", "-", "-", "-", str(error).splitlines()[0]), flush=True)
        return False
    finally:
        server.stop()
    shown = [f"{each:.1f}" for each in seconds]
    print(LINE.format(file.stem, f"{rows:,}", *shown, f"{max(peak) / 1e6:,.0f}", status), flush=True)
    return True


def _connected(browser: Browser, server: Server, file: Path, home: Path) -> tuple[list[float], str]:
    """Seconds from opening the page to Connect, and from there to Health and to Suspects."""
    context = open_context(browser, base_url=server.url, viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    began = time.monotonic()
    draft = connecting.begin(page)
    connecting.name_address(page, draft, file)
    connecting.state(page, "data", "ready")
    connecting.onward(page, "data")
    connecting.train(page, draft, UNTIL[file.stem])
    cards = time.monotonic() - began
    began = time.monotonic()
    connecting.connect(page)
    ws = open_workspace(Settings(home=home))
    _until(lambda: monitor.health(ws, file.stem))
    health = time.monotonic() - began
    result = _ended(ws.settings)
    suspects = time.monotonic() - began
    found = suspect_list.latest(ws, file.stem)
    seen = monitor.health(ws, file.stem)
    ws.engine.dispose()
    context.close()
    said = f"{found.flagged:,} of {found.rows:,} suspect" if found else str(result)
    return [cards, health, suspects], f"{seen['status'] if seen else '-'}; {said}"


def _ended(settings: Settings) -> object:
    """What the job said in the end."""
    jobs = [job for job in client.recent_jobs(settings) if job.kind == "connect"]
    _until(lambda: client.status(settings, jobs[0].id).state not in {"queued", "running"})
    last = client.status(settings, jobs[0].id)
    return (last.result or {}).get("suspects", last.error)


def _until(done):
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("it took too long")
        time.sleep(LOOK_SECONDS)


@contextmanager
def _memory(server: Server):
    """The sums of resident bytes of the server and all that it started."""
    sums, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_SECONDS):
            sums.append(resident(server.process.pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield sums
    ended.set()
    thread.join()


if __name__ == "__main__":
    sys.exit(main())
