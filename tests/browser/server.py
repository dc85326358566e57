"""Start the real app on a home of its own, drive it with a real browser, and end only what was started."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect

from tests.run import BROWSERS

ROOT = Path(__file__).resolve().parents[2]
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

PATIENCE = 300
"""Seconds for whatever must come; where lanes share two cores, a model that is connected takes most of it."""

BLOCKED: list[str] = []
"""What browsers said that the policy of our pages kept them from."""

expect.set_options(timeout=1000 * PATIENCE)


def open_context(browser: Browser, **how: Any) -> BrowserContext:
    """A context of its own whose every action is as patient as `expect`."""
    context = browser.new_context(**how)
    context.set_default_timeout(1000 * PATIENCE)
    context.on("console", _note_blocked)
    return context


def _note_blocked(message: ConsoleMessage) -> None:
    if "Content Security Policy" in message.text:
        BLOCKED.append(message.text)


def chromium() -> str | None:
    """Where the browser is; None lets playwright use its own."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`streamlit run app.py` on a home folder, with options of Streamlit and below a base path."""

    home: Path
    options: tuple[str, ...] = ()
    base: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Root address of the app."""
        return f"http://127.0.0.1:{self.port}{self.base}"

    def start(self) -> "Server":
        """Start and wait until the server answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port), "--server.headless", "true", *self.options],
                cwd=ROOT,
                env={**os.environ, "CARETAKER_HOME": str(self.home)},
                stdout=log,
                stderr=log,
            )
        until(self.healthy, "the server to answer")
        return self

    def healthy(self) -> bool:
        """Whether Streamlit says ok."""
        with contextlib.suppress(urllib.error.URLError, OSError):
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).read() == b"ok"
        return False

    def kill(self) -> None:
        """Power cut: no chance to clean up."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> None:
        """Ordinary end: the worker that it started ends too."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            if self.process.poll() is None:
                self.process.kill()


def until(done: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition; say what was awaited when it does not come.

    It is asked less and less often: what takes minutes on a loaded machine is slowed down by every question.
    """
    begin = time.monotonic()
    while not done():
        waited = time.monotonic() - begin
        if waited > seconds:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(min(max(waited / 10, 0.1), 2.0))
