"""Deploy targets: a signed webhook or a command is told of a deployment, a server asked; they confirm it."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any, Final, Literal
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from core.errors import DataError
from core.settings import Settings
from core.store.retries import PAUSES
from core.store.types import now


@dataclass(frozen=True, slots=True)
class TargetRules:
    """When a target is given up.

    Attributes:
        answer_seconds: how long a webhook may take to answer: the 15 to 30 s that the Standard Webhooks
            specification recommends.
        command_seconds: how long a command may take; a roll-out that takes longer is started by it and
            confirmed by the next try.
        pauses: seconds between two tries.
        server_seconds: how long a server is asked in one try: it follows the alias within a second.
        server_pauses: seconds between two tries at a server, which by itself tries a version that it cannot
            load every 30 seconds: after seven of those it has failed.
        answer_bytes: how much of an answer is read.
    """

    answer_seconds: float = 20.0
    command_seconds: float = 300.0
    pauses: tuple[float, ...] = PAUSES
    server_seconds: float = 2.0
    server_pauses: tuple[float, ...] = (5, 15, 30, 60, 120)
    answer_bytes: int = 65_536


RULES: Final = TargetRules()
FINAL_REFUSALS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""What asking again does not change. Not 404: the receiver may be starting; not 409, 425 and 429."""
SHOWN = 200
LOOK_SECONDS = 0.25
"""As often as a server looks at the alias."""


class NoTarget(DataError):
    """A deploy target is not configured, or in two ways.

    Next: the operator names it in `CARETAKER_WEBHOOKS` (with its secret in `CARETAKER_WEBHOOK_SECRETS`),
    `CARETAKER_DEPLOY_COMMANDS` or `CARETAKER_SERVERS`.
    """

    http_status = DataError.http_status


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try.

    Attributes:
        state: "live" when the target confirmed the version, "waiting" when asking again may help, "failed".
        message: for people: what the target answered, or why it did not.
    """

    state: Literal["live", "waiting", "failed"]
    message: str


def known_targets(settings: Settings) -> list[str]:
    """Names of the targets that the operator configured."""
    return sorted({name for names in _kinds(settings).values() for name in names})


def _kinds(settings: Settings) -> dict[str, Collection[str]]:
    return {"webhook": settings.webhooks, "command": settings.deploy_commands, "server": settings.servers}


def pauses_of(settings: Settings, target: str, rules: TargetRules = RULES) -> tuple[float, ...]:
    """Seconds between two tries at a target."""
    return rules.server_pauses if target in settings.servers else rules.pauses


def require_targets(settings: Settings, names: tuple[str, ...]) -> None:
    """Let names pass that can be told of a deployment.

    Raises:
        NoTarget: one of them is not configured, has no secret, or is configured in two ways.
    """
    for name in names:
        kinds = [kind for kind, names in _kinds(settings).items() if name in names]
        if len(kinds) > 1:
            what = " and a ".join(kinds)
            raise NoTarget(f"{name!r} is both a {what}.", "Give one of them another name.")
        if not kinds:
            raise NoTarget(
                f"There is no deploy target {name!r}.",
                f"Configured are: {', '.join(known_targets(settings)) or 'none'}. Targets are named in "
                "CARETAKER_WEBHOOKS, CARETAKER_DEPLOY_COMMANDS and CARETAKER_SERVERS, never here.",
            )
        if name in settings.webhooks and not settings.webhook_secrets.get(name):
            raise NoTarget(f"The webhook {name!r} has no secret.", "Set it in CARETAKER_WEBHOOK_SECRETS.")


def tell(
    settings: Settings, target: str, uid: str, body: Mapping[str, Any], rules: TargetRules = RULES
) -> Outcome:
    """Tell a target of a deployment once; the same `uid` and bytes each time.

    Args:
        settings: name the target's address and secret, or its command.
        target: name of the target.
        uid: of the announcement.
        body: the document that is sent; `version` in it is the one to be confirmed.
        rules: how long it may take.
    """
    try:
        require_targets(settings, (target,))
    except NoTarget as error:
        return Outcome("failed", str(error))
    if target in settings.servers:
        return _ask_for(settings.servers[target], settings.server_tokens.get(target), body, rules)
    content = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    if target in settings.webhooks:
        return _post(settings.webhooks[target], settings.webhook_secrets[target], uid, content, body, rules)
    return _run(settings.deploy_commands[target], uid, content, body, rules)


def signature(secret: str, uid: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over "id.timestamp.body", as the Standard Webhooks specification and MLflow write it.

    >>> signature("a secret", "msg_1", 1_700_000_000, b"{}")
    'v1,V0kUGYXplWP57MnjHXigELKZcxm4+MlDimzpvC4jorc='
    """
    signed = f"{uid}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would send the signed body somewhere that the operator did not name."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _post(
    url: str, secret: str, uid: str, content: bytes, body: Mapping[str, Any], rules: TargetRules
) -> Outcome:
    timestamp = int(now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, uid, timestamp, content),
    }
    request = Request(url, data=content, headers=headers, method="POST")  # noqa: S310 -- the operator's
    reply = _reply(request, rules)
    return reply if isinstance(reply, Outcome) else read_confirmation(reply, str(body["version"]))


