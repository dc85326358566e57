"""The section of alerts: where those of a model go."""

from dataclasses import asdict
from typing import Any

from core.errors import DataError
from core.health.alerts.rules import Route
from core.model import ModelSpec
from core.services.alerts.routes import change_routes, require_route, rules_from
from core.services.onboarding.declared.sections.section import Change, Section
from core.settings import Settings
from core.store import models
from core.store.alerts import records
from core.store.engine import StoreSession


def read(session: StoreSession, spec: ModelSpec) -> list[dict[str, Any]]:
    """The routes by their destinations."""
    return [_value(route) for route in rules_from(records.rules(session, spec.id)).routes]


def prepare(
    settings: Settings, _spec: ModelSpec, before: list[dict[str, Any]], wish: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The routes with every key; a destination that is told already need not be configured still.

    Raises:
        DataError: a destination is not configured or stands twice, or there is no such kind.
    """
    names = [value["destination"] for value in wish]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"alerts: {name} stands twice.", "Keep one of the two, with all its kinds.")
    whole = [_value(Route(**{**value, "kinds": tuple(value.get("kinds", ()))})) for value in wish]
    return [value if value in before else _value(require_route(settings, **value)) for value in whole]


def apply(change: Change, wish: list[dict[str, Any]]) -> None:
    """All routes at once."""
    spec = models.spec(change.session, change.name, to_change=True)
    routes = [Route(**{**value, "kinds": tuple(value["kinds"])}) for value in wish]
    change_routes(change.session, spec.id, routes, change.by, change.file)


def _value(route: Route) -> dict[str, Any]:
    return {**asdict(route), "kinds": list(route.kinds)}


ALERTS = Section(
    read,
    apply,
    prepare,
    causes={"": "It holds for what alerts say from now on; what waits for a destination is sent still."},
)
