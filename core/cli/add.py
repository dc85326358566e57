"""The command that connects a model."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format, pair

if TYPE_CHECKING:
    from core.model import Costs
    from core.services.onboarding.plan import ConnectRequest

EXAMPLE = (
    "Example: python -m core add churn --task binary --data churn.parquet --label churned "
    "--time day --train-until 2024-07-01"
)
DATA = typer.Option(help="File, pattern, s3://BUCKET/KEY or sql:NAME/TABLE; may be given several times.")


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog=EXAMPLE)(add)


def add(  # noqa: PLR0917 - the options of the command, as people know them
    name: NAME,
    data: Annotated[list[str], DATA],
    label: Annotated[str, typer.Option(help="Column of the label.")],
    task: Annotated[
        Literal["binary", "multiclass", "regression"] | None,
        typer.Option(help="What the label is; guessed where it is not said."),
    ] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column that identifies a row.")] = None,
    time: Annotated[str | None, typer.Option(help="Column of dates; 'none': the order counts.")] = None,
    prediction: Annotated[str | None, typer.Option(help="Column of the predicted class or amount.")] = None,
    score: Annotated[str | None, typer.Option(help="Column of the positive class's probability.")] = None,
    scores_prefix: Annotated[str | None, typer.Option(help="Probabilities are in PREFIX + class.")] = None,
    score_of: Annotated[
        list[str] | None, typer.Option(help="CLASS=COLUMN: the class that a score is the probability of.")
    ] = None,
    means: Annotated[
        list[str] | None,
        typer.Option(
            help="VALUE=CLASS: what a value of the prediction column, or a class of the model, means."
        ),
    ] = None,
    positive: Annotated[str | None, typer.Option(help="The positive class.")] = None,
    one_label: Annotated[
        bool, typer.Option("--one-label", help="red|wet is one class, not two labels.")
    ] = False,
    version_column: Annotated[str | None, typer.Option(help="Column: the version that answered.")] = None,
    exclude: Annotated[str, typer.Option(help="Columns that are no features, with commas.")] = "",
    include: Annotated[str, typer.Option(help="Columns that are features whatever they look like.")] = "",
    segment: Annotated[list[str] | None, typer.Option(help="Column to break health down by.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Column: what rows belong to (customer, machine); 'none': nothing.")
    ] = None,
    embedding: Annotated[
        str, typer.Option(help="Columns of a vector, or their name without number: emb for emb_0, emb_1.")
    ] = "",
    item: Annotated[
        Literal["record", "text", "image"] | None, typer.Option(help="What experts see of a row.")
    ] = None,
    item_column: Annotated[str | None, typer.Option(help="Column of the text or image.")] = None,
    picture_folder: Annotated[
        Path | None, typer.Option(help="Folder under which the item column names files.")
    ] = None,
    label_available_at: Annotated[str | None, typer.Option(help="Column: when the label was known.")] = None,
    label_delay: Annotated[
        float | None, typer.Option(min=0, help="Days that a label takes, where no column says it.")
    ] = None,
    chunk: Annotated[str | None, typer.Option(help="day, week, month, quarter, year or a number.")] = None,
    metric: Annotated[str | None, typer.Option(help="Metric of record.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Loss of the metric that may pass, in its unit: 0.02 is 2 points.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score from which on the positive class is decided.")
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(help="CSV or JSON: what a label costs by the prediction that it got.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Of these costs, e.g. EUR.")] = "",
    class_order: Annotated[
        str, typer.Option(help="Classes that have an order, from the lowest: low,medium,high.")
    ] = "",
    model: Annotated[
        str | None, typer.Option(help="It exists already: models:/NAME@champion, models:/NAME/3 or runs:/...")
    ] = None,
    train_until: Annotated[
        str | None, typer.Option(help="DATE or share: rows before it train a first champion.")
    ] = None,
    recipe: Annotated[str | None, typer.Option(help="Recipe of the first champion.")] = None,
    reference: Annotated[str | None, typer.Option(help="Reference period: FROM..TO.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The data's clock; without it, now.")] = None,
    guideline: Annotated[str, typer.Option(help="What experts read about the labels; @FILE.")] = "",
    class_note: Annotated[list[str] | None, typer.Option(help="CLASS=TEXT for experts.")] = None,
    note: Annotated[str, typer.Option(help="Said on every page of this model.")] = "",
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Connect a model: its data, its roles of columns, its first champion."""
    from core.services.onboarding.plan import ConnectRequest
    from core.tables.roles.requested_roles import RequestedRoles

    requested = RequestedRoles(
        label=label,
        task=task,
        id=id_column,
        time=time,
        prediction=prediction,
        score=score,
        scores_prefix=scores_prefix,
        version=version_column,
        exclude=_names(exclude),
        include=_names(include),
        segments=tuple(segment) if segment else None,
        item=item,
        item_column=item_column,
        label_available_at=label_available_at,
        positive=positive,
        scores=dict(pair(text, "CLASS=COLUMN", "--score-of") for text in score_of or []),
        means=dict(pair(text, "VALUE=CLASS", "--means") for text in means or []),
        one_label=one_label,
        group=group,
        embedding=_names(embedding),
    )
    request = ConnectRequest(
        name=name,
        columns=requested,
        chunk=chunk,
        metric=metric,
        tolerance=tolerance,
        threshold=threshold,
        costs=_costs(costs, currency),
        class_order=_names(class_order),
        model=model,
        train_until=train_until,
        recipe=recipe,
        reference=_period(reference),
        as_of=_moment(as_of),
        guideline=_text(guideline),
        class_notes=dict(pair(text, "CLASS=TEXT", "--class-note") for text in class_note or []),
        note=note,
        label_delay_days=label_delay,
        picture_folder=str(picture_folder.resolve()) if picture_folder else None,
        by=by,
    )
    _connect(request, data, output)


