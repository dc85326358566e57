"""What a promotion rests on: the comparison with the champion of now."""

from core.errors import PromotionRefused
from core.model import ModelSpec
from core.store.engine import reading
from core.store.experiments import comparisons
from core.store.tables import Comparison, Deployment
from core.store.workspace import Workspace


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
        PromotionRefused: not compared with the present champion, a test failed, or the holdout is used up.
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
    if comparison.verdict == "blocked":
        failed = ", ".join(gate["name"] for gate in comparison.body["gates"] if not gate["passed"])
        raise PromotionRefused(f"Version {version} failed a test: {failed}.", "Repair it and retrain.")
    if comparison.body.get("spent"):
        raise PromotionRefused(
            f"The holdout on which version {version} was compared is used up: {comparison.look} looks.",
            "Freshen it with the newest labels and compare again: more looks at it prove nothing.",
        )
    return comparison
