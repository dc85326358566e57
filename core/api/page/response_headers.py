"""Headers that tell a browser what a page may load and run, who may frame it, and what it tells others.

Scripts come from this server alone, besides those of Streamlit's own page, known by their hashes, and the
labeller's, which Streamlit hands to the page as a blob; nothing is evaluated from text (CSP level 3).
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(page: str) -> str:
    """The content security policy for a page of HTML, whose own inline scripts may run.

    >>> policy("<script>1</script>").partition("script-src ")[2].split(";")[0]
    "'self' blob: 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    """
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in INLINE_SCRIPT.findall(page)]
    sources = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *(f"'sha256-{one}'" for one in hashes)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def headers(page: str) -> dict[str, str]:
    """What every response carries, whatever sends it; `page` is the HTML of the pages."""
    return {
        "content-security-policy": policy(page),
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
    }


class ResponseHeaders:
    """Adds them to the responses of all that is behind it; what a response says itself stays.

    Args:
        app: what is behind it.
        page: of HTML, in which all pages are drawn.
    """

    def __init__(self, app: ASGIApp, page: Path) -> None:
        self.app = app
        self.headers = headers(page.read_text(encoding="utf-8"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    own.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)
