"""Commands about what is done by the calendar."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from core.access import LOCAL, ROLES, Person
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

if TYPE_CHECKING:
    from core.services.schedules.plan import ScheduleView


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core schedule churn check '30 6 * * 1-5' --zone Europe/Berlin")(
        schedule
    )
    app.command(epilog="Example: python -m core schedules churn")(schedules)


def schedule(
    name: NAME,
    kind: Annotated[str, typer.Argument(help="check, poll (look for new data) or retrain.")],
    cron: Annotated[str, typer.Argument(help="Minute, hour, day of the month, month, day of the week.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of it, e.g. Europe/Berlin.")] = "UTC",
    off: Annotated[bool, typer.Option("--off", help="Take it back.")] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Do something of a model at the moments of a cron expression."""
    from core.services.schedules import plan

    person = Person(by, frozenset(ROLES))
    with work.workspace() as ws:
        if off:
            plan.drop_schedule(ws, name, kind, person=person)
        else:
            plan.set_schedule(ws, name, kind, cron, zone, person=person)
        views = plan.list_schedules(ws, name)
    _print(output, views, f"{name} does nothing by the calendar.")


def schedules(
    name: Annotated[str | None, typer.Argument(help="Name of the model; without it all.")] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """List what is done by the calendar, with the last and the next time."""
    from core.services.schedules import plan

    with work.workspace() as ws:
        views = plan.list_schedules(ws, name)
    _print(output, views, "Nothing is done by the calendar.")


def _print(output: Format, views: "list[ScheduleView]", nothing: str) -> None:
    from core.services.schedules import plan

    if output == "json":
        rows = [asdict(view) for view in views]
        moments = ("next_at", "last_at", "missed_from")
        lines = [row | {key: row[key] and row[key].isoformat() for key in moments} for row in rows]
        say.document({"schedules": lines})
        return
    for view in views:
        say.line(plan.describe(view))
    if not views:
        say.note(nothing)
