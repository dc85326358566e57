"""Commands that change what is in production: promote, approve, decline, rollback, targets."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.access import LOCAL, ROLES
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

if TYPE_CHECKING:
    from core.store.workspace import Workspace

REASON = typer.Option("--reason", help="Why; it is kept beside the decision.")
REPLACES = typer.Option(
    "--replaces",
    help="Version that is to go; if it has gone already, nothing changes: the command can be repeated.",
)
Override = Literal["corrected_labels", "smaller_or_faster", "safety_or_law", "repaired_data", "other"]
OVERRIDE = typer.Option(
    "--override",
    help="What makes it worth having when the comparison says worse or cannot tell; marked for ever.",
)


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core promote churn 3 --reason 'better in both shops'")(promote)
    app.command(epilog="Example: python -m core approve churn --by bob")(approve)
    app.command(epilog="Example: python -m core decline churn --reason 'wait for June'")(decline)
    app.command(epilog="Example: python -m core rollback churn --reason 'complaints since noon'")(rollback)
    app.command(epilog="Example: python -m core targets churn --again")(targets)


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
        rows = _tell(ws, name) if state == "done" else []
    sentence = f"Version {version} of {name} is in production."
    if state == "proposed":
        sentence = (
            f"Version {version} of {name} is proposed: another person approves it by "
            f"`approve {name} --by WHO`. Names on the command line are not proven."
        )
    document = {"model": name, "version": version, "state": state, "targets": rows}
    say.result(output, document, "\n".join([sentence, *map(_line, rows)]))


def approve(
    name: NAME,
    by: Annotated[str, BY],
    reason: Annotated[str, REASON] = "",
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Approve the proposed promotion, as another person than who proposed it."""
    from core.people import require_no_sign_in
    from core.services.deployment.jobs import Approve

    require_no_sign_in("Approving")
    with work.workspace() as ws:
        done = work.do(ws.settings, Approve(model=name, by=by, roles=ROLES, reason=reason))
        rows = _tell(ws, name)
    document = {"model": name, "version": done["version"], "approved_by": by, "targets": rows}
    sentence = f"Version {done['version']} of {name} is in production."
    say.result(output, document, "\n".join([sentence, *map(_line, rows)]))


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
    replaces: Annotated[str | None, REPLACES] = None,
) -> None:
    """Go back to the version before the present one."""
    from core.services.deployment.jobs import Rollback
    from core.services.deployment.promote import champion

    with work.workspace() as ws:
        present = champion(ws, name)
        replaces = replaces or (present.version if present else None)
        job = Rollback(model=name, by=by, reason=reason, replaces=replaces)
        work.do(ws.settings, job)
        now, rows = champion(ws, name), _tell(ws, name)
    version = now.version if now else None
    sentence = f"Version {version or '-'} of {name} is in production again."
    document = {"model": name, "version": version, "targets": rows}
    say.result(output, document, "\n".join([sentence, *map(_line, rows)]))


def targets(
    name: NAME,
    again: Annotated[
        bool, typer.Option("--again", help="Tell those now that have not confirmed the present version.")
    ] = False,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """How the deploy targets stand with the version in production; exit 1 while one has not confirmed it."""
    from core.services.deployment import announce
    from core.services.deployment.jobs import Announce

    with work.workspace() as ws:
        if again:
            rows = list(work.do(ws.settings, Announce(model=name, by=by))["targets"])
        else:
            rows = [
                {"name": row.target, "state": row.state, "message": row.message}
                for row in announce.targets_of(ws, name)
            ]
    lines = "\n".join(map(_line, rows)) or "No deploy target is told of the version in production."
    say.result(output, {"model": name, "targets": rows}, lines)
    if any(row["state"] != "live" for row in rows):
        raise typer.Exit(1)


def _tell(ws: "Workspace", name: str) -> list[dict[str, Any]]:
    """Tell the deploy targets now, as the worker would do in some seconds; how they stand after that."""
    from core.services.deployment import announce
    from core.services.deployment.jobs import Announce

    if not announce.targets_of(ws, name):
        return []
    return list(work.do(ws.settings, Announce(model=name))["targets"])


def _line(row: dict[str, Any]) -> str:
    return f"{row['name']}: {row['state']}. {row['message']}".strip()
