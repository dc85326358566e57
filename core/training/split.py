"""Which rows are kept apart for comparisons, and which may be learned from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import RetrainError
from core.tables.values.content_hash import row_hashes


@dataclass(frozen=True, slots=True)
class SplitRules:
    """How many rows are kept apart, and how many are needed at all.

    Attributes:
        share: of the log that the holdout takes: the usual fifth.
        enough: rows of a holdout, where there are so many: 200 show a change of 5.6 points between models
            that differ on a tenth of the rows (`core.training.comparison.decision`), and from so many on a
            mean loss has its t interval (`core.stats.bootstrap`).
        fewest: rows of a holdout, and to learn from: with 40 even a change of 12 points is not shown.
    """

    share: float = 0.2
    enough: int = 200
    fewest: int = 40


RULES = SplitRules()


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of a holdout.

    Attributes:
        labels: row id -> label at the moment of freezing; a number for regression.
        first: of the oldest row, last: of the newest one; a time or a row number, as text that sorts.
        left_out: rows that equal in content a row that may have been learnt from.
    """

    row_ids: tuple[str, ...]
    labels: dict[str, str | float]
    first: str
    last: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Training:
    """The rows to learn from, and how many were left out because they equal a holdout row."""

    rows: pd.DataFrame
    duplicates: int


