"""Does an alert arrive once, whatever happens? `python -m tests.benchmarks.alert_journey [MINUTES]`.

The whole app on a home of its own, by the clock on the wall: a delivery comes with a column that is empty,
the place that is told refuses everything for ten minutes (or as many as are named), and the worker is killed
(SIGKILL) three times meanwhile. Then the place takes messages; somebody acknowledges the alert in the
browser; two deliveries come that are whole, and the alert closes by itself. Printed is what arrived and when.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from tests.browser.server import CHROMIUM_FLAGS, READY, ROOT, Server, chromium, open_context, until

NAME, PLACE = "shop", "ops"
MINUTES, KILLS = 10.0, 3
READING = 45.0
"""Seconds in which the worker has computed Health and read it: each delivery is to be read alone."""
LONG = 600.0
"""Seconds that the next try may be away: within the first hour pauses grow to five minutes."""


@dataclass
class Receiver:
    """A place on this machine that takes messages, or refuses them."""

    server: ThreadingHTTPServer
    away: bool = True
    refused: int = 0
    arrivals: list = field(default_factory=list)


def open_receiver():
    """Listening, and away."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if receiver.away:
                receiver.refused += 1
            else:
                receiver.arrivals.append((time.monotonic(), body["title"], self.headers["Caretaker-Message"]))
            self.send_response(503 if receiver.away else 200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    receiver = Receiver(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
    return receiver


def rows(first, last, *, broken=False):
    """Rows of a shop whose label follows its size; of a broken delivery that column is empty."""
    rng = np.random.default_rng(first)
    number = last - first
    size = rng.normal(size=number)
    score = 1 / (1 + np.exp(-3 * size))
    days = pd.date_range("2024-01-01", periods=last, freq="6h")[first:].astype(str)
    frame = pd.DataFrame({"id": [f"row-{i}" for i in range(first, last)], "day": days, "size": size})
    frame["label"] = np.where(size + rng.normal(scale=0.3, size=number) > 0, "yes", "no")
    frame["prediction"], frame["score"] = np.where(score > 0.5, "yes", "no"), score
    return frame.assign(size=None) if broken else frame


def core(*words):
    """A command of ours, which must succeed."""
    command = [sys.executable, "-m", "core", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def alerts():
    """Every alert of the home, with its state."""
    return json.loads(core("alerts", "list", "--closed", "--format", "json"))["alerts"]


def state_of_fault():
    """How the alert of the empty column stands; that the log of a past year has ended stays true."""
    return next(one["state"] for one in alerts() if "data_fault" in one["kinds"])


def worker_of(server):
    """The process id of the worker that the app keeps, if there is one."""
    for pid in Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        for child in pid.read_text().split():
            with suppress(OSError):
                if b"core.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
    return None


def acknowledge(server):
    """As a person does, on Health."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        page = open_context(browser).new_page()
        page.goto(f"{server.url}/health?model={NAME}")
        page.wait_for_selector(READY)
        page.get_by_role("button", name="Acknowledge").first.click()
        page.get_by_text("acknowledged by").first.wait_for()
        browser.close()


def deliver(folder, number, first, last, **how):
    """A file comes."""
    path = folder / f"delivery-{number}.csv"
    rows(first, last, **how).to_csv(path, index=False)
    core("ingest", NAME, path)


def main():
    """Print what became of it; 1 unless every message arrived once."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with tempfile.TemporaryDirectory() as temporary:
        folder, receiver = Path(temporary), open_receiver()
        os.environ["CARETAKER_HOME"] = str(folder / "home")
        url = f"json://127.0.0.1:{receiver.server.server_port}/hook"
        os.environ["CARETAKER_ALERT_DESTINATIONS"] = json.dumps({PLACE: url})
        (folder / "home" / "run").mkdir(parents=True)
        (folder / "home" / "run" / "welcomed").touch()
        rows(0, 600).to_csv(folder / "log.csv", index=False)
        words = ["--label", "label", "--id", "id", "--time", "day", "--task", "binary", "--positive", "yes"]
        core(
            "add",
            NAME,
            "--data",
            folder / "log.csv",
            *words,
            "--prediction",
            "prediction",
            "--score",
            "score",
        )
        core("alerts", "route", NAME, PLACE)
        server = Server(folder / "home").start()
        try:
            return journey(folder, server, receiver, minutes)
        finally:
            server.stop()
            receiver.server.shutdown()


def journey(folder, server, receiver, minutes):
    """From the fault to the end of the alert."""
    say = Clock()
    deliver(folder, 1, 600, 720, broken=True)
    until(lambda: receiver.refused, "the first try", LONG)
    for alert in alerts():
        say(f"opened: {alert['sentence']} ({', '.join(alert['kinds'])}, {alert['severity']})")
    begin, kills = time.monotonic(), 0
    while time.monotonic() - begin < 60 * minutes:
        time.sleep(1)
        if kills < KILLS and time.monotonic() - begin > 60 * minutes * (kills + 1) / (KILLS + 1):
            until(lambda: worker_of(server), "a worker")
            os.kill(worker_of(server), signal.SIGKILL)
            kills += 1
            say(f"the worker is killed; {receiver.refused} tries were refused so far")
    receiver.away = False
    say(f"after {minutes:g} minutes the place takes messages again; {receiver.refused} tries were refused")
    until(lambda: receiver.arrivals, "the message", LONG)
    say(f"arrived: {receiver.arrivals[0][1]}")
    acknowledge(server)
    say("acknowledged in the browser: " + ", ".join(f"{one['state']} by {one['by']}" for one in alerts()))
    for number, first in ((2, 720), (3, 840)):
        deliver(folder, number, first, first + 120)
        time.sleep(READING)
    until(lambda: state_of_fault() == "closed", "the end", LONG)
    say("closed by itself after two deliveries that are whole")
    time.sleep(60)
    times = Counter(uid for _, _, uid in receiver.arrivals)
    say(f"arrived within a minute after it: {[title for _, title, _ in receiver.arrivals]}")
    print(
        f"messages {len(times)}, arrived more than once {sum(n > 1 for n in times.values())}, kills {kills}"
    )
    return int(set(times.values()) != {1})


class Clock:
    """Says things with the minutes since it was made."""

    def __init__(self):
        self.begin = time.monotonic()

    def __call__(self, text):
        """Print it now."""
        print(f"{(time.monotonic() - self.begin) / 60:6.1f} min  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
