"""Commands about data that keep coming: sources, and what came through every door."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, KIND, NAME, Format

if TYPE_CHECKING:
    from core.store.workspace import Workspace

ADDRESS = Annotated[str, typer.Argument(help="Folder, pattern, s3://BUCKET/KEY or sql:NAME/TABLE.")]
WHICH = Annotated[str, typer.Argument(help="Number or address of the source.")]
ADD = "Example: python -m core source add churn '/data/churn/day-*.csv' --every 60"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="Folders, buckets and SQL tables that data keep coming from.",
        epilog=ADD,
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog=ADD)(add)
    group.command("list", epilog="Example: python -m core source list churn --format json")(list_sources)
    group.command(epilog="Example: python -m core source poll churn")(poll)
    group.command(epilog="Example: python -m core source pause churn 1")(pause)
    group.command(epilog="Example: python -m core source resume churn 1")(resume)
    group.command(epilog="Example: python -m core source remove churn 1")(remove)
    app.add_typer(group, name="source")
    app.command("deliveries", epilog="Example: python -m core deliveries churn --format json")(list_all)


def add(
    name: NAME,
    address: ADDRESS,
    kind: Annotated[Literal["predictions", "labels", "training"], KIND] = "predictions",
    watermark: Annotated[
        str | None, typer.Option(help="SQL: column that only grows; rows above its last value are new.")
    ] = None,
    look_back: Annotated[
        float, typer.Option(min=0, help="SQL: rows may come so late: seconds, or units of a number.")
    ] = 0.0,
    every: Annotated[int, typer.Option(min=5, help="Seconds between two looks.")] = 300,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Watch an address: the worker looks at it again and again, and takes in what is new."""
    from core.services.ingestion import sources

    with work.workspace() as ws:
        added = sources.add(
            ws,
            name,
            address,
            kind,
            watermark_column=watermark,
            look_back=look_back,
            every_seconds=every,
            by=by,
        )
    if output == "json":
        say.document(asdict(added))
        return
    say.line(f"Source {added.id} of {name}: {added.address}, every {added.every_seconds:,} seconds.")
    say.note("The worker looks at it (`python -m core worker`, or while the pages are open).")


def list_sources(name: NAME, output: Annotated[Format, FORMAT] = "text") -> None:
    """List the sources of a model, and what is wrong with them."""
    from core.services.ingestion import sources

    with work.workspace() as ws:
        views = sources.list_sources(ws, name)
    if output == "json":
        say.document({"sources": [asdict(view) for view in views]})
        return
    for view in views:
        state = f"every {view.every_seconds:,} s" if view.state == "on" else view.state
        reached = f", read up to {view.watermark}" if view.watermark else ""
        say.line(f"{view.id}: {view.address} ({view.kind}), {state}, {view.rows:,} rows{reached}")
        if view.message:
            say.line(f"   {view.message}")
    if not views:
        say.line(f"{name} has no source yet: see `python -m core source add --help`.")


def poll(
    name: NAME,
    source: Annotated[str | None, typer.Argument(help="Number or address; all of them without it.")] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Look at the sources now, and compute the health if something came."""
    from core.services.ingestion.jobs import Poll

    with work.workspace() as ws:
        number = _number(ws, name, source) if source else None
        done = work.do(ws.settings, Poll(model=name, source=number))
    _show(done["arrivals"], output, "Nothing new.")


def pause(
    name: NAME,
    source: WHICH,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Look at a source no more, until it is resumed."""
    number = _change("pause", name, source, by)
    content = {"model": name, "source": number, "state": "paused"}
    say.result(output, content, f"Source {number} of {name} is paused.")


def resume(
    name: NAME,
    source: WHICH,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Look at a source again; files that were refused get another chance."""
    number = _change("resume", name, source, by)
    content = {"model": name, "source": number, "state": "on"}
    say.result(output, content, f"Source {number} of {name} is looked at again.")


def remove(
    name: NAME,
    source: WHICH,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Forget a source; what it brought stays."""
    number = _change("remove", name, source, by)
    content = {"model": name, "source": number, "state": "removed"}
    say.result(output, content, f"Source {number} of {name} is removed; its rows stay.")


def list_all(
    name: NAME,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 200,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """List what came through every door: taken in, known already, or refused and why."""
    from core.services.ingestion.delivery_log import list_deliveries

    with work.workspace() as ws:
        entries = [asdict(delivery) for delivery in list_deliveries(ws, name, limit)]
    _show(entries, output, f"Nothing has come for {name} yet.")


def _change(verb: Literal["pause", "resume", "remove"], name: str, text: str, by: str) -> int:
    """Do that to the source; its number."""
    from core.services.ingestion import sources

    change = {"pause": sources.pause, "resume": sources.resume, "remove": sources.remove}[verb]
    with work.workspace() as ws:
        number = _number(ws, name, text)
        change(ws, name, number, by)
    return number


def _number(ws: "Workspace", name: str, text: str) -> int:
    from core.services.ingestion import sources

    return sources.find(ws, name, text).id


def _show(deliveries: list[dict[str, Any]], output: Format, nothing: str) -> None:
    if output == "json":
        say.document({"arrivals": deliveries})
        return
    for delivery in deliveries:
        line = f"{delivery['name']} ({delivery['kind']}, {delivery['door']}): {delivery['outcome']}"
        if delivery["outcome"] == "taken":
            period = "" if delivery["first"] is None else f", {delivery['first']} to {delivery['last']}"
            counts = f"{delivery['new']:,} new, {delivery['replaced']:,} replaced, "
            counts += f"{delivery['labelled']:,} with a label"
            say.line(f"{line}, {delivery['rows']:,} rows ({counts}){period}")
            say.left_out({**delivery, "rows": delivery["left_out"]})
        else:
            say.line(f"{line}. {delivery['message']} {delivery['hint']}")
    if not deliveries:
        say.line(nothing)
