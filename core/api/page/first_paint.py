"""The look of the pages in the HTML itself, so that the first paint has it and nothing moves when it comes.

Streamlit draws a page before the first message of its script, and would draw it in its own measures.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</body>"  # behind the styles that Streamlit writes into the head: of two alike the later one holds
UNCHANGED = (b"accept-encoding", b"if-none-match", b"if-modified-since")
"""What would bring the HTML packed, or not at all although the look changed."""


class FirstPaint:
    """Writes a style sheet into every page of HTML that is behind it.

    Args:
        app: what is behind it.
        style: the sheet as text.
    """

    def __init__(self, app: ASGIApp, style: str) -> None:
        self.app = app
        self.style = f"<style>{style}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a page is sent once it is whole."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in UNCHANGED]
        starts: list[Message] = []
        body = bytearray()

        async def add(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and Headers(scope=message).get("content-type", "").startswith("text/html"):
                starts.append(message)
            if is_start and starts:
                return
            if not starts:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_page(starts[0], bytes(body), send)

        await self.app({**scope, "headers": headers}, receive, add)

    async def _send_page(self, start: Message, body: bytes, send: Send) -> None:
        page = body.replace(END, self.style + END, 1)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(page))
        for name in ("etag", "last-modified"):  # they name the file without the style
            if name in headers:
                del headers[name]
        await send(start)
        await send({"type": "http.response.body", "body": page})


def _wants_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")
