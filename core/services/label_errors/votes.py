"""Out-of-fold votes of a jury, kept in the job's folder so that a restarted scan goes on where it was."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.jobs.spec import Progress
from core.label_errors.cv_splits import Split, neighbouring_splits, shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.label_errors.strategy import LabelledRows
from core.services.label_errors.companions import Jury
from core.stats.arrays import Floats
from core.stats.folds import FOLDS

THREADS = 2
FEW_ROWS = 20_000
FEW_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Votes:
    """Name of the model -> (n, K) probabilities, or (n,) numbers: of all times, and of the row's own time."""

    shuffled: dict[str, Floats]
    local: dict[str, Floats]


def collect(jury: Jury, rows: LabelledRows, work: Path, key: str, progress: Progress) -> Votes:
    """Let every contender vote on every row; `key` names the data and models that kept files belong to."""
    tasks = _tasks(jury, rows)
    total, done = sum(len(splits) for _, _, splits in tasks), 0
    votes: dict[str, dict[str, Floats]] = {"all": {}, "time": {}}
    for view, contender, splits in tasks:
        message = f"{contender.name}: judging rows it has not seen"
        ticks = _Ticks(progress, done / total, 1 / total, message)
        file = work / f"votes-{key[:16]}-{view}-{len(votes[view])}.npy"
        votes[view][contender.name] = _vote(contender, rows, splits, file, ticks)
        done += len(splits)
    return Votes(votes["all"], votes["time"])


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
        jobs=THREADS,
        tick=ticks,
    )
    unfinished = file.with_suffix(".part")
    with unfinished.open("wb") as stream:
        np.save(stream, votes)
    unfinished.replace(file)
    return votes
