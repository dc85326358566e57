"""Commands that keep a home safe: doctor, backup and restore."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.cli import say, work
from core.cli.options import FORMAT, Format

ARCHIVE = Annotated[Path, typer.Argument(help="Archive: .tar.zst or .tar.gz.")]


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core doctor --format json")(doctor)
    app.command(epilog="Example: python -m core backup /backups/caretaker-monday.tar.zst")(backup)
    app.command(epilog="Example: python -m core restore /backups/caretaker-monday.tar.zst")(restore)


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file and row, however many.")] = False,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Say what is configured, whether it works, and what to do next; exit code 1 when something is broken."""
    from core.services.operations.doctor import examine
    from core.settings import Settings

    with say.progress() as progress:
        checks = examine(Settings(), progress, deep=deep)
    worst = next(
        (state for state in ("broken", "watch") if any(check.state == state for check in checks)), "ok"
    )
    if output == "json":
        say.document({"status": worst, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            say.line(f"{check.state:<7} {check.area}, {check.name}: {check.detail}")
            if check.hint:
                say.line(f"        > {check.hint}")
    if worst == "broken":
        raise typer.Exit(1)


def backup(file: ARCHIVE, output: Annotated[Format, FORMAT] = "text") -> None:
    """Save everything in one file while everything runs; exit code 1 when a file is missing or damaged."""
    from core.services.operations import backup as service

    with work.workspace() as ws, say.progress() as progress:
        done = service.backup(ws, file, progress)
    if output == "json":
        say.document(asdict(done) | {"file": str(done.file)})
    else:
        say.line(f"{done.files:,} files, {done.bytes / 1e6:,.1f} MB, are saved in {done.file}.")
        for sentence in done.uncovered:
            say.note(sentence)
    for name in done.missing:
        say.note(f"Missing, though the database names it: {name}. See `python -m core doctor`.")
    for name in done.damaged:
        say.note(f"Damaged, saved as it is: {name}. Keep the older backups; see `python -m core doctor`.")
    if done.missing or done.damaged:
        raise typer.Exit(1)


def restore(
    file: ARCHIVE,
    replace: Annotated[bool, typer.Option("--replace", help="Give up what is in the home now.")] = False,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Bring a backup into this home: every file is verified before anything is touched."""
    from core.services.operations import restore as service
    from core.settings import Settings

    settings = Settings()
    with say.progress() as progress:
        done = service.restore(settings, file, replace=replace, progress=progress)
    if output == "json":
        say.document(asdict(done) | {"home": str(settings.home)})
        return
    if done.finished:
        say.note("A restore that had been cut off was finished; the file was not read again.")
    say.line(f"{done.files:,} files as of {done.made} are in {settings.home}.")
    for name in done.damaged:
        say.note(f"Damaged when it was saved: {name}. An older backup may hold it whole.")
    for sentence in done.uncovered:
        say.note(sentence)
