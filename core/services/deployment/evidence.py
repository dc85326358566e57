"""What a promotion rests on: the comparison with the champion of now."""

from collections.abc import Mapping
from typing import Any

from core.errors import PromotionRefused
from core.model import ModelSpec
from core.store.engine import reading
from core.store.experiments import comparisons
from core.store.tables import Comparison, Deployment
from core.store.workspace import Workspace

SETTINGS = {
    "metric": "the metric of record",
    "threshold": "the threshold",
    "costs": "the costs",
    "class_order": "the order of the classes",
}
"""Setting by which a comparison judges -> what people call it."""


def changed_settings(spec: ModelSpec, body: Mapping[str, Any]) -> list[str]:
    """What was changed in Setup since a comparison and would judge otherwise now, for people.

    Comparisons of earlier versions do not say by what they judged: of them nothing is known to have changed.
    """
    then, now = body.get("judged_by"), spec.judging_settings()
    return [] if then is None else [SETTINGS[name] for name in now if then.get(name, now[name]) != now[name]]


def require_comparison(
    ws: Workspace,
    spec: ModelSpec,
    version: str,
    current: Deployment | None,
    compared_with: str | None = None,
) -> Comparison:
    """The newest comparison of the version, if it lets a promotion pass.

    Args:
        ws: the stores.
        spec: the model.
        version: of the challenger.
        current: what is in production.
        compared_with: the champion that the person saw; None takes the one of the comparison.

    Raises:
        PromotionRefused: not compared with the present champion or by what Setup judges by now, a test
            failed, or the holdout is used up.
    """
    with reading(ws.engine) as session:
        comparison = comparisons.latest(session, spec.id, version)
    if comparison is None or current is None:
        raise PromotionRefused(
            f"Version {version} was not compared with the champion.",
            "Compare first, in Retrain or by `compare`.",
        )
    if current.version != comparison.champion or compared_with not in {None, current.version}:
        raise PromotionRefused(
            f"The champion is version {current.version}, not {compared_with or comparison.champion}.",
            "Somebody promoted in the meantime: compare with the present champion and decide again.",
        )
    changed = changed_settings(spec, comparison.body)
    if changed:
        raise PromotionRefused(
            f"Version {version} was compared before {' and '.join(changed)} changed.",
            "Compare again, in Retrain or by `compare`, and decide by what that says.",
        )
    if comparison.verdict == "blocked":
        failed = ", ".join(gate["name"] for gate in comparison.body["gates"] if not gate["passed"])
        raise PromotionRefused(f"Version {version} failed a test: {failed}.", "Repair it and retrain.")
    if comparison.body.get("spent"):
        raise PromotionRefused(
            f"The holdout on which version {version} was compared is used up: {comparison.look} looks.",
            "Freshen it with the newest labels and compare again: more looks at it prove nothing.",
        )
    return comparison
