"""Commands about sources joined by key: columns that the log does not have."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

ADDRESS = Annotated[
    str, typer.Argument(help="CSV, Parquet or JSON lines, s3://BUCKET/KEY or sql:NAME/TABLE.")
]
ADD = "Example: python -m core join add rides /data/weather.csv --key station --time measured"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="Sources joined by key, whose columns a search tries.",
        epilog=ADD,
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog=ADD)(add)
    group.command("list", epilog="Example: python -m core join list rides --format json")(list_joined)
    group.command(epilog="Example: python -m core join remove rides weather")(remove)
    app.add_typer(group, name="join")


def add(
    name: NAME,
    address: ADDRESS,
    key: Annotated[str, typer.Option(help="Column of the source that holds the keys.")],
    on: Annotated[
        str | None, typer.Option(help="Column of the log that holds the same keys; without it, of that name.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(help="Column of the source: since when a row was known; without it, always."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Its name; without it, of the file or table.")] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Join a source, or its newest rows: the next search tries its columns, and says what they gain."""
    from core.services.experiments.jobs import Join

    job = Join(model=name, by=by, address=address, key=key, on=on, time=time, name=source)
    with work.workspace() as ws:
        document = work.do(ws.settings, job)["joined"]
    say.result(output, document, "\n".join(_lines(document)))


def list_joined(name: NAME, output: Annotated[Format, FORMAT] = "text") -> None:
    """List the joined sources of a model."""
    from core.store import models
    from core.store.engine import reading

    with work.workspace() as ws, reading(ws.engine) as session:
        sources = models.spec(session, name).joined
    if output == "json":
        say.document({"joined": [asdict(source) for source in sources]})
        return
    for source in sources:
        when = f", as of {source.time}" if source.time else ""
        say.line(
            f"{source.name}: {source.address}, {source.key} = {source.on}{when}, "
            f"{100 * source.share:.1f} % of the rows known; {', '.join(source.columns)}"
        )
    if not sources:
        say.line(f"{name} has no joined source yet: see `python -m core join add --help`.")


def remove(
    name: NAME,
    source: Annotated[str, typer.Argument(help="Name of the joined source.")],
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Offer a source to no further search; versions that read it keep its rows."""
    from core.services.experiments.joins.remove import remove as remove_source

    with work.workspace() as ws:
        remove_source(ws, name, source, by)
    say.result(output, {"model": name, "removed": source}, f"{source} is joined to {name} no more.")


def _lines(document: dict[str, Any]) -> list[str]:
    again = " These very rows were joined before." if document["same"] else ""
    without = f", {document['without_key']:,} rows without a key left out" if document["without_key"] else ""
    share = f"{100 * document['share']:.1f} % of the rows of the log are known to it"
    lines = [f"{document['name']}: {document['rows']:,} rows{without}. {share}.{again}"]
    lines.append(f"Columns: {', '.join(document['columns'])}.")
    lines += [f"Left out: {one['column']}. {one['why']}" for one in document["left_out"]]
    if document["time"] is None:
        lines.append(
            "Its rows are taken to hold for every time: join only what was known at each prediction."
        )
    lines.append("What it gains: `python -m core search NAME --part sources`.")
    return lines
