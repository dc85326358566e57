"""The finalists of a search: fitted on all rows, stacked where that is better, and shown the holdout."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.frozen import FrozenEstimator

from core.jobs.spec import StepContext
from core.registry import files
from core.services.experiments.jobs import Search
from core.services.experiments.retrain import STACK
from core.services.experiments.search.board import Board, Result
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.search.search_data import SearchData
from core.services.experiments.search.search_steps import open_board
from core.services.experiments.train_steps import facts_of
from core.services.experiments.trial_data import with_own_threshold
from core.services.experiments.trial_files import (
    FOLD_PREDICTIONS,
    folder_of,
    write_document,
    write_fit,
    write_predictions,
)
from core.services.spec_metrics import metrics_of
from core.stats.predictions import Predictions
from core.store.engine import writing
from core.store.experiments import trials
from core.store.workspace import open_workspace
from core.training.fingerprint import estimator_parameters, fingerprint
from core.training.fit import scores
from core.training.predictions import predict
from core.training.search import blend
from core.training.search.evaluate import fit_treated
from core.training.search.shortlist import shortlist
from core.training.split import leak
from core.training.tasks import task_of


def fit(ctx: StepContext[Search]) -> dict[str, Any]:
    """Fit the finalists on all rows; what is found in the work folder was fitted before a crash."""
    ws = open_workspace(ctx.settings)
    board = open_board(ws, ctx)
    best = choose(board)
    todo = [{"trial": result.trial, "recipe": result.candidate.recipe, "reused": False} for result in best]
    for number, (result, item) in enumerate(zip(best, todo, strict=True)):
        ctx.progress(number / (len(best) + 1), f"Fitting finalist {number + 1} of {len(best)}")
        folder = folder_of(ctx, item)
        if not (folder / "done.json").exists():
            _fit_one(board, result, folder)
    stack = _stack(ctx, board, best, todo)
    return {"todo": [*([stack] if stack else []), *todo]}


def choose(board: Board) -> list[Result]:
    """The best result of each recipe, at most three and none that is worse than the best beyond chance."""
    scored = list(board.list_scored())
    places = shortlist(
        [result.candidate.recipe for result in scored],
        lambda place: board.predictions(scored[place].fingerprint),
        board.data.metric,
        board.data.truth,
        board.data.together,
    )
    return [scored[place] for place in places]


def _fit_one(board: Board, result: Result, folder: Path) -> None:
    data, began = board.data, time.monotonic()
    pipeline = data.pipeline(result.candidate)
    every = np.arange(len(data.rows))
    treated = result.candidate.treatment.apply(data.facts, every)
    estimator = fit_treated(pipeline, data.inputs(result.candidate), data.task.targets(data.y), treated)
    predictions = board.predictions(result.fingerprint)
    fitted: tuple[Any, Predictions | None, dict[str, Any]] = (estimator, predictions, result.cv)
    if predictions is not None:
        fitted = _decide(data, estimator, predictions, result.cv)
    _write(folder, data, *fitted, time.monotonic() - began + result.seconds)


def _decide(
    data: SearchData, estimator: Any, made: Predictions, cv: dict[str, Any]
) -> tuple[Any, Predictions, dict[str, Any]]:
    return with_own_threshold(data.spec, estimator, made, cv, data.truth, data.blocks, data.together)


def _stack(
    ctx: StepContext[Search], board: Board, best: list[Result], todo: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The finalists stacked, as a trial of its own, where that is better out of fold; else None."""
    data = board.data
    members = [made for result in best if (made := board.predictions(result.fingerprint)) is not None]
    if len(members) < 2 or len(members) < len(best):  # noqa: PLR2004 -- one is no stack
        return None
    made = blend.predict_crossed(members, data.truth, data.blocks, data.spec.threshold)
    cv = scores(data.truth, made, data.spec.metric, metrics=metrics_of(data.spec))
    merit = data.metric.merit(cv[data.spec.metric]["value"])
    if merit <= best[0].merit:
        return None
    share = blend.weights(members, data.truth)
    voters = [(best[place], todo[place], float(share[place])) for place in blend.voters(share)]
    if len(voters) < 2:  # noqa: PLR2004 -- one is no stack
        return None
    parts = {result.fingerprint: round(weight, 6) for result, _, weight in voters}
    mark = fingerprint({STACK: parts})
    trial = board.start(Candidate(STACK, {"of": parts}, stage="stack"), mark)
    item = {"trial": trial, "recipe": STACK, "reused": False}
    folder = folder_of(ctx, item)
    if not (folder / "done.json").exists():
        began = time.monotonic()
        fitted = [files.read(ctx.settings, folder_of(ctx, part) / "model.skops") for _, part, _ in voters]
        estimator = vote(data, fitted, [weight for _, _, weight in voters])
        if estimator is None:
            with writing(board.ws.engine) as session:
                trials.close(session, trial, "failed", "The finalists have not learnt the same classes.")
            return None
        board.keep(mark, made)
        _write(folder, data, *_decide(data, estimator, made, cv), time.monotonic() - began)
    return item


def vote(data: SearchData, fitted: list[Any], weights: list[float]) -> Any:
    """One estimator of fitted ones, which stay as they are; None where they know different classes."""
    named = [(f"member{n}", FrozenEstimator(one)) for n, one in enumerate(fitted, 1)]
    if not data.spec.classes:
        sums = VotingRegressor(named, weights=weights).fit(data.X, data.task.targets(data.y))
        return _reading_all(sums, fitted)
    if any(list(one.classes_) != list(fitted[0].classes_) for one in fitted):
        return None
    known = np.isin(data.task.targets(data.y), fitted[0].classes_)
    stack = VotingClassifier(named, voting="soft", weights=weights)
    return _reading_all(stack.fit(data.X[known], data.task.targets(data.y)[known]), fitted)


def _reading_all(stack: Any, fitted: list[Any]) -> Any:
    """The stack, which names every column that a member reads; scikit-learn names the first member's."""
    names = dict.fromkeys(str(name) for one in fitted for name in getattr(one, "feature_names_in_", ()))
    if names:
        stack.feature_names_in_ = np.array(list(names), dtype=object)
    return stack


def _write(
    folder: Path,
    data: SearchData,
    estimator: Any,
    made: Predictions | None,
    cv: dict[str, Any],
    seconds: float,
) -> None:
    """The files from which the last step registers: the model, its predictions, an example, what is known."""
    spec, holdout = data.spec, data.data.holdout_rows
    write_fit(folder, estimator, data.data.X(data.rows, estimator))
    unseen = predict(estimator, data.data.X(holdout, estimator), task_of(spec.classes))
    write_predictions(folder / "holdout.parquet", spec, holdout["_id"], unseen)
    if made is not None:
        write_predictions(folder / FOLD_PREDICTIONS, spec, data.ids, made)
    shared = leak(data.rows, holdout, data.data.content)
    write_document(
        folder / "done.json",
        {
            "cv": cv,
            "params": facts_of(data.data, estimator, shared),
            "estimator": estimator_parameters(estimator),
            "seconds": seconds,
        },
    )
