"""The first steps of the job "search": freeze, then try one candidate after another within the minutes.

Each result is a row before the next one begins: killed anywhere, the step goes on from the rows, and the
plan, which depends on them alone, recognises what was tried.
"""

import time
from dataclasses import asdict, replace
from typing import Any

from core.errors import RetrainError
from core.jobs.spec import StepContext
from core.services.experiments import retrain
from core.services.experiments.holdout.freeze import freeze
from core.services.experiments.jobs import Search
from core.services.experiments.joins.ready_steps import with_newest
from core.services.experiments.recipes.titles import STACK
from core.services.experiments.search import planner, search_data
from core.services.experiments.search.board import Board, TimeUpError
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.search.documents import SearchedEntry
from core.services.experiments.search.planner import Outlook
from core.services.experiments.trial_data import Frozen, load
from core.services.monitoring import monitor
from core.stats.measures.own import register
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments, holdouts, trials
from core.store.workspace import Workspace, open_workspace


def prepare(ctx: StepContext[Search]) -> dict[str, Any]:
    """Freeze labels and holdout, and look up the champion and what Health named.

    Raises:
        RetrainError: too few labelled rows, or a recipe that does not fit.
    """
    ws, args = open_workspace(ctx.settings), ctx.args
    ctx.progress(0.0, "Freezing labels and holdout")
    spec, revision, holdout, frozen = freeze(ws, args.model, args.by)
    with reading(ws.engine) as session:
        live = deployments.champion(session, spec.id)
    causes, moved = _known_of_health(ws, args.model)
    with writing(ws.engine) as session:
        body = {"minutes": args.minutes, "parts": list(args.parts), "causes": causes}
        audit.add(session, spec.id, args.by, "search", {**body, "revision": revision.number})
    return {
        "frozen": asdict(frozen),
        "revision": revision.number,
        "holdout": {
            "rows": holdout.rows,
            "from": holdout.first,
            "to": holdout.last,
            "number": holdout.number,
        },
        "champion": live.version if live else None,
        "causes": causes,
        "moved": moved,
    }


def _known_of_health(ws: Workspace, name: str) -> tuple[list[str], list[str]]:
    """Kinds of the causes that Health named, and the columns that drift in its newest chunk or are faulty."""
    document = monitor.health(ws, name)
    if document is None:
        return [], []
    newest = document["chunks"][-1]["drift"] if document["chunks"] else {}
    moved = [feature for feature, drift in newest.items() if drift["flagged"]]
    faulty = [str(cause["feature"]) for cause in document["causes"] if cause["kind"] == "data_fault"]
    return [cause["kind"] for cause in document["causes"]], list(dict.fromkeys([*faulty, *moved]))


def search(ctx: StepContext[Search]) -> dict[str, Any]:
    """Try candidates until the minutes are over, nothing new is left, or a person says that it is enough.

    Raises:
        RetrainError: not one experiment could be judged.
    """
    ws = open_workspace(ctx.settings)
    board = open_board(ws, ctx)
    outlook = Outlook(
        champion=champion_of(ws, ctx, board),
        families=tuple(search_data.families(board.data, ctx.args.recipes)),
        parts=ctx.args.parts,
        causes=tuple(ctx.state["causes"]),
        moved=tuple(ctx.state["moved"]),
    )
    ended = "nothing new was left to try"
    try:
        for candidate in planner.candidates(outlook, board):
            board.attempt(candidate)
    except TimeUpError:
        ended = "a person said that it is enough" if board.is_enough() else "the minutes were over"
    if board.best() is None:
        raise RetrainError(
            "Not one experiment could be judged.", "Give the search more minutes, or label more rows."
        )
    made = [result for result in board.results.values() if result.mine]
    searched = SearchedEntry(
        tried=len(made),
        stopped=sum(result.status == "stopped" for result in made),
        failed=sum(result.status == "failed" for result in made),
        known=len(board.results) - len(made),
        ended=ended,
        seconds=board.spent(),
        problems=board.data.problems,
    )
    return {"searched": searched}


def open_board(ws: Workspace, ctx: StepContext[Search]) -> Board:
    """The board of this job, filled from the rows; the clock goes on from what its trials have taken."""
    with reading(ws.engine) as session:
        spec = models.spec(session, ctx.args.model)
        holdout = holdouts.get(session, ctx.state["frozen"]["holdout"])
    register(ws.settings.metrics)
    data = search_data.read(ws, load(ws, spec, Frozen(**ctx.state["frozen"])), holdout)
    board = Board(ws, ctx, data, deadline=0.0)
    board.load()
    board.deadline = time.monotonic() + 60 * ctx.args.minutes - board.spent()
    return board


def champion_of(ws: Workspace, ctx: StepContext[Search], board: Board) -> Candidate:
    """The champion's recipe, with its parameters and treatment where a search found them."""
    recipe = retrain.champion_recipe(ws, ctx.args.model)
    with reading(ws.engine) as session:
        version = ctx.state["champion"]
        trial = trials.origin_of(session, board.data.spec.id, version) if version else None
    if trial is None or "search" not in trial.params or trial.recipe == STACK:
        usual = search_data.families(board.data, None)[0]
        return Candidate(usual if recipe == STACK else recipe, stage="champion")
    searched = Candidate.from_json(trial.recipe, trial.params["search"])
    newest = with_newest(board.data.spec, searched.features)
    return replace(searched, features=newest, stage="champion")
