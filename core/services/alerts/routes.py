"""Who is told of which alerts of a model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from core.access import Person, require
from core.errors import DataError
from core.health.alerts.rules import KINDS, RULES, AlertRules, Kind, Route, Severity
from core.settings import Settings
from core.store import audit, models
from core.store.alerts import records
from core.store.engine import StoreSession, reading, writing
from core.store.workspace import Workspace


class NoDestination(DataError):
    """A destination of alerts is not configured.

    Next: the operator names it with its Apprise URL in `CARETAKER_ALERT_DESTINATIONS`.
    """

    http_status = DataError.http_status


def require_destination(settings: Settings, name: str) -> None:
    """Let a destination pass that the operator configured.

    Raises:
        NoDestination: it is not.
    """
    if name not in settings.alert_destinations:
        known = ", ".join(sorted(settings.alert_destinations)) or "none"
        raise NoDestination(
            f"There is no destination {name!r} for alerts.",
            f"Configured are: {known}. They are named in CARETAKER_ALERT_DESTINATIONS, never here.",
        )


def rules_from(body: dict[str, Any] | None) -> AlertRules:
    """The rules as they are stored; those that hold unless somebody says otherwise."""
    return RULES if body is None else AlertRules.from_json(body)


def rules_of(ws: Workspace, name: str) -> AlertRules:
    """The rules of a model.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return rules_from(records.rules(session, models.spec(session, name).id))


def set_route(
    ws: Workspace,
    name: str,
    destination: str,
    *,
    person: Person,
    kinds: Sequence[str] = (),
    least: str = "amber",
    digest: bool = False,
) -> AlertRules:
    """Tell a destination of the alerts of a model: of these kinds (none: all), from this severity on.

    Raises:
        AccessError: the person is no engineer of the model.
        DataError: there is no such model, kind or severity.
        NoDestination: the destination is not configured.
    """
    require(person, "engineer", name)
    route = require_route(ws.settings, destination, kinds, least, digest=digest)
    return _change(ws, name, destination, route, person.name)


def require_route(
    settings: Settings,
    destination: str,
    kinds: Sequence[str] = (),
    least: str = "amber",
    *,
    digest: bool = False,
) -> Route:
    """A route that there can be.

    Raises:
        DataError: there is no such kind or severity.
        NoDestination: the destination is not configured.
    """
    require_destination(settings, destination)
    return Route(destination, _require_kinds(kinds), _require_severity(least), digest)


def drop_route(ws: Workspace, name: str, destination: str, *, person: Person) -> AlertRules:
    """Tell a destination of a model no longer; what waits for it is sent still.

    Raises:
        AccessError: the person is no engineer of the model.
        DataError: there is no such model.
    """
    require(person, "engineer", name)
    return _change(ws, name, destination, None, person.name)


def _change(ws: Workspace, name: str, destination: str, route: Route | None, by: str) -> AlertRules:
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        before = rules_from(records.rules(session, spec.id))
        others = [known for known in before.routes if known.destination != destination]
        return change_routes(session, spec.id, [*others, *([route] if route else [])], by)


def change_routes(
    session: StoreSession, model_id: int, routes: Sequence[Route], by: str, file: str = ""
) -> AlertRules:
    """Who is told of the alerts of a model, in a transaction that is open; `file`: of models as code."""
    before = rules_from(records.rules(session, model_id))
    after = replace(before, routes=tuple(sorted(routes, key=lambda one: one.destination)))
    if after != before:
        records.set_rules(session, model_id, after.to_json())
        body = {"before": before.to_json(), "after": after.to_json(), "sentence": describe(after)}
        audit.add(session, model_id, by, records.RULES_CHANGED, body | ({"file": file} if file else {}))
    return after


def describe(rules: AlertRules) -> str:
    """Who is told of what, in words.

    >>> describe(AlertRules(routes=(Route("ops", ("guard",), "red", digest=True), Route("slack"))))
    'ops (guard, from red on, weekly message), slack (everything)'
    >>> describe(AlertRules())
    'nobody is told'
    """
    return ", ".join(map(_describe_route, rules.routes)) or "nobody is told"


def _describe_route(route: Route) -> str:
    parts = [", ".join(kind.replace("_", " ") for kind in route.kinds)] if route.kinds else ["everything"]
    parts += [f"from {route.least} on"] if route.least != "amber" else []
    parts += ["weekly message"] if route.digest else []
    return f"{route.destination} ({', '.join(parts)})"


def _require_kinds(kinds: Sequence[str]) -> tuple[Kind, ...]:
    odd = [kind for kind in kinds if kind not in KINDS]
    if odd:
        raise DataError(f"There is no kind of alert {odd[0]!r}.", f"There are {', '.join(KINDS)}.")
    return tuple(kind for kind in KINDS if kind in kinds)


def _require_severity(least: str) -> Severity:
    for severity in get_args(Severity):
        if severity == least:
            return severity  # type: ignore[no-any-return]
    raise DataError(f"There is no severity {least!r}.", "Write amber or red.")
