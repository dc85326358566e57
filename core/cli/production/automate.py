"""The command that lets a model be trained by itself, and does what is due for pipelines."""

import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

if TYPE_CHECKING:
    from core.model import Automation
    from core.store.workspace import Workspace

EXAMPLE = "Example: python -m core automate churn --on-alarm --every 30 --minutes 10"


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog=EXAMPLE)(automate)


def automate(  # noqa: PLR0917 - the options of the command, as people know them
    name: NAME,
    every: Annotated[
        float | None, typer.Option(min=0, help="Every so many days; 0: not by the calendar.")
    ] = None,
    on_alarm: Annotated[bool | None, typer.Option(help="Whenever Health shows an alarm.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Of a search; 0: the champion's recipe on the present labels.")
    ] = None,
    pause: Annotated[float | None, typer.Option(min=0, help="Days between two trainings, at least.")] = None,
    new_labels: Annotated[
        int | None, typer.Option(min=0, help="At least so many labels more than the last time; 0: any.")
    ] = None,
    promote_by_itself: Annotated[
        bool | None,
        typer.Option(help="Whether what is better and passed all tests is promoted without a person."),
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="Take the rule back.")] = False,
    run: Annotated[bool, typer.Option("--run", help="Do what is due now, to its end.")] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Train by the calendar or on an alarm; without options, print rule, last and next time."""
    from core.services.automation import views
    from core.services.automation.rules import describe
    from core.services.onboarding.adjust import adjust

    options = {
        "every_days": every,
        "on_alarm": on_alarm,
        "minutes": minutes,
        "pause_days": pause,
        "new_labels": new_labels,
        "promote_by_itself": promote_by_itself,
    }
    wishes = {key: value for key, value in options.items() if value is not None}
    with work.workspace() as ws:
        before = views.state(ws, name).rule
        if never or wishes:
            adjust(ws, name, by, automation=None if never else _merge_rule(before, wishes))
        began = _run(ws, name) if run else None
        state = views.state(ws, name)
    last = state.last
    document = {
        "model": name,
        "rule": asdict(state.rule) if state.rule else None,
        "next": {"at": state.next.at.isoformat() if state.next.at else None, "sentence": state.next.sentence},
        "last": {**asdict(last), "began": last.began.isoformat()} if last else None,
        "ran": began is not None,
    }
    lines = [f"{name} trains by itself: {describe(state.rule)}.", state.next.sentence]
    if last is not None:
        lines.append(f"Last: {last.sentence}")
    say.result(output, document, "\n".join(lines))
    if began is not None and last is not None and last.outcome == "failed":
        raise typer.Exit(1)


def _merge_rule(before: "Automation | None", wishes: dict[str, Any]) -> "Automation":
    """The rule with what was asked for; 0 takes the calendar, or the search, back.

    >>> _merge_rule(None, {"every_days": 30.0, "minutes": 0.0}).every_days
    30.0
    """
    from core.model import Automation

    for key in ("every_days", "minutes"):
        if wishes.get(key) == 0:
            wishes[key] = None
    return replace(before or Automation(), **wishes)


def _run(ws: "Workspace", name: str) -> int | None:
    """Begin what is due and follow it to its end; the worker does it if one is alive, else this process."""
    from core.errors import CaretakerError
    from core.jobs import client
    from core.jobs.job import Job
    from core.services.automation import runs
    from core.store.types import now

    def here(job: Job, _job_id: str) -> runs.Ended:
        try:
            return runs.Ended(work.do(ws.settings, job))
        except CaretakerError as error:
            return runs.Ended(None, f"{error.message} {error.hint}")

    run = runs.begin(ws, name, now())
    if run is None:
        return None
    do = runs.in_line(ws.settings) if client.worker_alive(ws.settings) else here
    while not runs.advance(ws, run, do):
        time.sleep(work.LOOK_SECONDS)
    return run
