"""Commands about alerts: which are open, who takes care, where they go, what was sent."""

from typing import Annotated, Literal

import typer

from core.access import LOCAL, ROLES, Person
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

NUMBER = Annotated[int, typer.Argument(help="Number of the alert; `alerts list` names it.")]
DESTINATION = Annotated[
    str, typer.Argument(help="Name of the destination, as CARETAKER_ALERT_DESTINATIONS has it.")
]


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="Alerts: which are open, who takes care, where they go, what was sent.",
        epilog="Example: python -m core alerts list churn",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list", epilog="Example: python -m core alerts list churn --closed")(list_alerts)
    group.command(epilog="Example: python -m core alerts ack 3 --by eve")(ack)
    group.command(epilog="Example: python -m core alerts snooze 3 --days 7")(snooze)
    group.command(epilog="Example: python -m core alerts route churn ops --kind performance --digest")(route)
    group.command("test", epilog="Example: python -m core alerts test ops")(send_test)
    group.command("sent", epilog="Example: python -m core alerts sent")(list_sent)
    app.add_typer(group, name="alerts")


def list_alerts(
    name: Annotated[str | None, typer.Argument(help="Name of the model; without it all.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones as well.")] = False,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """List the alerts that are open, newest first."""
    from core.services.alerts import views

    with work.workspace() as ws:
        alerts = views.list_alerts(ws, name, closed=closed)
    if output == "json":
        say.document({"alerts": [{"model": one.model, **views.alert_document(one)} for one in alerts]})
        return
    for one in alerts:
        until = f" until {one.until:%Y-%m-%d %H:%M} UTC" if one.until else ""
        by = f" by {one.by}" if one.by else ""
        say.line(f"{one.id} {one.model}, {one.severity}, {one.state}{until}{by}: {one.sentence}")
    if not alerts:
        say.note("No alert is open.")


def ack(
    number: NUMBER, output: Annotated[Format, FORMAT] = "text", by: Annotated[str, BY] = LOCAL.name
) -> None:
    """Say that somebody takes care: it is told again only if it gets worse."""
    from core.services.alerts import decide, views

    with work.workspace() as ws:
        one = decide.acknowledge(ws, number, person=Person(by, frozenset(ROLES)))
    say.result(output, {**views.alert_document(one)}, f"Alert {number} of {one.model} is acknowledged.")


def snooze(
    number: NUMBER,
    days: Annotated[float, typer.Option("--days", help="After so many it is told again, if it lasts.")] = 1.0,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Be told of an alert again later, if it lasts until then."""
    from core.services.alerts import decide, views

    with work.workspace() as ws:
        one = decide.snooze(ws, number, days, person=Person(by, frozenset(ROLES)))
    sentence = f"Alert {number} of {one.model} is snoozed until {one.until:%Y-%m-%d %H:%M} UTC."
    say.result(output, {**views.alert_document(one)}, sentence)


def route(
    name: NAME,
    destination: DESTINATION,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only these, e.g. performance; once for each.")
    ] = None,
    least: Annotated[
        Literal["amber", "red"], typer.Option("--least", help="From which severity on.")
    ] = "amber",
    digest: Annotated[bool, typer.Option("--digest", help="The weekly message as well.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Tell it no longer.")] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Tell a destination of the alerts of a model; of all kinds, unless some are named."""
    from core.services.alerts import routes

    person = Person(by, frozenset(ROLES))
    with work.workspace() as ws:
        if off:
            rules = routes.drop_route(ws, name, destination, person=person)
        else:
            rules = routes.set_route(
                ws, name, destination, person=person, kinds=kind or (), least=least, digest=digest
            )
    document = {"model": name, **rules.to_json()}
    say.result(output, document, f"Alerts of {name} go to: {routes.describe(rules)}.")


def send_test(
    destination: DESTINATION,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Send a message that only says that it arrived; exit 1 where it did not."""
    from core.services.alerts import deliver
    from core.services.alerts.jobs import SendAlerts

    with work.workspace() as ws:
        uid = deliver.put_test(ws, destination, person=Person(by, frozenset(ROLES)))
        work.do(ws.settings, SendAlerts(destination=destination))
        view = deliver.find_message(ws, uid)
    state, message = (view.state, view.message) if view else ("waiting", "")
    sentences = {"sent": f"{destination} took it."}
    sentence = sentences.get(state, f"{destination} has not taken it yet. {message}".strip())
    say.result(output, {"destination": destination, "id": uid, "state": state, "message": message}, sentence)
    if state != "sent":
        raise typer.Exit(1)


def list_sent(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """List the newest messages and what became of each."""
    from core.services.alerts import views

    with work.workspace() as ws:
        messages = views.list_messages(ws, limit)
    if output == "json":
        rows = [
            {
                "id": one.uid,
                "destination": one.destination,
                "kind": one.kind,
                "title": one.title,
                "state": one.state,
                "attempts": one.attempts,
                "message": one.message,
                "at": one.at.isoformat(timespec="seconds"),
                "next_at": one.next_at.isoformat(timespec="seconds") if one.next_at else None,
            }
            for one in messages
        ]
        say.document({"messages": rows})
        return
    for one in messages:
        again = f", again {one.next_at:%Y-%m-%d %H:%M} UTC" if one.next_at else ""
        tries = f", {one.attempts} {'try' if one.attempts == 1 else 'tries'}"
        line = f"{one.at:%Y-%m-%d %H:%M} {one.destination}: {one.title} - {one.state}{tries}{again}"
        say.line(f"{line} {one.message}".rstrip())
    if not messages:
        say.note("Nothing was sent yet.")
