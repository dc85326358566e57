"""The finalists of a search: fitted on all rows, stacked where that is better, and shown the holdout."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.jobs.spec import StepContext
from core.registry import files
from core.services.experiments.jobs import Search
from core.services.experiments.recipes.encoded_rows import encode_rows
from core.services.experiments.recipes.titles import STACK
from core.services.experiments.search.board import Board, Result
from core.services.experiments.search.candidate import Candidate, describe
from core.services.experiments.search.search_data import SearchData
from core.services.experiments.search.search_steps import champion_of, open_board
from core.services.experiments.search.stack import choose as choose_stack
from core.services.experiments.search.stack import helps
from core.services.experiments.train_steps import facts_of
from core.services.experiments.trial_data import with_own_threshold
from core.services.experiments.trial_files import (
    FOLD_PREDICTIONS,
    folder_of,
    write_document,
    write_fit,
    write_predictions,
)
from core.stats.executors.side_by_side import side_by_side
from core.stats.predictions import Predictions
from core.store.engine import writing
from core.store.experiments import trials
from core.store.workspace import open_workspace
from core.training.fingerprint import estimator_parameters, fingerprint
from core.training.fit import learning
from core.training.predictions import predict
from core.training.search.blend import vote
from core.training.search.shortlist import shortlist
from core.training.split import leak
from core.training.tasks import task_of
from core.training.treatments.fit_treated import fit_treated


def fit(ctx: StepContext[Search]) -> dict[str, Any]:
    """Fit the finalists on all rows; what is found in the work folder was fitted before a crash."""
    ws = open_workspace(ctx.settings)
    board = open_board(ws, ctx)
    champion = champion_of(ws, ctx, board)
    best = choose(board, champion)
    todo = [{"trial": result.trial, "recipe": result.candidate.recipe, "reused": False} for result in best]
    folders = {result.trial: folder_of(ctx, item) for result, item in zip(best, todo, strict=True)}
    missing = [result for result in best if not (folders[result.trial] / "done.json").exists()]
    for result, (estimator, seconds) in zip(missing, _fit_all(ctx, board, missing, "finalist"), strict=True):
        _keep(board, result, folders[result.trial], estimator, seconds)
    stack = _stack(ctx, board, best, champion)
    return {"todo": [*([stack] if stack else []), *todo]}


def choose(board: Board, champion: Candidate) -> list[Result]:
    """The champion's recipe and the best result of others, none that is worse than the best beyond chance."""
    scored = list(board.list_scored())
    same = [place for place, result in enumerate(scored) if result.candidate.key == champion.key]
    places = shortlist(
        [result.candidate.recipe for result in scored],
        lambda place: board.predictions(scored[place].fingerprint),
        board.data.metric,
        board.data.truth,
        board.data.together,
        plain=same[0] if same else None,
    )
    return [scored[place] for place in places]


def _fit_all(
    ctx: StepContext[Search], board: Board, results: list[Result], what: str
) -> Iterator[tuple[Any, float]]:
    """The experiments fitted on all rows, in their order, and the seconds that each took."""

    def begin() -> Iterator[Callable[[], tuple[Any, float]]]:
        for number, result in enumerate(results, 1):
            label = describe(result.candidate)
            ctx.progress(
                (number - 1) / (len(results) + 1), f"Fitting {what} {number} of {len(results)}: {label}"
            )
            pipeline = board.data.pipeline(result.candidate)
            encode_rows(board.ws, board.data.spec, board.data.X, pipeline, ctx.progress)
            yield partial(_fit_on_all, board.data, result, pipeline)

    with learning():
        yield from side_by_side(begin())


def _fit_on_all(data: SearchData, result: Result, pipeline: Any) -> tuple[Any, float]:
    began = time.monotonic()
    treated = result.candidate.treatment.apply(data.facts, np.arange(len(data.rows)))
    estimator = fit_treated(pipeline, data.inputs(result.candidate), data.task.targets(data.y), treated)
    return estimator, time.monotonic() - began


def _keep(board: Board, result: Result, folder: Path, estimator: Any, seconds: float) -> None:
    data, predictions = board.data, board.predictions(result.fingerprint)
    fitted: tuple[Any, Predictions | None, dict[str, Any]] = (estimator, predictions, result.cv)
    if predictions is not None:
        fitted = _decide(data, estimator, predictions, result.cv)
    _write(folder, data, *fitted, seconds + result.seconds)


def _decide(
    data: SearchData, estimator: Any, made: Predictions, cv: dict[str, Any]
) -> tuple[Any, Predictions, dict[str, Any]]:
    return with_own_threshold(data.spec, estimator, made, cv, data.truth, data.blocks, data.together)


def _stack(
    ctx: StepContext[Search], board: Board, best: list[Result], champion: Candidate
) -> dict[str, Any] | None:
    """The best experiments stacked, as a trial of its own, where that helps out of fold; else None."""
    data, stack = board.data, choose_stack(board)
    if stack is None or not helps(board, stack, best[0], champion):
        return None
    mark = fingerprint({STACK: stack.parts})
    trial = board.start(Candidate(STACK, {"of": stack.parts}, stage="stack"), mark)
    item = {"trial": trial, "recipe": STACK, "reused": False}
    folder = folder_of(ctx, item)
    if not (folder / "done.json").exists():
        began = time.monotonic()
        fitted = _members(ctx, board, [result for result, _ in stack.members])
        weights = [weight for _, weight in stack.members]
        estimator = vote(fitted, weights, numbers=not data.spec.classes)
        if estimator is None:
            with writing(board.ws.engine) as session:
                trials.close(session, trial, "failed", "The members have not learnt the same classes.")
            return None
        board.keep(mark, stack.predictions)
        decided = _decide(data, estimator, stack.predictions, stack.cv)
        _write(folder, data, *decided, time.monotonic() - began)
    return item


def _members(ctx: StepContext[Search], board: Board, results: list[Result]) -> list[Any]:
    """Members fitted on all rows: read where one is a finalist too, or was fitted before a crash."""
    paths = [folder_of(ctx, {"trial": result.trial}) / "model.skops" for result in results]
    missing = [(result, file) for result, file in zip(results, paths, strict=True) if not file.exists()]
    made = _fit_all(ctx, board, [result for result, _ in missing], "member of the stack")
    for (_, file), (estimator, _) in zip(missing, made, strict=True):
        files.save(estimator, file)
    return [files.read(ctx.settings, file) for file in paths]


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
