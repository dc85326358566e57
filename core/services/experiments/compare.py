"""Compare a challenger with the champion on the frozen holdout, and remember what was seen."""

from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import RetrainError
from core.services.experiments import comparison_inputs
from core.services.experiments.comparison_document import document
from core.services.experiments.comparison_inputs import ComparisonInputs, Pair, metrics_on, truth
from core.services.experiments.gates.run import run_gates
from core.services.experiments.holdout.ledger import enter_look
from core.services.experiments.views import ComparisonDocument
from core.services.monitoring import monitor
from core.store import audit, models
from core.store.annotation import tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import reading, writing
from core.store.experiments import comparisons, deployments, trials
from core.store.tables import Comparison
from core.store.workspace import Workspace
from core.tables.values.number_text import as_text

if TYPE_CHECKING:
    import numpy.typing as npt


def compare(ws: Workspace, name: str, challenger: str | None = None, *, by: str) -> ComparisonDocument:
    """Compare and store; the same pair on the same labels is not looked at again.

    Raises:
        RetrainError: there is nothing to compare.
        HoldoutUsedUp: the holdout is to be freshened first.
        RegistryError: a version cannot be loaded.
    """
    two = comparison_inputs.pair(ws, name, challenger)
    look = enter_look(ws, name, two.holdout, two.challenger)
    inputs = comparison_inputs.read_inputs(ws, two)
    labels = _labels(inputs)
    earlier = latest(ws, name, two.challenger)
    metric = metrics_on(inputs, inputs.corrected)[0].name
    same = (two.champion, labels, metric)
    # bounds of earlier versions took every row by itself: they are made anew, at the same look
    if (
        earlier is not None
        and "dependence" in earlier
        and (earlier["champion"], earlier["labels"], earlier["metric"]) == same
        and _demands(earlier.get("judged_by", {})) == _demands(two.spec.judging_settings())
    ):
        return earlier
    gates = run_gates(ws, inputs, look.alpha)
    body = document(inputs, look, gates, labels, _situation(ws, two), _rows_of_chunk(ws, name))
    new = Comparison(
        model_id=two.spec.id,
        holdout_id=two.holdout.id or 0,
        champion=two.champion,
        challenger=two.challenger,
        look=look.look,
        verdict=body["verdict"],
        body=dict(body),
        created_by=by,
    )
    with writing(ws.engine) as session:
        comparison = comparisons.add(session, new)
        entry = {"comparison": comparison.id, "challenger": two.challenger, "verdict": body["verdict"]}
        audit.add(session, two.spec.id, by, "compare", {**entry, "champion": two.champion, "look": look.look})
    return body


def latest(ws: Workspace, name: str, challenger: str | None = None) -> ComparisonDocument | None:
    """The newest stored comparison, of any or of one challenger: one SQL read."""
    with reading(ws.engine) as session:
        row = comparisons.latest(session, models.spec(session, name).id, challenger)
    return ComparisonDocument(**row.body) if row is not None else None  # type: ignore[typeddict-item]


