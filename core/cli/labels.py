"""Commands about labels and records: annotate, agreement, sample, label-first and export."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format, pair


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core annotate churn labels.csv --by Ada")(annotate)
    app.command(epilog="Example: python -m core agreement churn")(agreement)
    app.command(epilog="Example: python -m core sample churn --by Ada")(sample)
    app.command(epilog="Example: python -m core label-first churn --count 40 --by Ada")(label_first)
    app.command(epilog="Example: python -m core export churn --what labels --out labels.csv")(export)


def annotate(
    name: NAME,
    file: Annotated[
        Path,
        typer.Argument(help="Table with the columns id and label, an export, or Label Studio's .json."),
    ],
    by: Annotated[str, typer.Option(help="Whose annotations these are, where the file does not say it.")],
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave out rows that do not fit, and take the others.")
    ] = False,
    row_field: Annotated[
        str,
        typer.Option("--id", help="Of Label Studio: field of the data with a row's id, if not row_id."),
    ] = "",
    control: Annotated[
        str, typer.Option(help="Of Label Studio: control that holds the label, where there are several.")
    ] = "",
    person: Annotated[
        list[str] | None, typer.Option(help="Of Label Studio: USER=NAME, who a number or e-mail is.")
    ] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Take in annotations: labels from elsewhere, an export, or a project of Label Studio."""
    from core.annotation.label_studio.read import ProjectNames
    from core.services.annotation.annotation_file import read_annotations
    from core.services.annotation.import_annotations import import_annotations
    from core.services.monitoring.jobs import Monitor

    people = dict(pair(text, "USER=NAME", "--person") for text in person or ())
    project = ProjectNames((row_field,) if row_field else (), control, people, by)
    with work.workspace() as ws:
        source = read_annotations(ws, name, file, project)
        summary = import_annotations(ws, name, source, by, leave_out=leave_out)
        work.do(ws.settings, Monitor(model=name))
    known = f" {summary.known:,} were known." if summary.known else ""
    for sentence in summary.left_out:
        say.note(f"Left out: {sentence}.")
    result = {
        "model": name,
        "answers": summary.new,
        "known": summary.known,
        "left_out": list(summary.left_out),
        "by": by,
    }
    say.result(output, result, f"{summary.new:,} annotations taken in.{known}")


def agreement(
    name: NAME,
    named: Annotated[bool, typer.Option("--names", help="Name people; without it they are letters.")] = False,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """How far several experts agree, and how often each of them is right."""
    from core.services.annotation import views
    from core.services.annotation.experts import experts

    with work.workspace() as ws:
        document = experts(ws, name, named=named)
    lines = views.sentences(document)
    if document["conflicts"]:
        lines.append(f"{document['conflicts']:,} rows wait on Relabel for somebody who settles them.")
    say.result(output, {**document}, "\n".join(lines))


def sample(
    name: NAME,
    by: Annotated[str, BY] = LOCAL.name,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Ask experts about a blind sample of labels: does a fall come from wrong labels?"""
    from core.services.label_errors.jobs import Sample

    with work.workspace() as ws:
        rows = work.do(ws.settings, Sample(model=name, by=by))["rows"]
    text = (
        f"{rows:,} rows of {name} are on Relabel, of the newest periods and of the reference period; nobody "
        f"sees their labels. `python -m core health {name}` says afterwards whether labels are to blame."
    )
    say.result(output, {"model": name, "rows": rows, "by": by}, text)


def label_first(
    name: NAME,
    count: Annotated[int, typer.Option(min=1, max=500, help="Most rows.")] = 40,
    by: Annotated[str, BY] = LOCAL.name,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Ask experts about rows without a label: those first that the model is least sure of."""
    from core.services.label_errors.jobs import FirstLabels

    with work.workspace() as ws:
        rows = work.do(ws.settings, FirstLabels(model=name, by=by, count=count))["rows"]
    text = (
        f"{rows:,} rows of {name} without a label are on Relabel. What experts say is learnt from; health is "
        "not measured by it, as the model is wrong there more often than elsewhere."
    )
    say.result(output, {"model": name, "rows": rows, "by": by}, text)


def export(
    name: NAME,
    what: Annotated[
        Literal["labels", "annotations", "label-studio", "revision", "experiments"],
        typer.Option(help="What leaves."),
    ],
    out: Annotated[
        Path, typer.Option("--out", help="File to write: .csv, .parquet or .jsonl; label-studio: .json.")
    ],
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Write labels, annotations (Label Studio's tasks too), the newest revision or experiments to a file."""
    from core.services.operations.export import table

    if what == "label-studio":
        _export_tasks(name, out, output)
        return
    with work.workspace() as ws:
        frame = table(ws, name, what)
    say.save(frame, out)
    if output == "json":
        say.document({"model": name, "rows": len(frame), "file": str(out)})


def _export_tasks(name: str, out: Path, output: Format) -> None:
    """Tasks as JSON, and beside them the labelling configuration as XML."""
    from core.services.annotation.export_annotations import label_studio

    with work.workspace() as ws:
        project = label_studio(ws, name)
    config = say.save_tasks(project.tasks, project.config, out)
    if project.missing:
        say.note(f"{project.missing:,} items are left out: their rows have left the lake.")
    if output == "json":
        say.document({"model": name, "rows": len(project.tasks), "file": str(out), "config": str(config)})
