"""Commands about models as code: what a file would change, change it, write the file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, Format
from core.errors import CaretakerError

if TYPE_CHECKING:
    from core.services.onboarding.declared.plan import ModelsPlan, PlannedModel
    from core.services.onboarding.declared.views import ModelPlanEntry
    from core.store.workspace import Workspace

FILES = Annotated[list[Path], typer.Argument(help="Files of models as code, or folders of them.")]
PENDING = 2
MARKS = {"create": "+", "change": "~", "keep": " ", "refuse": "!"}
MADE = ("create", "change")
LONGEST = 60
IN_THE_KEY = ("address", "kind", "name")
"""What the key of a source or a join says already."""


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core plan caretaker.yaml")(plan)
    app.command(epilog="Example: python -m core apply caretaker.yaml --yes")(apply)
    app.command(epilog="Example: python -m core declare churn --out caretaker.yaml")(declare)


def plan(
    files: FILES,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 where something would change, 0 where not.")
    ] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Show what applying files of models as code would change; nothing is changed."""
    with work.workspace() as ws:
        made = _plan(ws, files, by)
    if output == "json":
        say.document(made.document)
    else:
        _say_plan(made, files)
    if made.problems:
        raise typer.Exit(1)
    if detailed_exitcode and made.pending:
        raise typer.Exit(PENDING)


def apply(
    files: FILES,
    fingerprint: Annotated[
        str | None, typer.Option("--plan", help="Only if it is still the plan of this fingerprint.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed where nobody can be asked.")] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Make what files of models as code say, model by model; again, it changes nothing."""
    from core.services.onboarding.declared.apply import require_plan

    with work.workspace() as ws:
        made = _plan(ws, files, by)
        if output == "text":
            _say_plan(made, files, apply=True)
        require_plan(made, fingerprint)
        if made.pending and not yes and fingerprint is None:
            _ask()
        for at, model in enumerate(made.models):
            try:
                _apply_model(ws, model, by)
            except CaretakerError as error:
                before = [one["model"] for one in made.document["models"][:at] if one["action"] in MADE]
                also = f" Applied before it: {', '.join(before)}." if before else ""
                name = model.entry["model"]
                raise CaretakerError(f"{name}: {error.message}{also}", error.hint) from error
    entries = made.document["models"]
    connected = [entry["model"] for entry in entries if entry["action"] == "create"]
    changed = [entry["model"] for entry in entries if entry["action"] == "change"]
    document = {"fingerprint": made.document["fingerprint"], "connected": connected, "changed": changed}
    parts = [f"connected {', '.join(connected)}"] if connected else []
    parts += [f"changed {', '.join(changed)}"] if changed else []
    say.result(output, document, f"Applied: {'; '.join(parts) or 'there was nothing to do'}.")


def _apply_model(ws: "Workspace", model: "PlannedModel", by: str) -> None:
    from core.services.onboarding.declared.apply import apply_model

    with say.progress() as progress:
        jobs = apply_model(ws, model, by, progress)
    for job in jobs:
        work.do(ws.settings, job)


def declare(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of models; all of them without it.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; else it is printed.")] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Write models of this home as a file of models as code: the same home is the same bytes."""
    from core.services.onboarding.declared.declare import FORM, read_models
    from core.services.onboarding.declared.declare import declare as as_file

    with work.workspace() as ws:
        text = as_file(ws, names or ())
        models = read_models(ws, names or ())
    if out is not None:
        say.write(text, out)
        say.note(f"Written to {out}.")
    if output == "json":
        say.document({"caretaker": FORM, "models": models})
    elif out is None:
        sys.stdout.write(text)


def _plan(ws: "Workspace", files: list[Path], by: str) -> "ModelsPlan":
    from core.services.onboarding.declared.form.read_files import read_files
    from core.services.onboarding.declared.plan import plan as compare

    return compare(ws, read_files(files), by)


def _ask() -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "nobody can be asked here: add it, or --plan FINGERPRINT of a plan that you looked at",
            param_hint="--yes",
        )
    typer.confirm("Apply this?", abort=True)


def _say_plan(made: "ModelsPlan", files: list[Path], *, apply: bool = False) -> None:
    for entry in made.document["models"]:
        _say_model(entry)
    if made.document["untouched"]:
        say.line(f"Not in these files, left as they are: {', '.join(made.document['untouched'])}.")
    if made.problems or apply:
        return
    if made.pending:
        named = " ".join(map(str, files))
        say.line(f"Make it so: python -m core apply {named} --plan {made.document['fingerprint']}")
    else:
        say.line("Nothing to do: the home is as the files say.")


def _say_model(entry: "ModelPlanEntry") -> None:
    count = len(entry["changes"])
    title = {
        "create": "would be connected",
        "change": f"{count} {'change' if count == 1 else 'changes'}",
        "keep": "as it is",
        "refuse": "cannot be made",
    }[entry["action"]]
    say.line(f"{MARKS[entry['action']]} {entry['model']}: {title}")
    if entry["action"] == "create":
        for change in entry["changes"]:
            say.line(f"    {change['key']}: {_short(change['after'])}")
    else:
        _say_changes(entry)
    for note in entry["notes"]:
        say.line(f"    Note: {note}")
    for problem in entry["problems"]:
        say.line(f"    {problem['place']}: {problem['message']} {problem['hint']}")


def _say_changes(entry: "ModelPlanEntry") -> None:
    """Old and new, and below what it causes; of several that cause the same, below the last."""
    sentences = [change["causes"] for change in entry["changes"]]
    for at, change in enumerate(entry["changes"]):
        say.line(f"    {change['key']}: {_short(change['before'])} -> {_short(change['after'])}")
        if sentences[at] and sentences[at : at + 2] != 2 * [sentences[at]]:
            say.line(f"        {sentences[at]}")


def _short(value: Any) -> str:
    """A value in one line.

    >>> _short(["no", "yes"]), _short(None), _short(0.02), _short("")
    ('no, yes', 'none', '0.02', 'none')
    """
    if isinstance(value, dict):
        named = {key: part for key, part in value.items() if part is not None and key not in IN_THE_KEY}
        text = ", ".join(f"{key} {_short(part)}" for key, part in named.items())
    elif isinstance(value, list):
        text = ", ".join(_short(part) for part in value)
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value if value is not None else "")
    text = " ".join(text.split()) or "none"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
