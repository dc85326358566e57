"""The doctor on the models: their data, labels, champion, sources, tokens, and whether alerts arrive."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.errors import CaretakerError
from core.model import ModelSpec
from core.registry.load import load_model
from core.registry.models import files_hash
from core.services.alerts import routes, views
from core.services.alerts.views import MessageView
from core.services.deployment.promote import champion, newest
from core.services.ingestion import api_tokens, delivery_log, sources
from core.services.monitoring import monitor
from core.services.operations.doctor_check import Check, State
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.types import now
from core.store.workspace import Workspace

DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
LATE = 3
"""Chunks without any data after which somebody should look."""
UNUSED = timedelta(days=30)
MESSAGES = 1_000
"""The newest ones, in which the last to each destination is looked for."""


def model_checks(ws: Workspace) -> Iterator[Check]:
    """Every model in turn."""
    with reading(ws.engine) as session:
        batches_by_model = [(spec, batches.list_batches(session, spec.id)) for spec in models.specs(session)]
    if not batches_by_model:
        yield Check("model", "-", "ok", "no model is connected", "See `python -m core add --help`.")
    for spec, accepted in batches_by_model:
        if not accepted:
            hint = "Run the same `add` again: it finishes; or connect it under another name."
            yield Check("model", spec.name, "watch", "connecting it was cut off", hint)
            continue
        yield _data(spec, accepted[0].created_at)
        yield from _health_check(ws, spec, accepted[0].created_at)
        yield from _refusal_check(ws, spec)
        yield _champion(ws, spec)
        yield from _sources(ws, spec)
        yield from _tokens(ws, spec)


def _data(spec: ModelSpec, newest: datetime) -> Check:
    quiet = now() - newest
    detail = f"newest data came {newest:%Y-%m-%d %H:%M} UTC"
    late = spec.chunk in DAYS and quiet > LATE * timedelta(days=DAYS[spec.chunk])
    if late:
        hint = f"Send what is new with `python -m core ingest {spec.name} FILE`, or look at its source."
        return Check("model", spec.name, "watch", f"{detail}: nothing for {quiet.days} days", hint)
    return Check("model", spec.name, "ok", detail)


def _health_check(ws: Workspace, spec: ModelSpec, newest: datetime) -> Iterator[Check]:
    document, again = monitor.health(ws, spec.name), f"Run `python -m core health {spec.name}`."
    if document is None:
        yield Check("model", spec.name, "watch", "its health was never computed", again)
        return
    at = datetime.fromisoformat(document["computed_at"])
    old = at.replace(tzinfo=at.tzinfo or newest.tzinfo) + timedelta(minutes=1) < newest
    detail = f"health of {at:%Y-%m-%d %H:%M}: {document['status']}"
    yield Check(
        "model",
        spec.name,
        "watch" if old else "ok",
        detail + (", older than the newest data" if old else ""),
        again if old else "",
    )
    labels = document["labels"]
    share = labels["labelled"] / labels["rows"] if labels["rows"] else 0.0
    detail = f"{labels['labelled']:,} of {labels['rows']:,} rows in the log have a label ({share:.0%})"
    if labels["rows"] and not labels["labelled"]:
        hint = f"Send labels with `python -m core ingest {spec.name} FILE --kind labels`."
        yield Check("model", spec.name, "watch", detail, hint)
    else:
        yield Check("model", spec.name, "ok", detail)


def _refusal_check(ws: Workspace, spec: ModelSpec) -> Iterator[Check]:
    newest = delivery_log.list_deliveries(ws, spec.name, limit=1)
    if newest and newest[0].outcome == "refused":
        last = newest[0]
        yield Check("model", spec.name, "watch", f"the last delivery was refused: {last.message}", last.hint)


def _champion(ws: Workspace, spec: ModelSpec) -> Check:
    now_in, last = champion(ws, spec.name), newest(ws, spec.name)
    if last is not None and last.state == "intended":
        detail = f"the change to version {last.version} of {last.at:%Y-%m-%d %H:%M} is not confirmed"
        hint = "It is under way, or was interrupted: the worker settles it when it starts."
        return Check("model", spec.name, "watch", detail, hint)
    if now_in is None:
        detail = "no version in production: health and suspects work from the log"
        return Check("model", spec.name, "ok", detail)
    try:
        load_model(ws.settings, spec, now_in.version)
    except CaretakerError as error:
        detail = f"version {now_in.version} cannot be loaded: {error.message}"
        return Check("model", spec.name, "broken", detail, error.hint)
    since = f"in production since {now_in.at:%Y-%m-%d}"
    if now_in.files not in {None, files_hash(ws.settings, spec.registry_name, now_in.version)}:
        detail = f"the files of version {now_in.version}, {since}, are others than those that were promoted"
        hint = "Somebody changed them: bring them back from a backup, or roll back to another version."
        return Check("model", spec.name, "broken", detail, hint)
    return Check("model", spec.name, "ok", f"version {now_in.version} {since}; it can be loaded")


def _sources(ws: Workspace, spec: ModelSpec) -> Iterator[Check]:
    for source in sources.list_sources(ws, spec.name):
        looked = f"looked at {source.polled_at:%Y-%m-%d %H:%M}" if source.polled_at else "never looked at"
        detail = f"source {source.address}: {looked}, {source.rows:,} rows"
        if source.message:
            hint = f"See `python -m core deliveries {spec.name}`."
            yield Check("model", spec.name, "watch", f"{detail}; {source.message}", hint)
        elif source.state == "paused":
            hint = f"Go on with `python -m core source resume {spec.name} {source.id}`."
            yield Check("model", spec.name, "watch", f"{detail}; paused", hint)
        else:
            yield Check("model", spec.name, "ok", detail)


def _tokens(ws: Workspace, spec: ModelSpec) -> Iterator[Check]:
    for token in api_tokens.list_tokens(ws, spec.name):
        idle = now() - (token.used_at or token.created_at)
        if token.revoked_at is None and idle > UNUSED:
            detail = f"token {token.name!r} was not used for {idle.days} days"
            hint = f"If nobody needs it: `python -m core token revoke {spec.name} '{token.name}'`."
            yield Check("model", spec.name, "watch", detail, hint)


def alert_checks(ws: Workspace) -> Iterator[Check]:
    """Every destination of alerts: whether it is configured, and whether it takes what it is sent."""
    with reading(ws.engine) as session:
        names = [spec.name for spec in models.specs(session)]
    readers: dict[str, list[str]] = {}
    for name in names:
        for route in routes.rules_of(ws, name).routes:
            readers.setdefault(route.destination, []).append(name)
    messages = views.list_messages(ws, limit=MESSAGES)
    for destination in sorted({*readers, *ws.settings.alert_destinations}):
        own_messages = [message for message in messages if message.destination == destination]
        yield _destination(ws, destination, readers.get(destination, []), own_messages)


def _destination(ws: Workspace, name: str, readers: list[str], messages: list[MessageView]) -> Check:
    whom = f"alerts of {', '.join(readers)}" if readers else "alerts of no model"
    if name not in ws.settings.alert_destinations:
        hint = (
            f"Name it in CARETAKER_ALERT_DESTINATIONS, or `python -m core alerts route MODEL {name} --off`."
        )
        return Check("doors", f"alerts to {name}", "broken", f"{whom} go there; it is not configured", hint)
    newest = next((one for one in messages if one.state in {"sent", "failed"} or one.attempts), None)
    if newest is not None and newest.state != "sent":
        how = "was given up" if newest.state == "failed" else "waits"
        tries = f"after {newest.attempts} {'try' if newest.attempts == 1 else 'tries'}"
        detail = f"the message of {newest.at:%Y-%m-%d %H:%M} {how} {tries}: {newest.message}"
        state: State = "broken" if newest.state == "failed" else "watch"
        return Check("doors", f"alerts to {name}", state, detail, f"Try `python -m core alerts test {name}`.")
    last = f"newest arrived at {newest.at:%Y-%m-%d %H:%M} UTC" if newest else "nothing was sent yet"
    return Check("doors", f"alerts to {name}", "ok", f"{whom}; {last}")
