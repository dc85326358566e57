"""Checked by every route that changes something: where a request comes from, its size, its token.

Streamlit's own cross-site guard does not cover these routes.
"""

import json
import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request

from core.errors import AccessError, DataError

LARGEST_BODY = 256 * 1024
FROM_HERE = frozenset({"same-origin", "none"})
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database holds: a nul character, or half a character."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


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


class OtherSite(AccessError):
    """The request comes from a page of another site.

    Next: open Caretaker's own page; a program leaves the header `Origin` out.
    """

    http_status = HTTPStatus.FORBIDDEN


class NothingThere(DataError):
    """There is nothing of that name, or not yet: an address, a picture, a delivery.

    Next: compare the address with `/api/v1/openapi.json`, or ask again later.
    """

    http_status = HTTPStatus.NOT_FOUND


class OtherMethod(DataError):
    """The address is right, the method is not.

    Next: use the method that the hint and the header `Allow` name.
    """

    http_status = HTTPStatus.METHOD_NOT_ALLOWED


class TooLarge(DataError):
    """The body is larger than this route takes.

    Next: send the rows in several bodies, or raise `CARETAKER_HTTP_MEGABYTES`.
    """

    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def same_origin(headers: Mapping[str, str], names: Collection[str] = ()) -> None:
    """Refuse what another site's page sends; a program sends neither header and needs only its token.

    Args:
        headers: of the request; what a proxy may have added to them is not believed.
        names: under which people reach Caretaker, where a proxy asks us under another one.

    Raises:
        OtherSite: the request comes from another site.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    ours = {headers.get("host"), *names}
    foreign = origin is not None and _address(origin).netloc not in ours
    if foreign or (site is not None and site not in FROM_HERE):
        raise OtherSite("This request comes from another site.", "Open Caretaker's own page.")


def asked_here(request: Request) -> bool:
    """Whether the request names this machine as its own: a page that another site points here does not."""
    host = _address(f"//{request.headers.get('host', '')}").hostname
    return request.client is not None and loopback(request.client.host) and loopback(host)


async def document(request: Request, limit: int = LARGEST_BODY) -> dict[str, Any]:
    """The body as a JSON object, read no further than the limit (bytes); its texts can be stored.

    Raises:
        TooLarge: it is larger.
        DataError: it is no JSON object.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit // 1024:,} kB.", "Send less at once.")
    try:
        parsed = _whole(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise DataError("The body is not JSON.", "Send a JSON object.") from error
    if not isinstance(parsed, dict):
        raise DataError("The body is not a JSON object.", "Send a JSON object.")
    return parsed


def _whole(value: Any) -> Any:
    """The same document with the sign for what is unreadable: one note must not hold up all other answers."""
    if isinstance(value, str):
        return NO_TEXT.sub(UNREADABLE, value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _address(text: str) -> SplitResult:
    """The parts of an address; what is no address (`http://[x]`) has none, so that it names nobody."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def bearer(headers: Mapping[str, str]) -> str:
    """The bearer token of the header, or nothing."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else ""


def token(request: Request, body: Mapping[str, Any]) -> str:
    """The token: in the header, or in the body because `sendBeacon` cannot set headers."""
    grant = bearer(request.headers) or body.get("token")
    return grant if isinstance(grant, str) else ""
