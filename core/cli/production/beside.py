"""Commands about versions beside the champion, now and in the past: shadow, replay, policies."""

from typing import Annotated

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core shadow churn --start 3")(shadow)
    app.command(epilog="Example: python -m core replay churn 3 --since 2024-03-01")(replay)
    app.command(epilog="Example: python -m core policies churn")(policies)


def shadow(
    name: NAME,
    start: Annotated[
        str | None, typer.Option(help="Version that predicts beside the champion from now on.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="End it, and why; it is kept beside the decision.")] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Let a challenger predict what comes beside the champion, and say what its rows show by now."""
    from core.services.shadow import start as services
    from core.services.shadow.jobs import WatchShadows

    with work.workspace() as ws:
        if start is not None:
            services.require_version(ws, name, start)
            services.start(ws, name, start, by=by)
        if end is not None:
            services.end(ws, name, by=by, reason=end)
        else:
            work.do(ws.settings, WatchShadows(model=name))
        document = services.latest(ws, name)
    say.result(output, dict(document), f"{document['state'].capitalize()}. {document['sentence']}")


def replay(
    name: NAME,
    version: Annotated[str, typer.Argument(help="Any that the registry has.")],
    since: Annotated[
        str | None, typer.Option(help="First moment or number of a row; as early as is fair without it.")
    ] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Say what would have been, had a version gone live at a moment of the past."""
    from core.services.experiments.jobs import Replay

    with work.workspace() as ws:
        done = work.do(ws.settings, Replay(model=name, version=version, since=since, by=by))
    document = done["replay"]
    say.result(output, document, " ".join(filter(None, [document["sentence"], document["together"]])))


def policies(
    name: NAME,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Compare on the past: retrain never, every period, on an alarm, or on evidence."""
    from core.services.experiments.jobs import ComparePolicies

    with work.workspace() as ws:
        document = work.do(ws.settings, ComparePolicies(model=name, by=by))["policies"]
    say.result(output, document, " ".join(filter(None, [document["sentence"], document["alarm"]])))