def _reply(request: Request, rules: TargetRules) -> bytes | Outcome:
    """What is answered with a status of success, or what became of the try."""
    try:
        with build_opener(_NoRedirect).open(request, timeout=rules.answer_seconds) as response:
            return bytes(response.read(rules.answer_bytes))
    except HTTPError as error:
        state: Literal["waiting", "failed"] = "failed" if error.code in FINAL_REFUSALS else "waiting"
        return Outcome(state, f"It answered HTTP {error.code}.")
    except (URLError, OSError, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        words = str(getattr(cause, "strerror", None) or cause)
        return Outcome("waiting", f"It did not answer: {words[:SHOWN].lower()}.")


def read_confirmation(reply: bytes, version: str) -> Outcome:
    """What an answer with a status of success means: it is live when it names the version.

    >>> read_confirmation(b'{"version": "2"}', "2").state, read_confirmation(b'{"version": "1"}', "2").message
    ('live', 'It still serves version 1.')
    >>> read_confirmation(b"ok", "2")
    Outcome(state='waiting', message='It took the message, but has not said which version it serves.')
    """
    served = _document(reply).get("version")
    if served is None:
        return Outcome("waiting", "It took the message, but has not said which version it serves.")
    if str(served) != version:
        return Outcome("waiting", f"It still serves version {str(served)[:SHOWN]}.")
    return Outcome("live", f"It confirmed that it serves version {version}.")


def _ask_for(url: str, token: str | None, body: Mapping[str, Any], rules: TargetRules) -> Outcome:
    """Ask a server who answers, until it is the version: it was told by the alias."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = Request(f"{url.rstrip('/')}/version", headers=headers)  # noqa: S310 -- the operator's
    until = time.monotonic() + rules.server_seconds
    while True:
        reply = _reply(request, rules)
        outcome = reply if isinstance(reply, Outcome) else read_server(reply, body)
        if outcome.state != "waiting" or time.monotonic() >= until:
            return outcome
        time.sleep(LOOK_SECONDS)


def read_server(reply: bytes, body: Mapping[str, Any]) -> Outcome:
    """What a server says of itself: it is live when it answers with the version.

    >>> read_server(b'{"model": "m", "version": "1", "problem": "Gone."}', {"model": "m", "version": "2"})
    Outcome(state='waiting', message='It still serves version 1. Gone.')
    >>> read_server(b'{"model": "other", "version": "2"}', {"model": "m", "version": "2"}).message
    'It serves another model.'
    """
    document = _document(reply)
    if document.get("model") not in {None, body["model"]}:
        return Outcome("failed", "It serves another model.")
    if document.get("version") is None:
        return Outcome("waiting", "It does not say which version it serves.")
    outcome, problem = read_confirmation(reply, str(body["version"])), document.get("problem")
    if outcome.state == "live" or not problem:
        return outcome
    return Outcome(outcome.state, f"{outcome.message} {str(problem)[:SHOWN]}")


def _document(reply: bytes) -> dict[str, Any]:
    try:
        document = json.loads(reply)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _run(
    command: tuple[str, ...], uid: str, content: bytes, body: Mapping[str, Any], rules: TargetRules
) -> Outcome:
    """The document is its standard input, the main facts are its environment; 0 confirms the version."""
    facts = {name.upper(): str(body[name] or "") for name in ("model", "version", "previous", "uri", "kind")}
    env = {**os.environ, "DEPLOY_ID": uid, **{f"DEPLOY_{name}": value for name, value in facts.items()}}
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as output:
        stdin.write(content)
        stdin.seek(0)
        try:
            process = subprocess.Popen(command, stdin=stdin, stdout=output, stderr=output, env=env)
        except OSError as error:
            return Outcome("failed", f"The command cannot be run: {error.strerror or error}.")
        try:
            code = process.wait(rules.command_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Outcome("waiting", f"The command took longer than {rules.command_seconds:g} seconds.")
        last = _last_line(output)
    if code:
        return Outcome("waiting", f"The command ended with {code}{f': {last}' if last else ''}.")
    return Outcome("live", f"The command confirmed version {body['version']}.")


def _last_line(output: IO[bytes]) -> str:
    output.seek(0, os.SEEK_END)
    output.seek(max(0, output.tell() - SHOWN))
    lines = output.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
