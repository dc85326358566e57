"""What experts' answers teach about the newest search: probabilities, ranks, what is decided. No fit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.label_errors import audit, rank
from core.label_errors.audit import NEVER, Annotations, Batch, Standing
from core.label_errors.label_noise import Errors
from core.label_errors.recalibration import Reviews, recalibrate
from core.label_errors.rules import RULES
from core.label_errors.search import curve
from core.services.annotation import experts
from core.services.annotation.views import ExpertsDocument
from core.services.label_errors.record import curve_digits
from core.stats.arrays import Bools, Floats, Ints
from core.store import models
from core.store.annotation import current, estimates, events, question_batches, suspects
from core.store.annotation.question_batches import QuestionBatch
from core.store.engine import reading, writing
from core.store.tables import Scan
from core.store.workspace import Workspace

FRONT = 1_000
"""Rows at the head of the list, before and after, that are ranked anew: not a million each time."""
MOVED = 0.005
"""Of other rows, probabilities that moved by less are left as they are: on a page they look the same."""


@dataclass(frozen=True, slots=True)
class AnnotatedRows:
    """What is known of n rows.

    Attributes:
        rows: (n) what the models say of them.
        labels: (n) what experts settled; None elsewhere.
        without_label: (n,) experts cannot tell.
        first: (n,) number of the first answer, `NEVER` without one.
        batches: questions that were sent, with the labels to which a draw was confined.
        until: number of the newest event.
    """

    rows: pd.DataFrame
    labels: "pd.Series[str]"
    without_label: Bools
    first: Ints
    batches: Sequence[tuple[Batch, Sequence[str] | None]]
    until: int

    @property
    def judged(self) -> Bools:
        """(n,) rows that the models can judge."""
        return self.rows["prior"].notna().to_numpy()

    @property
    def settled(self) -> Bools:
        """(n,) rows of which experts have settled the label."""
        return self.labels.notna().to_numpy()

    def reviews(self) -> Reviews:
        """What experts said of the rows that the models can judge."""
        drawn = np.zeros(len(self.rows), dtype=bool)
        for batch, _ in self.batches:
            drawn[batch.rows[batch.drawn]] = True
        return Reviews(self.settled, self.settled & self._differs(), drawn).of(self.judged)

    def how_many(self, value: float) -> Standing:
        """How far "how many labels are wrong?" is; `value` is the estimate."""
        every = np.ones(len(self.rows), dtype=bool)
        prior = self.rows["prior"].fillna(self.rows["prior"].mean()).to_numpy()
        drawn = [batch for batch, among in self.batches if among is None]
        return audit.how_many(audit.sample(drawn, self._annotations(self._differs()), every, prior), value)

    def mixed_up(self, p_error: Floats) -> list[tuple[list[str], Standing]]:
        """How far "are these two classes mixed up?" is, of pairs with most suspects or asked about.

        Args:
            p_error: (n,) probability of an error, by the answers so far.
        """
        suspected = self.rows[self.rows["flagged"].astype(bool)]
        labels = zip(suspected["given"], suspected["suggested"], strict=True)
        counts = Counter((min(pair), max(pair)) for pair in labels)
        pairs = [(min(among), max(among)) for _, among in self.batches if among]
        pairs += [pair for pair, _ in counts.most_common(RULES.audit.pairs)]
        return [([*pair], self._pair(pair, p_error)) for pair in dict.fromkeys(pairs)]

    def _pair(self, pair: tuple[str, str], p_error: Floats) -> Standing:
        other = self.rows["given"].map({pair[0]: pair[1], pair[1]: pair[0]})
        among = other.notna().to_numpy()
        towards = among & (self.rows["suggested"] == other).to_numpy()
        prior = np.where(towards, self.rows["prior"].fillna(0.0), 0.0)
        drawn = [batch for batch, only in self.batches if only is None or sorted(only) == sorted(pair)]
        annotations = self._annotations((self.labels == other).to_numpy())
        value = np.nansum(annotations.hit[among]) + p_error[towards & np.isnan(annotations.hit)].sum()
        return audit.mixed_up(audit.sample(drawn, annotations, among, prior), float(value))

    def _differs(self) -> Bools:
        return (self.labels != self.rows["given"]).to_numpy()

    def _annotations(self, hit: Bools) -> Annotations:
        known = np.where(self.settled, hit.astype(float), np.where(self.without_label, 0.0, np.nan))
        return Annotations(self.first, known)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What stands in place of the same fields of a search's summary.

    Attributes:
        flagged: suspects that no expert has settled.
        errors: estimated number of wrong labels.
        pairs: (given, suggested, open suspects, expected errors among them).
        curve: answers to come and errors found by them.
        counted: how far "how many labels are wrong?" is.
        mixed_up: the same of "are these two classes mixed up?", by pair.
        decided: after how many answers the bounds were first near enough to stop; None before.
        experts: how several people agree, and what that suggests where they differ; None with one.
    """

    flagged: int
    errors: Errors
    pairs: list[list[Any]]
    curve: dict[str, list[float]]
    counted: Standing
    mixed_up: list[tuple[list[str], Standing]]
    decided: int | None
    experts: ExpertsDocument | None = None


