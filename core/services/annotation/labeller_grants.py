"""Signed tokens: what a page hands to the browser so that the routes know who annotates for which model.

Never trust a name that a browser sends: the token carries it, signed (HMAC-SHA256) with a key of this home.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from core.access import Person, require
from core.errors import AccessError, WrongToken
from core.private import read_secret
from core.settings import Settings

LIFETIME = timedelta(hours=12)
WEEK = 7 * 24 * 3600
KEY_BYTES = 32
AGAIN = "Reload the page; answers that are kept in this browser will be sent then."


@dataclass(frozen=True, slots=True)
class Grant:
    """Until `expires` (seconds since 1970) this person may annotate for this model."""

    person: str
    model: str
    expires: int


def issue(settings: Settings, person: Person, model: str, at: datetime) -> str:
    """A token for this person and model.

    Raises:
        AccessError: the person is no expert of the model.
    """
    require(person, "expert", model)
    grant = Grant(person.name, model, int((at + LIFETIME).timestamp()))
    body = _encode(json.dumps(asdict(grant)).encode())
    return f"{body}.{_signature(settings, body)}"


def verify(settings: Settings, token: str, at: datetime) -> Grant:
    """What the token grants.

    Raises:
        WrongToken: it was not made here, or was changed.
        AccessError: its time is over.
    """
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(settings, body).encode()):
        raise WrongToken("This page's permission is not valid.", AGAIN)
    try:
        grant = Grant(**json.loads(urlsafe_b64decode(body)))
    except (Base64Error, ValueError, TypeError) as error:
        raise WrongToken("This page's permission is not valid.", AGAIN) from error
    if at.timestamp() > grant.expires:
        raise AccessError("This page has been open too long.", AGAIN)
    return grant


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the hash of its bytes, and the model of which it is an item."""

    sha: str
    model: str


def sign_picture(settings: Settings, sha: str, model: str, at: datetime) -> str:
    """The picture's part of its address: who was shown it may fetch it for a week or two, nobody else.

    It is the same for a week, so that browsers keep the picture.
    """
    until = (int(at.timestamp()) // WEEK + 2) * WEEK
    signed = f"{sha}.{until}.{_encode(model.encode())}"
    return f"{signed}.{_signature(settings, f'picture {signed}')}"


def verify_picture(settings: Settings, address: str, at: datetime) -> Picture:
    """The picture that an address names.

    Raises:
        WrongToken: it was not made here, or was changed.
        AccessError: its time is over.
    """
    signed, _, signature = address.rpartition(".")
    expected = _signature(settings, f"picture {signed}")
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise WrongToken("This is no address of a picture.", "Reload the page.")
    sha, until, model = signed.split(".")
    if at.timestamp() > int(until):
        raise AccessError("This address of a picture is not valid any more.", "Reload the page.")
    return Picture(sha, urlsafe_b64decode(model).decode())


def _signature(settings: Settings, body: str) -> str:
    return _encode(hmac.new(_key(settings), body.encode(), sha256).digest())


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode()


def _key(settings: Settings) -> bytes:
    """The key of this home."""
    return read_secret(settings.run / "token.key", lambda: secrets.token_bytes(KEY_BYTES))
