"""The command that changes what may be changed of a connected model."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

if TYPE_CHECKING:
    from core.model import Budgets, Canary

EXAMPLE = "Example: python -m core set churn --second-person"


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command("set", epilog=EXAMPLE)(change)


def change(  # noqa: PLR0917 - the options of the command, as people know them
    name: NAME,
    second_person: Annotated[
        bool | None,
        typer.Option(help="Whether somebody else than who proposes a promotion must approve it."),
    ] = None,
    guard_rolls_back: Annotated[
        bool | None,
        typer.Option(
            help="Whether Caretaker rolls back by itself where the version before is shown to be better."
        ),
    ] = None,
    deploy_to: Annotated[
        list[str] | None,
        typer.Option(
            help="Deploy target that is told of promotions; may be options several times, '' for none."
        ),
    ] = None,
    least_gain: Annotated[
        float | None,
        typer.Option(
            min=0, help="Gain that is worth a promotion, in the metric's unit: 0.01 is 1 point; 0: any."
        ),
    ] = None,
    least_saving: Annotated[
        float | None,
        typer.Option(min=0, help="Saving for each period that is worth a promotion, where costs are said."),
    ] = None,
    canary: Annotated[
        str | None,
        typer.Option(help="VERSION=SHARE: a compared version that answers a share of the ids; '' for none."),
    ] = None,
    p99_ms: Annotated[
        float | None, typer.Option(min=0, help="Budget: milliseconds for 99 of 100 single rows; 0: none.")
    ] = None,
    memory_mb: Annotated[
        float | None, typer.Option(min=0, help="Budget: megabytes of a process that serves a version.")
    ] = None,
    size_mb: Annotated[float | None, typer.Option(min=0, help="Budget: megabytes of a saved model.")] = None,
    group: Annotated[
        str | None,
        typer.Option(help="Column: what rows belong to (customer, machine), a stored one; '' for none."),
    ] = None,
    fairness_blocks: Annotated[
        bool | None,
        typer.Option(help="Whether a segment in which a challenger is surely worse forbids its promotion."),
    ] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Change settings of a connected model; without any it prints them."""
    from core.people import require_no_sign_in
    from core.services.onboarding.adjust import adjust

    if second_person is False:
        require_no_sign_in("Switching the second person off")
    names = None if deploy_to is None else tuple(name for name in dict.fromkeys(deploy_to) if name)
    options = {
        "second_person": second_person,
        "deploy_to": names,
        "least_gain": least_gain,
        "least_saving": least_saving,
        "guard_rolls_back": guard_rolls_back,
        "fairness_blocks": fairness_blocks,
    }
    changes: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    changes |= {key: value or None for key, value in changes.items() if key.startswith("least_")}
    if group is not None:
        changes["group"] = group or None
    if canary is not None:
        changes["canary"] = _read_canary(canary) if canary else None
    budgets = {"p99_ms": p99_ms, "memory_mb": memory_mb, "size_mb": size_mb}
    with work.workspace() as ws:
        spec = adjust(ws, name, by, **changes)
        if any(budget is not None for budget in budgets.values()):
            spec = adjust(ws, name, by, budgets=_merge_budgets(spec.budgets, budgets))
    settings = {key: getattr(spec, key) for key in options}
    settings["canary"] = f"{spec.canary.version}={spec.canary.share:g}" if spec.canary else None
    settings["group"] = spec.roles.group
    settings["budgets"] = asdict(spec.budgets) if spec.budgets else None
    lines = "; ".join(f"{key.replace('_', ' ')}: {_plain(value)}" for key, value in settings.items())
    say.result(output, {"model": name, **settings}, f"{name}: {lines}.")


def _read_canary(text: str) -> "Canary":
    """A canary as people write it; beside which champion it answers is found out later."""
    from core.model import Canary

    version, _, share = text.partition("=")
    try:
        return Canary(version, float(share))
    except ValueError as error:
        raise typer.BadParameter("write VERSION=SHARE, e.g. 4=0.05", param_hint="--canary") from error


def _merge_budgets(known: "Budgets | None", budgets: dict[str, float | None]) -> "Budgets | None":
    """The budgets with those that were given; 0 takes one back.

    >>> from core.model import Budgets
    >>> _merge_budgets(Budgets(p99_ms=20.0), {"p99_ms": 0, "memory_mb": 800.0, "size_mb": None})
    Budgets(p99_ms=None, memory_mb=800.0, size_mb=None)
    """
    from core.model import Budgets

    new = {key: value or None for key, value in budgets.items() if value is not None}
    made = replace(known or Budgets(), **new)
    return made if made != Budgets() else None


def _plain(value: Any) -> str:
    """A setting as people write it.

    >>> _plain(True), _plain(("shop", "site")), _plain(()), _plain(None)
    ('yes', 'shop, site', 'none', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {part:g}" for key, part in value.items() if part is not None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)
