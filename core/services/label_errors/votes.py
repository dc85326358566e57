"""Out-of-fold votes of a jury, kept in the job's folder so that a restarted scan goes on where it was."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from core.jobs.spec import Progress
from core.label_errors.cost import too_dear
from core.label_errors.cv_splits import Split, neighbouring_splits, shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.label_errors.strategy import LabelledRows
from core.services.label_errors.companions import Jury
from core.stats.arrays import Floats
from core.stats.folds import FOLDS

FEW_ROWS = 20_000
FEW_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Votes:
    """Name of the model -> (n, K) probabilities, or (n,) numbers: of all times, and of the row's own time.

    `left_out`: name of the model -> foretold processor seconds of one fit, of those too dear to vote.
    """

    shuffled: dict[str, Floats]
    local: dict[str, Floats]
    left_out: dict[str, float] = field(default_factory=dict)


def collect(jury: Jury, rows: LabelledRows, work: Path, key: str, progress: Progress) -> Votes:
    """Let every contender vote on every row; `key` names the data and models that kept files belong to."""
    progress(0.0, "Finding out what each model costs")
    dear = too_dear(jury.contenders, rows.targets, len(rows.ids) * (FOLDS - 1) // FOLDS)
    tasks = _tasks(_without(jury, dear), rows)
    total, done = sum(len(splits) for _, _, splits in tasks), 0
    votes: dict[str, dict[str, Floats]] = {"all": {}, "time": {}}
    for view, contender, splits in tasks:
        message = f"{contender.name}: judging rows it has not seen"
        ticks = _Ticks(progress, done / total, 1 / total, message)
        file = work / f"votes-{key[:16]}-{view}-{sha256(contender.name.encode()).hexdigest()[:16]}.npy"
        votes[view][contender.name] = _vote(contender, rows, splits, file, ticks)
        done += len(splits)
    return Votes(votes["all"], votes["time"], dear)


def _without(jury: Jury, names: Container[str]) -> Jury:
    """The jury without the contenders of these names."""
    voters, local = (
        tuple(one for one in among if one.name not in names) for among in (jury.contenders, jury.local)
    )
    return replace(jury, contenders=voters, local=local)


def _tasks(jury: Jury, rows: LabelledRows) -> list[tuple[str, Contender, tuple[Split, ...]]]:
    """View, contender and splits; with many rows one repeat, fewer folds, one model of the time."""
    few = len(rows.ids) <= FEW_ROWS
    wide = shuffled_splits(rows.strata, rows.group, repeats=2 if few else 1)
    tasks = [("all", contender, wide) for contender in jury.contenders]
    if rows.block is not None:
        near = neighbouring_splits(rows.strata, rows.group, rows.block, k=FOLDS if few else FEW_FOLDS)
        tasks += [("time", contender, near) for contender in jury.local[: 2 if few else 1]]
    return tasks


@dataclass
class _Ticks:
    """Turns finished fits into progress."""

    progress: Progress
    done: float
    step: float
    message: str

    def __call__(self) -> None:
        self.done += self.step
        self.progress(self.done, self.message)


def _vote(
    contender: Contender, rows: LabelledRows, splits: tuple[Split, ...], file: Path, ticks: _Ticks
) -> Floats:
    if file.exists():
        saved: Floats = np.load(file)
        return saved
    votes = out_of_fold(
        contender,
        rows.targets,
        rows.classes,
        splits,
        copies=rows.copies(),
        tick=ticks,
    )
    unfinished = file.with_suffix(".part")
    with unfinished.open("wb") as stream:
        np.save(stream, votes)
    unfinished.replace(file)
    return votes
