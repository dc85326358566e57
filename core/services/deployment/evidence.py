"""What a promotion rests on: the comparison with the champion of now, or the tests of its refit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import PromotionRefused
from core.model import ModelSpec
from core.services.deployment.reasons import FIRST
from core.store.engine import reading
from core.store.experiments import comparisons, trials
from core.store.tables import Comparison, Deployment
from core.store.workspace import Workspace

SETTINGS = {
    "metric": "the metric of record",
    "threshold": "the threshold",
    "costs": "the costs",
    "class_order": "the order of the classes",
    "least_gain": "the least gain that is worth a promotion",
    "budgets": "the budgets",
    "fairness_blocks": "whether a worse segment forbids a promotion",
    "least_saving": "the least saving that is worth a promotion",
}
"""Setting by which a comparison judges -> what people call it."""


def changed_settings(spec: ModelSpec, body: Mapping[str, Any]) -> list[str]:
    """What was changed in Setup since a comparison and would judge otherwise now, for people.

    Comparisons of earlier versions do not say by what they judged: of them nothing is known to have changed.
    """
    then, now = body.get("judged_by"), spec.judging_settings()
    if then is None:
        return []
    unknown = {"class_order": now["class_order"]}  # nobody could say what is worth a promotion then
    changed = [SETTINGS[name] for name in now if then.get(name, unknown.get(name)) != now[name]]
    # what the bounds of the comparison took together stands there; one of an earlier version has none
    together = body.get("dependence", {"group": spec.roles.group})
    return changed if together["group"] == spec.roles.group else [*changed, "the column of groups"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What lets a version pass.

    Attributes:
        verdict: of its comparison, or "refit": the same recipe on all labels, whose tests passed; "first"
            where nothing is in production that it could be compared with.
        champion: the version that it may take the place of; None where there is none.
        comparison: id of the comparison; None for a refit and for the first version.
    """

    verdict: str
    champion: str | None
    comparison: int | None


def require_evidence(
    ws: Workspace,
    spec: ModelSpec,
    version: str,
    current: Deployment | None,
    compared_with: str | None = None,
) -> Evidence:
    """The newest comparison of the version, or the tests of a refit, if they let a promotion pass.

    Args:
        ws: the stores.
        spec: the model.
        version: of the challenger.
        current: what is in production.
        compared_with: the champion that the person saw; None takes the one of the comparison.

    Raises:
        PromotionRefused: neither is there, it is not of the present champion, a test failed, or the holdout
            is used up.
    """
    with reading(ws.engine) as session:
        trial = trials.by_version(session, spec.id, version)
    if current is None and trial is not None:
        return Evidence(FIRST, None, None)
    if trial is None or "refit_of" not in trial.params:
        comparison = _require_comparison(ws, spec, version, current, compared_with)
        return Evidence(comparison.verdict, comparison.champion, comparison.id)
    of, refit = str(trial.params["refit_of"]), trial.params.get("refit", {})
    if current is None or current.version != of or compared_with not in {None, of}:
        raise PromotionRefused(
            f"Version {version} is a refit of version {of}, which is not in production.",
            "A refit takes the place of the version that it refits, and of no other.",
        )
    if not refit.get("passed"):
        failed = ", ".join(gate["name"] for gate in refit.get("gates", []) if not gate["passed"])
        raise PromotionRefused(
            f"Version {version}, a refit of version {of}, failed a test: {failed or 'none was made'}.",
            "Keep the promoted version, or retrain.",
        )
    return Evidence("refit", of, None)


def _require_comparison(
    ws: Workspace,
    spec: ModelSpec,
    version: str,
    current: Deployment | None,
    compared_with: str | None = None,
) -> Comparison:
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