def usable(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows whose label may be relied upon: training rows with a label, log rows with a mature one.

    >>> given, mature = ["yes", None, "no"], [True, True, False]
    >>> frame = pd.DataFrame({"_given": given, "_mature": mature, "_part": ["log"] * 3})
    >>> usable(frame).index.tolist()
    [0]
    """
    return frame[frame["_given"].notna() & _counts(frame)]


def _counts(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["_mature"].eq(other=True) | (frame["_part"] == "training")


def newest_window(frame: pd.DataFrame, rules: SplitRules = RULES) -> Window:
    """The newest usable rows, in whole chunks: at least 200 and about 20 % of the log.

    Without enough labelled rows in the log the newest training rows are taken.

    Args:
        frame: canonical rows with `_part`, `_given`, `_mature`.
        rules: how many rows are kept apart.

    Raises:
        RetrainError: there are too few labelled rows for any comparison.
    """
    rows = usable(frame)
    log = rows[rows["_part"] == "log"]
    source = log if len(log) >= rules.enough else rows
    if len(source) < 2 * rules.fewest:
        raise RetrainError(
            f"Only {len(source)} labelled rows: too few to keep some apart for a fair comparison.",
            f"Send labels for at least {2 * rules.fewest} rows.",
        )
    enough = max(min(rules.enough, len(source) // 2), int(rules.share * len(source)))
    return _window(_whole_chunks(source, enough))


def fresh_window(
    frame: pd.DataFrame, place: str, content: list[str], rules: SplitRules = RULES
) -> Window | None:
    """The newest usable rows of the log after a place, of a content that no row before it has.

    No challenger may have learnt from them, and no comparison looked at them: a holdout of them has a budget
    of its own. In whole chunks, as many as `newest_window` takes, or all that there are.

    Args:
        frame: canonical rows with `_part`, `_given`, `_mature` and the columns in `content`.
        place: up to which rows were learnt from or looked at, as `Window.last` has it.
        content: columns by which two rows are the same.
        rules: how many rows are kept apart.

    Returns:
        None where fewer than `rules.enough` are left.
    """
    rows = usable(frame)
    log = rows[rows["_part"] == "log"]
    newer = log[after(log, place)]
    older = rows[~rows["_id"].isin(newer["_id"])]
    same = np.isin(row_hashes(newer[content]), row_hashes(older[content]))
    newer = newer[~same]
    if len(newer) < rules.enough:
        return None
    window = _newest_chunks(newer, max(rules.enough, int(rules.share * len(log))))
    return _window(window, int(same.sum()))


def _window(rows: pd.DataFrame, left_out: int = 0) -> Window:
    when, labels = _when(rows), dict(zip(rows["_id"], rows["_given"], strict=True))
    return Window(tuple(rows["_id"]), labels, when.min(), when.max(), left_out)


def _newest_chunks(rows: pd.DataFrame, enough: int) -> pd.DataFrame:
    sizes = rows["_chunk"].value_counts().sort_index(ascending=False).cumsum()
    newest = sizes.index[: int((sizes < enough).sum()) + 1]
    return rows[rows["_chunk"].isin(newest)]


def _whole_chunks(rows: pd.DataFrame, enough: int) -> pd.DataFrame:
    window = _newest_chunks(rows, enough)
    if len(window) > len(rows) // 2:
        # One chunk holds more than half of everything: whole chunks would leave too little to learn from.
        return rows.sort_values(_clock(rows), kind="stable").tail(enough)
    return window


def _clock(rows: pd.DataFrame) -> str:
    return "_time" if rows["_time"].notna().all() else "_seq"


def _when(rows: pd.DataFrame) -> "pd.Series[Any]":
    if _clock(rows) == "_time":
        return rows["_time"].map(lambda moment: moment.isoformat()).astype(object)
    return rows["_seq"].map(number)


def number(position: int) -> str:
    """A row's place in the order of arrival, as text that sorts like the number.

    >>> number(42)
    'row 0000000042'
    """
    return f"row {position:010d}"


def training_rows(
    frame: pd.DataFrame, holdout_ids: set[str], content: list[str], rules: SplitRules = RULES
) -> Training:
    """The rows to learn from: labelled, before the holdout begins, and different from every holdout row.

    Args:
        frame: canonical rows with `_part`, `_given`, `_label`, `_mature` and the columns in `content`.
        holdout_ids: keys of the holdout.
        content: columns by which two rows are the same.
        rules: how many rows are needed.

    Raises:
        RetrainError: too few rows, or fewer than two labels, are left.
    """
    kept_apart = frame["_id"].isin(holdout_ids)
    holdout = frame[kept_apart]
    clock = _clock(frame)
    rows = frame[~kept_apart & frame["_label"].notna() & _counts(frame)]
    rows = rows[rows[clock] < holdout[clock].min()] if len(holdout) else rows
    same = np.isin(row_hashes(rows[content]), row_hashes(holdout[content]))
    rows, duplicates = rows[~same], int(same.sum())
    if len(rows) < rules.fewest or rows["_label"].nunique() < 2:  # noqa: PLR2004 -- two labels
        raise RetrainError(
            f"{len(rows)} labelled rows are left to learn from, of {rows['_label'].nunique()} labels.",
            "Send more labelled rows from before the holdout.",
        )
    return Training(rows, duplicates)


def leak(training: pd.DataFrame, holdout: pd.DataFrame, content: list[str]) -> dict[str, Any]:
    """Rows that training and holdout share, by key and by content; both must be 0."""
    keys = int(training["_id"].isin(holdout["_id"]).sum())
    contents = int(np.isin(row_hashes(training[content]), row_hashes(holdout[content])).sum())
    return {"keys": keys, "contents": contents, "passed": keys == 0 and contents == 0}


def newer_rows(frame: pd.DataFrame, last: str) -> int:
    """How many usable rows of the log are newer than the holdout that ends at `last`."""
    rows = usable(frame)
    return int((_when(rows[rows["_part"] == "log"]) > last).sum())


def place_of_newest(rows: pd.DataFrame) -> str:
    """The place of the newest row, as `Window.last` has it."""
    return str(_when(rows).max())


def before(rows: pd.DataFrame, place: str) -> "pd.Series[bool]":
    """Which rows come before a place; what neither `before` nor `after` names is at it."""
    return _when(rows) < place


def after(rows: pd.DataFrame, place: str) -> "pd.Series[bool]":
    """Which rows come after a place."""
    return _when(rows) > place