def next_challenger(ws: Workspace, name: str) -> str | None:
    """The version that a comparison takes where none is named; None where there is no challenger."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = deployments.champion(session, spec.id)
        tried = trials.list_scores(session, spec.id, spec.metric)
    return comparison_inputs.finalist(spec, live.version if live else None, tried)


def send_disagreements(ws: Workspace, name: str, challenger: str | None = None, *, by: str) -> int:
    """Queue the holdout rows on which the two models differ, blind, for the experts; how many are new.

    Relabelling only these gives exactly the accuracy difference of a fully relabelled holdout. Classes are
    asked in random order, so that the first labels may decide it (`core.training.comparison.review`). Of
    numbers those farthest apart come first: no other rows can move the difference of the mean errors as much.

    Raises:
        RetrainError: there is nothing to compare, or the models never differ.
    """
    inputs = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, name, challenger))
    order = _in_random_order(inputs) if inputs.pair.spec.classes else _most_apart(inputs)
    ids = [i for i in inputs.rows["_id"].iloc[order] if i not in inputs.settled]
    if not ids:
        raise RetrainError(
            "There is no open disagreement.", "Every row on which the models differ is settled."
        )
    labels = dict(zip(inputs.rows["_id"], inputs.given_labels, strict=True))
    new = [NewTask(i, n, "disagreement", given=as_text(labels[i]), blind=True) for n, i in enumerate(ids)]
    with writing(ws.engine) as session:
        opened = tasks.create(session, inputs.pair.spec.id, new)
        audit.add(session, inputs.pair.spec.id, by, "send disagreements", {"rows": opened})
    return opened


def stop_reviewing(ws: Workspace, name: str, challenger: str, *, by: str) -> int:
    """Take the disagreements that nobody has settled out of the queue; how many.

    Raises:
        DataError: there is no such model.
    """
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        waiting = sorted(tasks.rows_of_kind(session, spec.id, "disagreement"))
        withdrawn = tasks.withdraw(session, spec.id, waiting)
        body = {"rows": withdrawn, "challenger": challenger}
        audit.add(session, spec.id, by, "stop reviewing disagreements", body)
    return withdrawn


def _in_random_order(inputs: ComparisonInputs) -> "npt.NDArray[np.intp]":
    """Numbers of the rows on which the two differ, the same order whenever they are sent."""
    y, task = truth(inputs, inputs.given_labels), inputs.pair.task
    places = np.flatnonzero(task.disagreements(y, inputs.champion, inputs.challenger))
    return np.random.default_rng(inputs.pair.holdout.number).permutation(places)


def _most_apart(inputs: ComparisonInputs) -> "npt.NDArray[np.intp]":
    """Numbers of the rows on which the two differ, those farthest apart first."""
    y, task = truth(inputs, inputs.given_labels), inputs.pair.task
    apart = task.differences(inputs.champion, inputs.challenger)
    places = np.flatnonzero(task.disagreements(y, inputs.champion, inputs.challenger))
    return places[np.argsort(-apart[places], kind="stable")]


def _demands(settings: Mapping[str, Any]) -> list[Any]:
    """What a comparison asks beyond being better; nothing in those of earlier versions."""
    return [settings.get(name) for name in ("least_gain", "least_saving", "budgets", "fairness_blocks")]


def _labels(inputs: ComparisonInputs) -> str:
    from core.training.fingerprint import digest

    spec = inputs.pair.spec
    parts: list[Any] = [inputs.pair.holdout.keys_hash, list(inputs.corrected), sorted(inputs.settled)]
    # a model without either keeps the digest of its earlier comparisons: they are not made anew
    if spec.roles.group:
        parts.append({"group": spec.roles.group})
    if spec.threshold is None and spec.costs is None and not spec.class_order:
        return digest(parts)
    order = [list(spec.class_order)] if spec.class_order else []
    return digest([*parts, spec.threshold, spec.costs and asdict(spec.costs), *order])


def _rows_of_chunk(ws: Workspace, name: str) -> int:
    """Rows of a usual chunk, as the newest check of the model has it; 0 before the first."""
    checked = monitor.health(ws, name)
    return round(median(chunk["n"] for chunk in checked["chunks"])) if checked and checked["chunks"] else 0


def _situation(ws: Workspace, two: Pair) -> dict[str, Any]:
    from core.training.recipes import recipes_for

    with reading(ws.engine) as session:
        tried = {
            t.recipe
            for t in trials.list_trials(session, two.spec.id)
            if t.status == "trained" and t.holdout_id == two.holdout.id
        }
        waiting = tasks.counts(session, two.spec.id).get("open", 0)
        disagreements = tasks.rows_of_kind(session, two.spec.id, "disagreement")
    untried = tuple(
        (r.name, r.title) for r in recipes_for(two.spec.item, two.spec.task) if r.name not in tried
    )
    return {"untried": untried, "waiting": waiting, "disagreements": disagreements}