def learn(ws: Workspace, name: str) -> dict[str, Any]:
    """Take the answers so far into account; gives how many there are. Nothing is done without a search."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = suspects.latest(session, spec.id)
        before = estimates.of_scan(session, scan) if scan else {}
    known = _read_rows(ws, scan) if scan else None
    if scan is None or known is None or not known.judged.any():
        return {"answers": 0}
    rows = known.rows[known.judged].reset_index(drop=True)
    reviews = known.reviews()
    pair = _pair_numbers(rows) if spec.classes else None
    p_error, errors = recalibrate(rows["prior"].to_numpy(), reviews, pair)
    after = _rank(rows, p_error, ~reviews.reviewed)
    document = _document(known, after, errors, classes=bool(spec.classes))
    if before.get("counted") and before.get("decided"):  # the rule of earlier versions held too seldom
        document = replace(document, decided=before["decided"])
    document = replace(document, experts=experts.describe(ws, spec))
    with writing(ws.engine) as session:
        suspects.update_scores(session, scan, _changes(rows, after))
        estimates.write(session, scan.id or 0, known.until, asdict(document))
    return {"answers": errors.reviewed}


def _read_rows(ws: Workspace, scan: Scan) -> AnnotatedRows:
    """What is known of the rows of a search."""
    model_id = scan.model_id
    with reading(ws.engine) as session:
        rows = suspects.scores(session, scan)
        settled = events.corrections(session, model_id)
        without_label = current.without_label(session, model_id)
        first = events.first_opinions(session, model_id)
        batches = question_batches.of_scan(session, scan)
        until = events.last_seq(session, model_id)
    ids = rows["row_id"]
    place = pd.Series(np.arange(len(rows)), index=ids)
    return AnnotatedRows(
        rows=rows,
        labels=ids.map(settled),
        without_label=ids.isin(list(without_label)).to_numpy(),
        first=np.asarray(ids.map(first).fillna(NEVER), dtype=np.int64),
        batches=[(_batch(sent, place), sent.among) for sent in batches],
        until=until,
    )


def _batch(sent: QuestionBatch, place: "pd.Series[int]") -> Batch:
    drawn = np.zeros(len(sent.rows), dtype=bool)
    drawn[list(sent.drawn)] = True
    return Batch(np.asarray(place.loc[list(sent.rows)], dtype=np.int64), drawn, sent.known)


def _pair_numbers(rows: pd.DataFrame) -> Ints:
    numbers = rows.groupby(["given", "suggested"]).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def _rank(rows: pd.DataFrame, p_error: Floats, unsettled: Bools) -> pd.DataFrame:
    """The rows with their new probabilities, and those at the head of the list with new ranks."""
    before = rows["p_error"].to_numpy()
    worth = np.divide(rows["impact"], before, out=np.zeros(len(rows)), where=before > 0)
    impact = np.asarray(worth * p_error)
    queue = rank.order(impact, p_error, unsettled)
    front = (rows["rank"] <= FRONT).to_numpy() | rows["flagged"].to_numpy(dtype=bool)
    front[queue[:FRONT]] = True
    ranks = rows["rank"].to_numpy().copy()
    ranks[queue[front[queue]]] = np.sort(ranks[front])
    return rows.assign(p_error=p_error, impact=impact, rank=ranks)


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    moved = (after["p_error"] - before["p_error"]).abs() >= MOVED
    return after[moved | (after["rank"] != before["rank"])]


def _document(known: AnnotatedRows, after: pd.DataFrame, errors: Errors, *, classes: bool) -> Learnt:
    reviewed = known.settled[known.judged]
    flagged = after["flagged"].to_numpy(dtype=bool) & ~reviewed
    queue: Ints = np.argsort(after["rank"].to_numpy())
    gain = curve(after["p_error"].to_numpy(), errors, queue, flagged)
    counted = known.how_many(errors.value)
    p_error = np.zeros(len(known.rows))
    p_error[known.judged] = after["p_error"]
    return Learnt(
        flagged=int(flagged.sum()),
        errors=errors,
        pairs=_pairs(after[flagged]) if classes else [],
        curve=curve_digits(gain),
        counted=counted,
        mixed_up=known.mixed_up(p_error) if classes else [],
        decided=errors.reviewed if counted.left == 0 else None,
    )


def _pairs(open_suspects: pd.DataFrame) -> list[list[Any]]:
    """Every pair of labels that occurs, most suspects first."""
    grouped = open_suspects.groupby(["given", "suggested"])["p_error"].agg(["size", "sum"])
    ordered = grouped.sort_values("size", ascending=False, kind="stable").reset_index()
    return [
        [label, suggested, int(n), float(p)] for label, suggested, n, p in ordered.itertuples(index=False)
    ]
