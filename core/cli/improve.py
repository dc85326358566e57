"""Commands that change the model: retrain, compare, promote, approve, decline, rollback."""

from typing import Annotated, Literal

import typer

from core.access import LOCAL, ROLES
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

REASON = typer.Option("--reason", help="Why; it is kept beside the decision.")
Override = Literal["corrected_labels", "smaller_or_faster", "safety_or_law", "repaired_data", "other"]
OVERRIDE = typer.Option(
    "--override",
    help="What makes it worth having when the comparison says worse or cannot tell; marked for ever.",
)


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core retrain churn --recipe extra_trees")(retrain)
    app.command(epilog="Example: python -m core compare churn --challenger 3 --format json")(compare)
    app.command(epilog="Example: python -m core promote churn 3 --reason 'better in both shops'")(promote)
    app.command(epilog="Example: python -m core approve churn --by bob")(approve)
    app.command(epilog="Example: python -m core decline churn --reason 'wait for June'")(decline)
    app.command(epilog="Example: python -m core rollback churn --reason 'complaints since noon'")(rollback)


def retrain(
    name: NAME,
    recipe: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
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
    document = {key: done[key] for key in ("trials", "revision", "holdout")}
    if output == "json":
        say.document(document)
        return
    for trial in document["trials"]:
        say.line(f"{trial['recipe']}: {trial['status']}, version {trial['version'] or '-'}")


def compare(
    name: NAME,
    challenger: Annotated[str | None, typer.Option(help="Version; the newest without it.")] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Compare a challenger with the champion on the frozen holdout."""
    from core.services.experiments.jobs import Compare

    with work.workspace() as ws:
        done = work.do(ws.settings, Compare(model=name, challenger=challenger, by=by))
    comparison = done["comparison"]
    if output == "json":
        say.document(comparison)
    else:
        say.line(comparison["sentence"])


def promote(
    name: NAME,
    version: Annotated[str, typer.Argument(help="Version that was compared.")],
    reason: Annotated[str, REASON],
    override: Annotated[Override | None, OVERRIDE] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Put a compared version into production, or propose it where the model asks for a second person."""
    from core.services.deployment.jobs import Promote

    with work.workspace() as ws:
        job = Promote(model=name, version=version, by=by, reason=reason, override=override)
        state = work.do(ws.settings, job)["state"]
    sentence = f"Version {version} of {name} is in production."
    if state == "proposed":
        sentence = (
            f"Version {version} of {name} is proposed: another person approves it by "
            f"`approve {name} --by WHO`. Names on the command line are not proven."
        )
    say.result(output, {"model": name, "version": version, "state": state}, sentence)


def approve(
    name: NAME,
    by: Annotated[str, BY],
    reason: Annotated[str, REASON] = "",
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Approve the proposed promotion, as another person than who proposed it."""
    from core.services.deployment.jobs import Approve

    with work.workspace() as ws:
        done = work.do(ws.settings, Approve(model=name, by=by, roles=ROLES, reason=reason))
    document = {"model": name, "version": done["version"], "approved_by": by}
    say.result(output, document, f"Version {done['version']} of {name} is in production.")


def decline(
    name: NAME,
    reason: Annotated[str, REASON],
    by: Annotated[str, BY] = LOCAL.name,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Decline the proposed promotion, or withdraw it as the one who proposed it."""
    from core.services.deployment.jobs import Decline

    with work.workspace() as ws:
        done = work.do(ws.settings, Decline(model=name, by=by, roles=ROLES, reason=reason))
    document = {"model": name, "version": done["version"], "declined_by": by}
    say.result(output, document, f"Version {done['version']} of {name} is not promoted.")


def rollback(
    name: NAME,
    reason: Annotated[str, REASON],
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Go back to the version before the present one."""
    from core.services.deployment.jobs import Rollback
    from core.services.deployment.promote import champion

    with work.workspace() as ws:
        work.do(ws.settings, Rollback(model=name, by=by, reason=reason))
        now = champion(ws, name)
    version = now.version if now else None
    sentence = f"Version {version or '-'} of {name} is in production again."
    say.result(output, {"model": name, "version": version}, sentence)
