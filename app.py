"""The door of the web process: `streamlit run app.py` (or `uvicorn app:app`).

It serves the pages and the HTTP routes and keeps a worker running; it computes nothing and imports no MLflow.
The main script is `pages/_shell.py`: with the main script inside `pages/`, Streamlit's automatic page mode
cannot switch on, so no page can be reached without the shell.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from core.api.lifespan import Doors, House, stop
from core.api.page.first_paint import FirstPaint
from core.api.page.response_headers import ResponseHeaders
from core.api.security import loopback
from core.api.sign_in import SignIn
from core.errors import AccessError, CaretakerError
from core.private import keep_private
from pages._shared import room
from pages._shared.visitor import of_cookies, signing_in


class LocalOnly:
    """Refuses requests from other machines while there is no sign-in, however the server was started."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        client = scope.get("client")
        is_request = scope["type"] in {"http", "websocket"}
        if is_request and client and not loopback(client[0]) and not signing_in():
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
    """Check the address and open the house; stop the worker at the end."""
    try:
        check_address(config.get_option("server.address"))
    except AccessError as error:
        stop(f"{error.message}\n{error.hint}")
    keep_private()
    HOUSE.open()
    try:
        yield {}
    finally:
        HOUSE.close()


def on_script_error(error: Exception) -> bool:
    """Show a person what happened and what to do next; never a traceback."""
    from core.settings import Settings
    from core.trouble import explain

    known = error if isinstance(error, CaretakerError) else explain(error, Settings().home)
    if known is not None:
        st.warning(f"**{known.message}** {known.hint}", icon=":material/error:")
        return True
    import structlog

    from core import logs

    reference = logs.reference()
    structlog.get_logger().error("page failed", reference=reference, exc_info=error)
    st.error(
        f"**Something went wrong on our side.** Nothing was changed. Reload the page; if it happens again, "
        f"tell the engineer this reference: {reference}.",
        icon=":material/bug_report:",
    )
    return True


PAGE = Path(st.__file__).with_name("static") / "index.html"
"""Of Streamlit, in which it draws all pages."""
PAGES = Path(__file__).with_name("pages")
LOOK = PAGES / "static" / "caretaker.css"
BASE = config.get_option("server.baseUrlPath") or ""
NAMES = [name for name in config.get_option("server.allowedHosts") or () if not loopback(name)]
"""Under which people reach Caretaker: a proxy may ask us under another one."""
HOUSE = House(BASE, SignIn(signing_in, of_cookies), NAMES)
app = st.App(
    PAGES / "_shell.py",
    lifespan=lifespan,
    middleware=[
        Middleware(ResponseHeaders, PAGE),
        Middleware(LocalOnly),
        Middleware(Doors, HOUSE, BASE),
        Middleware(FirstPaint, LOOK.read_text(encoding="utf-8") + room.STYLE),
    ],
    on_script_error=on_script_error,
)
