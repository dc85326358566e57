"""Commands that look for a better model: retrain, compare, freshen, refit."""

from enum import StrEnum
from typing import Annotated

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format


class Part(StrEnum):
    """What a search may change; the command line takes a list of these, but of no literals."""

    MODELS = "models"
    FEATURES = "features"
    SOURCES = "sources"
    DATA = "data"
    QUESTIONS = "questions"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core retrain churn --recipe extra_trees")(retrain)
    app.command(epilog="Example: python -m core search churn --minutes 10")(search)
    app.command(epilog="Example: python -m core compare churn --challenger 3 --format json")(compare)
    app.command(epilog="Example: python -m core freshen churn")(freshen)
    app.command(epilog="Example: python -m core refit churn")(refit)


def retrain(
    name: NAME,
    recipe: Annotated[
        list[str] | None,
        typer.Option(help="May be given several times; without it the champion's, as a search found it."),
    ] = None,
    budget: Annotated[float | None, typer.Option(min=0.1, help="Minutes at most.")] = None,
    folds: Annotated[
        bool, typer.Option(help="Cross-validate; without, one fit each, which the holdout alone judges.")
    ] = True,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Train challengers on the present labels; what was tried before is not done again."""
    from core.services.experiments.jobs import Retrain

    job = Retrain(model=name, by=by, recipes=tuple(recipe) if recipe else None, minutes=budget, folds=folds)
    with work.workspace() as ws:
        done = work.do(ws.settings, job)
    document = {key: done[key] for key in ("trials", "revision", "holdout", "problems")}
    if output == "json":
        say.document(document)
        return
    for trial in document["trials"]:
        say.line(f"{trial['recipe']}: {trial['status']}, version {trial['version'] or '-'}")
        if "repeats" in trial:
            say.line(f"It repeats what made the champion: {trial['repeats']}.")
    for problem in document["problems"]:
        say.line(problem)


def refit(
    name: NAME,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Fit the version in production anew on all labels, the holdout's too; exit 1 if it failed its tests."""
    from core.services.experiments.jobs import Refit

    with work.workspace() as ws:
        done = work.do(ws.settings, Refit(model=name, by=by))
    document = {key: done[key] for key in ("version", "refit_of", "passed", "gates")}
    passed = "passed its tests" if done["passed"] else "failed a test and cannot be promoted"
    lines = [f"Version {done['version']}, a refit of version {done['refit_of']}, {passed}."]
    lines += [f"- {gate['name']}: {gate['detail']}" for gate in done["gates"]]
    say.result(output, document, "\n".join(lines))
    if not done["passed"]:
        raise typer.Exit(1)


def search(
    name: NAME,
    minutes: Annotated[float, typer.Option(min=0.1, help="Of experiments alone.")] = 10.0,
    recipe: Annotated[list[str] | None, typer.Option(help="May be tried; all without it.")] = None,
    part: Annotated[list[Part] | None, typer.Option(help="What may change; all without it.")] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Try one experiment after another within some minutes, and register the finalists."""
    from core.services.experiments.jobs import Search

    allowed = tuple(recipe) if recipe else None
    parts = tuple(map(str, part)) if part else Search(model=name, by=by).parts
    job = Search(model=name, by=by, minutes=minutes, recipes=allowed, parts=parts)
    with work.workspace() as ws:
        done = work.do(ws.settings, job)
    document = {key: done[key] for key in ("searched", "trials", "revision", "holdout")}
    if output == "json":
        say.document(document)
        return
    searched = document["searched"]
    stopped = f"{searched['stopped']} of them stopped early"
    say.line(f"{searched['tried']} experiments, {stopped}; {searched['ended']}.")
    for problem in searched["problems"]:
        say.line(f"Not tried: {problem}")
    for trial in document["trials"]:
        say.line(f"{trial['recipe']}: {trial['status']}, version {trial['version'] or '-'}")


def compare(
    name: NAME,
    challenger: Annotated[
        str | None, typer.Option(help="Version; without it the best of what was trained last.")
    ] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Compare a challenger with the champion on the frozen holdout."""
    from core.services.experiments.jobs import Compare

    with work.workspace() as ws:
        done = work.do(ws.settings, Compare(model=name, challenger=challenger, by=by))
    comparison = done["comparison"]
    two = f"Version {comparison['challenger']} against {comparison['champion']}"
    say.result(output, comparison, f"{two}: {comparison['sentence']}")


def freshen(
    name: NAME,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Freeze a new holdout of the newest labelled rows, which no version has learnt from."""
    from core.services.experiments.jobs import Freshen

    with work.workspace() as ws:
        document = work.do(ws.settings, Freshen(model=name, by=by))["freshened"]
    new, looks = document["holdout"], document["looks"]
    times = f"{looks} {'time' if looks == 1 else 'times'}"
    say.result(
        output,
        document,
        f"Holdout {new['number']}: {new['rows']:,} rows, {new['from']} to {new['to']}, in place of holdout "
        f"{document['replaces']}, which was looked at {times}.",
    )
