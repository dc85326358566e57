"""The door of the web process: `streamlit run app.py` (or `uvicorn app:app`).

It serves the pages and the HTTP routes and keeps a worker running; it never computes and never imports MLflow.
The main script is `pages/_shell.py`: with the main script inside `pages/`, Streamlit's automatic page mode
cannot switch on, so no page can be reached without the shell.
"""

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import streamlit as st
import structlog
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from core import logs
from core.errors import AccessError, CaretakerError
from core.settings import Settings
from core.store.workspace import open_workspace

HEAVY = ("altair", "duckdb", "pandas", "pyarrow.parquet", "sqlmodel")


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
        client = scope.get("client")
        if scope["type"] in {"http", "websocket"} and client and not loopback(client[0]) and not signing_in():
            await PlainTextResponse("Sign-in is not configured: local requests only.", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Check the address, open the stores, warm up, keep a worker; stop it at the end."""
    logs.configure()
    address = config.get_option("server.address")
    if not loopback(address) and not signing_in():
        raise AccessError(
            f"Caretaker does not listen on {address or 'every address'} without sign-in.",
            "Configure [auth] in .streamlit/secrets.toml, or use --server.address 127.0.0.1.",
        )
    open_workspace(Settings())
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # otherwise the full collection after every script run walks all of these modules
    try:
        yield {}
    finally:
        gc.unfreeze()


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
    lifespan=lifespan,
    middleware=[Middleware(LocalOnly)],
    on_script_error=on_script_error,
)
