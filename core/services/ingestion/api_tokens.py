"""Bearer tokens: how a program proves that it may send data to one model.

A token is shown once, when it is made; what is kept is its SHA-256. It says nothing about a person and
opens one model only; it is revoked by its name.
"""

import hmac
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from core.access import Person, require
from core.errors import AccessError, BusyError, DataError, WrongToken
from core.services.ingestion.views import TokenView
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.ingestion import token_hashes
from core.store.tables import Token
from core.store.types import now
from core.store.workspace import Workspace

PREFIX = "ct_"
SECRET_BYTES = 32
LONGEST_GIVEN = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
RECORD_USE_EVERY = timedelta(minutes=1)
MAKE_ONE = "Make one with `python -m core token create`, and send it as `Authorization: Bearer ct_...`."


class OtherModel(AccessError):
    """The token is good, for another model.

    Next: send the token of this model, or make one for it: Setup, or `token create`.
    """

    http_status = HTTPStatus.FORBIDDEN


class NoSuchModel(DataError):
    """No model has this name.

    Next: correct the name in the address; upper and lower case count, and `list` shows all names.
    """

    http_status = HTTPStatus.NOT_FOUND


def create(ws: Workspace, name: str, token_name: str, by: Person | str) -> str:
    """Make a token for the model; what is returned is the only copy.

    Args:
        ws: the stores.
        name: the model.
        token_name: what the token is for, e.g. "scoring service".
        by: who makes it; a person must be an engineer.

    Raises:
        AccessError: the person is no engineer.
        DataError: there is no such model, the name is taken or odd.
    """
    who = _require_engineer(by, name)
    if not NAME.fullmatch(token_name):
        raise DataError(
            f"{token_name!r} is not a name for a token.",
            "Use up to 64 letters, digits, spaces, dots, dashes; begin with a letter or a digit.",
        )
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with writing(ws.engine) as session:
        model = models.spec(session, name).id
        existing = token_hashes.find_token(session, model, token_name)
        if existing is not None:
            state = "was revoked" if existing.revoked_at else "exists already"
            raise DataError(f"A token {token_name!r} of {name} {state}.", "Choose another name.")
        token_hashes.add(session, model, token_name, _digest(secret), who)
        audit.add(session, model, who, "create token", {"token": token_name})
    return secret


def list_tokens(ws: Workspace, name: str) -> list[TokenView]:
    """The tokens of the model, newest first, revoked ones too.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return [_view(row, name) for row in token_hashes.list_tokens(session, models.spec(session, name).id)]


def revoke(ws: Workspace, name: str, token_name: str, by: Person | str) -> None:
    """Let a token through no more, from the next request on; doing it twice changes nothing.

    Raises:
        AccessError: the person is no engineer.
        DataError: there is no such model or token.
    """
    who = _require_engineer(by, name)
    with writing(ws.engine) as session:
        model = models.spec(session, name).id
        token = token_hashes.find_token(session, model, token_name)
        if token is None:
            known = ", ".join(row.name for row in token_hashes.list_tokens(session, model)) or "none yet"
            raise DataError(f"{name} has no token {token_name!r}.", f"Its tokens: {known}.")
        if token.revoked_at is None:
            token_hashes.revoke(session, token, now())
            audit.add(session, model, who, "revoke token", {"token": token_name})


def verify(ws: Workspace, name: str, secret: str) -> TokenView:
    """The token, when it opens this model; nothing is written.

    Raises:
        AccessError: it is missing or revoked.
        WrongToken: it is unknown.
        NoSuchModel: it is good, and no model has this name.
        OtherModel: it is good, for another model.
    """
    token = find_token(ws, secret)
    if token.model == name:
        return token
    require_model(ws, name)
    raise OtherModel(
        f"The token {token.name!r} opens another model than {name!r}.", "Make a token for this model."
    )


def find_token(ws: Workspace, secret: str) -> TokenView:
    """The token, whatever its model.

    Raises:
        AccessError: it is missing or revoked.
        WrongToken: it is unknown.
    """
    digest = _digest(secret[:LONGEST_GIVEN])
    with reading(ws.engine) as session:
        row = token_hashes.by_hash(session, digest)
    # The look-up goes by the hash: how long it takes says nothing about a token that exists.
    same = hmac.compare_digest(row[0].hash if row else "", digest)
    if row is None or not same:
        if not secret:
            raise AccessError("A bearer token is needed.", MAKE_ONE)
        raise WrongToken("This is not a token of ours.", MAKE_ONE)
    token, model = row
    if token.revoked_at is not None:
        raise AccessError(f"The token {token.name!r} was revoked.", MAKE_ONE)
    return _view(token, model)


def require_model(ws: Workspace, name: str) -> None:
    """Refuse a name that no model has, without telling the names that there are.

    Raises:
        NoSuchModel: no model has it.
    """
    with reading(ws.engine) as session:
        is_known = any(spec.name == name for spec in models.specs(session))
    if not is_known:
        raise NoSuchModel(f"There is no model {name!r}.", "Check the address; names are case-sensitive.")


def is_use_recorded(token: TokenView, at: datetime) -> bool:
    """Whether a use at that moment need not be written down."""
    return token.used_at is not None and at - token.used_at < RECORD_USE_EVERY


def record_use(ws: Workspace, token: TokenView) -> None:
    """Write down that the token was used; called once the response is on its way.

    Of a database that is busy the next request with this token asks again.
    """
    at = now()
    if not is_use_recorded(token, at):
        with suppress(BusyError), writing(ws.engine) as session:
            token_hashes.touch(session, token.id, at, at - RECORD_USE_EVERY)


def _require_engineer(by: Person | str, model: str) -> str:
    if isinstance(by, str):
        return by
    require(by, "engineer", model)
    return by.name


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _view(row: Token, model: str) -> TokenView:
    return TokenView(
        row.id or 0, model, row.name, row.created_by, row.created_at, row.used_at, row.revoked_at
    )
