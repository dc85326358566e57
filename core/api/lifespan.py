"""All that stands behind the door of the web process, loaded while a browser fetches the page's files."""

import asyncio
import gc
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Collection
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from core.api.sign_in import SignIn
from core.errors import CaretakerError
from core.modules import local_name

if TYPE_CHECKING:
    from io import FileIO

    from core.jobs.supervise import Supervisor

# What the first page needs, and what the others need besides: the first must not wait for that.
FIRST = (
    "altair",
    "core.charts.health",
    "core.services.monitoring.monitor",
    "dbos",
    "duckdb",
    "pyarrow.parquet",
)
LATER = (
    "core.training.recipes",
    "core.services.experiments.compare",
    "core.services.label_errors.suspect_list",
)
LATER_SECONDS = 10.0
HEALTH = "/_stcore/health"
"""Says ok when pages can be drawn, not when the port is open."""


class House:
    """All that stands behind the door, loaded in a thread: meanwhile a browser can fetch the page's files."""

    def __init__(self, base: str = "", sign_in: SignIn | None = None, names: Collection[str] = ()) -> None:
        self.base = base
        self.sign_in = sign_in
        self.names = names
        self.doors: ASGIApp | None = None
        self.loaded = threading.Event()
        self._ended = threading.Event()
        self._supervisor: Supervisor | None = None
        self._serving: FileIO | None = None

    def open(self) -> None:
        """Begin to load; a failure ends the process with its message."""
        threading.Thread(target=self._open, name="opening the house", daemon=True).start()

    async def ready(self) -> None:
        """Wait until everything is loaded."""
        if not self.loaded.is_set():
            await asyncio.to_thread(self.loaded.wait)

    def close(self) -> None:
        """Stop the worker, if it is ours."""
        from core.jobs import client

        gc.unfreeze()
        self._ended.set()
        if self._supervisor is not None:
            self._supervisor.stop()
        if self._serving is not None:
            self._serving.close()
        client.close()

    def _open(self) -> None:
        gc.disable()  # what is loaded stays: collections on the way would find nothing and cost a tenth
        try:
            self._load()
        except CaretakerError as error:
            stop(f"{error.message}\n{error.hint}")
        except BaseException:  # without its stores the server must not go on
            stop(traceback.format_exc())
            raise
        finally:
            gc.enable()

    def _load(self) -> None:
        from core import logs
        from core.api.routes import doors
        from core.jobs.supervise import Supervisor
        from core.locks import try_hold
        from core.services.onboarding.first_run import welcome
        from core.settings import Settings
        from core.store.workspace import open_workspace

        logs.configure()
        ws = open_workspace(Settings())
        self._serving = try_hold(ws.settings.run / "server.lock")  # so that nobody restores under our feet
        for name in FIRST:
            importlib.import_module(local_name(name))
        self.doors = doors(lambda: ws, self.base, self.sign_in, self.names)
        gc.freeze()  # otherwise the full collection after every script run walks all of these modules
        self.loaded.set()
        self._supervisor = Supervisor(ws.settings)
        self._supervisor.start()
        for work, args in ((welcome, (ws, self._ended)), (self._warm_up, ())):
            threading.Thread(target=work, args=args, name=work.__name__, daemon=True).start()

    def _warm_up(self) -> None:
        if not self._ended.wait(LATER_SECONDS):
            for name in LATER:
                importlib.import_module(local_name(name))


def stop(message: str) -> None:
    """End the process: an exception would be shown as a traceback."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
    os._exit(1)


class Doors:
    """Leads to the HTTP doors, and lets pages run once the house is open; a page's files need not wait."""

    def __init__(self, app: ASGIApp, house: House, base: str = "") -> None:
        self.app = app
        self.house = house
        self.base = "/" + base.strip("/") if base.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the doors, or to the pages."""
        path = scope.get("path", "").removeprefix(self.base)
        door = path.startswith("/api/") or path in {"/healthz", "/metrics"}
        if door or scope["type"] == "websocket" or path == HEALTH:
            await self.house.ready()
        behind = self.house.doors if door and self.house.doors is not None else self.app
        await behind(scope, receive, send)