def _connect(request: "ConnectRequest", data: list[str], output: Format) -> None:
    from core.lake.remotes.address import absolute
    from core.services.monitoring.jobs import Monitor
    from core.services.onboarding.connect_model import carry_out, first_notes
    from core.services.onboarding.draft.read_upload import first_table
    from core.services.onboarding.plan import plan

    addresses = tuple(map(absolute, data))
    request = replace(request, addresses=addresses)
    with work.workspace() as ws:
        made = plan(request, first_table(ws.settings, *addresses))
        if output == "text":
            for reason in made.reasons:
                say.note(f"- {reason}")
        with say.progress() as progress:
            spec = carry_out(ws, request, made, progress)
        about = [*made.notes, *first_notes(ws, request, spec)]
        work.do(ws.settings, Monitor(model=spec.name))
    facts: dict[str, Any] = {
        "training_rows": len(made.training),
        "log_rows": len(made.log),
        "reasons": list(made.reasons),
    }
    facts |= {"told": about, "left_out": asdict(made.left_out)}
    if output == "json":
        say.document({"model": spec.name, **facts, "spec": asdict(spec)})
    else:
        for sentence in about:
            say.note(f"Note: {sentence}")
        say.line(
            f"Connected {spec.name}: {len(made.training):,} training rows, {len(made.log):,} in the log."
        )


def _costs(file: Path | None, currency: str) -> "Costs | None":
    from core.tables.cost_table import read_costs

    if file is None:
        if currency:
            raise typer.BadParameter("is that of --costs, which are not said", param_hint="--currency")
        return None
    try:
        return read_costs(file.read_text(encoding="utf-8"), currency)
    except OSError as error:
        raise typer.BadParameter(f"there is no file {file}", param_hint="--costs") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is no text in UTF-8", param_hint="--costs") from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _period(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if not (first and dots and last):
        raise typer.BadParameter("write FROM..TO", param_hint="--reference")
    return first, last


def _moment(text: str | None) -> str | None:
    from datetime import datetime

    try:
        return text and datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter("write a date like 2024-06-30", param_hint="--as-of") from error


def _text(argument: str) -> str:
    """The text, or that of the file that `@FILE` names."""
    if not argument.startswith("@"):
        return argument
    file = Path(argument[1:])
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}", param_hint="--guideline")
    return file.read_text(encoding="utf-8")
