"""How the command line speaks: results on standard output, progress on standard error."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from core.jobs.spec import Progress

LINE_SECONDS = 3.0
SHOWN_ROWS = 10


def line(text: str = "") -> None:
    """One line of a result."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """One line beside the result."""
    sys.stderr.write(text + "\n")


def document(content: Any) -> None:
    """One JSON document; what is not a number is null."""
    from core.tables.values.json_values import plain

    sys.stdout.write(json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def result(output: str, content: dict[str, Any], text: str) -> None:
    """What was done: a sentence, or with `--format json` the document."""
    if output == "json":
        document(content)
    else:
        line(text)


def left_out(report: dict[str, Any]) -> None:
    """What of a file was not taken in as it came: a sentence, then the rows."""
    if not report["message"]:
        return
    line(f"{report['message']} {report['hint']}".strip())
    for row in report["listed"][:SHOWN_ROWS]:
        line(f"- {row['where']}, column {row['column']!r}: {row['reason']}")
    more = report["rows"] - len(report["listed"][:SHOWN_ROWS])
    if more > 0:
        line(f"- and {more:,} more; `--format json` lists the first 100.")


@contextmanager
def progress() -> Iterator["Progress"]:
    """A bar with what is being done and the time left."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda fraction, message: bar.update(task, completed=fraction, description=message)


def _lines() -> "Progress":
    """For a log instead of a terminal: a line now and then."""
    due = time.monotonic() + LINE_SECONDS

    def tell(fraction: float, message: str) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + LINE_SECONDS
            note(f"{fraction:4.0%} {message}")

    return tell


def write(content: str | bytes, path: Path) -> None:
    """Write a file; whole or not at all."""
    from core.lake.write import replacing

    with replacing(path, path.with_name(path.name + ".partial")) as partial:
        partial.write_bytes(content if isinstance(content, bytes) else content.encode())


def save(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table: Parquet or JSON lines by the ending, else CSV; whole or not at all.

    Raises:
        DataError: the ending is that of JSON, which is no table here.
    """
    from core.errors import DataError
    from core.lake.write import replacing
    from core.tables.csv_export import to_csv

    if path.suffix == ".json":
        raise DataError(
            f"{path.name}: a table is not written as .json.",
            "End the name in .csv, .parquet or .jsonl; tasks of Label Studio are `--what label-studio`.",
        )
    with replacing(path, path.with_name(path.name + ".partial")) as partial:
        if path.suffix == ".parquet":
            frame.to_parquet(partial, index=False)
        elif path.suffix == ".jsonl":
            frame.to_json(partial, orient="records", lines=True, date_format="iso", date_unit="us")
        else:
            partial.write_text(to_csv(frame), encoding="utf-8")
    note(f"{len(frame):,} rows written to {path}")


def save_tasks(tasks: list[dict[str, Any]], config: str, path: Path) -> Path:
    """Write tasks of Label Studio, a line each, and beside them their labelling configuration; gives that.

    Raises:
        DataError: the ending is not that of JSON.
    """
    from core.errors import DataError

    if path.suffix != ".json":
        raise DataError(f"{path.name}: tasks of Label Studio are JSON.", "End the name in .json.")
    beside = path.with_suffix(".xml")
    lines = ",\n".join(json.dumps(task, ensure_ascii=False, allow_nan=False) for task in tasks)
    write(f"[\n{lines}\n]\n", path)
    write(config, beside)
    note(f"{len(tasks):,} tasks written to {path}, their labelling configuration to {beside}")
    return beside
