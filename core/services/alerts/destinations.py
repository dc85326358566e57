"""One try at a destination: the only place that knows Apprise, which only the worker's job imports."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
ID_HEADER: Final = "Caretaker-Message"
ID_FIELD: Final = "caretaker_message"
HTTP_STATUS = re.compile(r"error=(\d{3})\b")
NO_URL: Final = "Its address is no URL that Apprise knows, or something is missing in it."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try.

    Attributes:
        state: "sent", or "waiting" when a later try may help.
        message: for people, why it did not go; never the address, which holds secrets.
    """

    state: Literal["sent", "waiting"]
    message: str = ""


def send(url: str, uid: str, body: Mapping[str, Any]) -> Outcome:
    """Send a message once; the same `uid` each time, as a header and a field where the place takes any.

    Nothing of it is stored outside of Caretaker's own tables, and no redirect is followed.

    Args:
        url: Apprise URL of the destination.
        uid: of the message.
        body: its title, text and type.
    """
    import apprise

    logging.getLogger(apprise.LOGGER_NAME).propagate = False  # what it says of an address is for nobody's log
    asset = apprise.AppriseAsset(app_id="Caretaker", storage_mode="memory", http_redirects=False)
    with apprise.LogCapture(level=logging.WARNING) as output:  # type: ignore[no-untyped-call]
        place = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if place is None:
            return Outcome("waiting", NO_URL)
        _add_id(place, uid)
        accepted = place.notify(
            body=f"{body['text']}\nMessage {uid}.",
            title=body["title"],
            notify_type=apprise.NotifyType(body["type"]),
            body_format=apprise.NotifyFormat.TEXT,
        )
        status = HTTP_STATUS.search(output.getvalue())
    if accepted:
        return Outcome("sent")
    return Outcome("waiting", f"It answered HTTP {status[1]}." if status else "It could not be reached.")


def _add_id(place: Any, uid: str) -> None:
    """Set the id where the place takes headers or fields of our own, and how long it may take."""
    place.socket_connect_timeout, place.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    for name, values in (("headers", {ID_HEADER: uid}), ("payload_extras", {ID_FIELD: uid})):
        known = getattr(place, name, None)
        if isinstance(known, dict):
            known.update(values)
