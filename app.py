"""The door of the web process: `streamlit run app.py` (or `uvicorn app:app`).

It serves the pages and the HTTP routes and keeps a worker running; it computes nothing and imports no MLflow.
The main script is `pages/_shell.py`: with the main script inside `pages/`, Streamlit's automatic page mode
cannot switch on, so no page can be reached without the shell.
"""

import gc
import importlib
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from ipaddress import ip_address
from typing import Any

import streamlit as st
import structlog
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from core import logs
from core.api.routes import routes
from core.errors import AccessError, CaretakerError
from core.jobs.supervise import Supervisor
from core.services.welcome import welcome
from core.settings import Settings
from core.store.workspace import Workspace, open_workspace

# What the first page needs, and what the others need besides: the first must not wait for that.
FIRST = ("altair", "core.charts.health", "core.services.monitor", "dbos", "duckdb", "pyarrow.parquet")
LATER = ("core.retraining.recipes", "core.services.compare", "core.services.review")
LATER_SECONDS = 10.0


@cache
def workspace() -> Workspace:
    """The stores that the environment names, opened on the first call."""
    return open_workspace(Settings())


def loopback(address: str | None) -> bool:
    """Whether only this machine can reach the address.

    >>> loopback("127.0.0.1"), loopback("localhost"), loopback("0.0.0.0"), loopback(None)
    (True, True, False, False)
    """
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def signing_in() -> bool:
    """Whether sign-in is configured (`[auth]` in secrets.toml)."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


class LocalOnly:
    """Refuses requests from other machines while there is no sign-in, however the server was started."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        client = scope.get("client")
        asked = scope["type"] in {"http", "websocket"}
        if asked and client and not loopback(client[0]) and not signing_in():
            refused = PlainTextResponse("Sign-in is not configured: local requests only.", 403)
            await refused(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def check_address(address: str | None) -> None:
    """Refuse to listen where other machines can reach us without sign-in.

    Raises:
        AccessError: the address is not loopback, and there is no `[auth]`.
    """
    if not loopback(address) and not signing_in():
        raise AccessError(
            f"Caretaker does not listen on {address or 'every address'} without sign-in.",
            "Configure [auth] in .streamlit/secrets.toml, or use --server.address 127.0.0.1.",
        )


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Check the address, open the stores, warm up, keep a worker; stop it at the end."""
    logs.configure()
    try:
        check_address(config.get_option("server.address"))
    except AccessError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        sys.stderr.flush()
        os._exit(1)  # an exception would be shown as a traceback; nothing is open yet
    supervisor = Supervisor(Settings())
    supervisor.start()  # first: the worker loads its libraries on another core meanwhile
    ended = threading.Event()
    try:
        _make_ready(ended)
        yield {}
    finally:
        gc.unfreeze()
        ended.set()
        supervisor.stop()


def _make_ready(ended: threading.Event) -> None:
    ws = workspace()
    for name in FIRST:
        importlib.import_module(name)
    for work, args in ((welcome, (ws, ended)), (_warm_up, (ended,))):
        threading.Thread(target=work, args=args, name=work.__name__, daemon=True).start()
    gc.collect()
    gc.freeze()  # otherwise the full collection after every script run walks all of these modules


def _warm_up(ended: threading.Event) -> None:
    if not ended.wait(LATER_SECONDS):
        for name in LATER:
            importlib.import_module(name)


def on_script_error(error: Exception) -> bool:
    """Show a person what happened and what to do next; never a traceback."""
    if isinstance(error, CaretakerError):
        st.warning(f"**{error.message}** {error.hint}", icon=":material/error:")
        return True
    reference = logs.reference()
    structlog.get_logger().error("page failed", reference=reference, exc_info=error)
    st.error(
        f"**Something went wrong on our side.** Nothing was changed. Reload the page; if it happens again, "
        f"tell the engineer this reference: {reference}.",
        icon=":material/bug_report:",
    )
    return True


app = st.App(
    "pages/_shell.py",
    routes=routes(workspace, config.get_option("server.baseUrlPath") or ""),
    lifespan=lifespan,
    middleware=[Middleware(LocalOnly)],
    on_script_error=on_script_error,
)
