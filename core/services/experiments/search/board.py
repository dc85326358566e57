"""The board of a search: every result so far, from the rows of trials, and the next one made and entered."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from core.errors import RetrainError
from core.jobs.spec import StepContext
from core.services.experiments.jobs import Search
from core.services.experiments.recipes.encoded_rows import encode_rows
from core.services.experiments.recipes.titles import STACK
from core.services.experiments.search.candidate import Candidate, describe
from core.services.experiments.search.judged_predictions import JudgedPredictions
from core.services.experiments.search.search_data import SearchData
from core.services.spec_metrics import metrics_of
from core.stats.predictions import Predictions
from core.store.engine import reading, writing
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.training.fit import scores
from core.training.search import blend, shortlist
from core.training.search.evaluate import RULES, judge

SCORED = ("scored", "trained")
NEVER_STOPPED = ("champion", "question")
"""What everything is measured against, and what is asked for its effect alone."""
ENDED = (*SCORED, "stopped", "failed")


class TimeUpError(Exception):
    """The minutes are over, or a person has said that it is enough."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a candidate came to.

    Attributes:
        cv: metric -> value and interval out of fold, on the rows that were judged.
        effect: what the one thing in which it differs from its base is worth; None where that is not known.
        merit: its score, more is better; minus infinity where it was stopped or failed.
        seconds: that it took.
        mine: whether this very job made it.
    """

    candidate: Candidate
    fingerprint: str
    trial: int
    status: str
    cv: dict[str, Any]
    effect: dict[str, Any] | None
    merit: float
    seconds: float
    mine: bool

    @property
    def scored(self) -> bool:
        """Whether it was judged on all rows, and may be the best."""
        return self.status in SCORED and self.candidate.may_be_best(self.effect)


@dataclass(slots=True)
class Board:
    """Results on the very data of this search, in the order in which they were made.

    Attributes:
        data_key: names the data and the way of judging; results of others are only a hint.
        deadline: on the monotonic clock.
    """

    ws: Workspace
    ctx: StepContext[Search]
    data: SearchData
    deadline: float
    results: dict[str, Result] = field(default_factory=dict)
    earlier: list[Trial] = field(default_factory=list)
    _kept: JudgedPredictions = field(init=False)

    def __post_init__(self) -> None:
        """Predictions lie in the lake of the workspace."""
        self._kept = JudgedPredictions(self.ws.settings, self.data)

    def load(self) -> None:
        """Take up what this and earlier searches have tried of this model."""
        with reading(self.ws.engine) as session:
            rows = trials.list_trials(session, self.data.spec.id)
        for row in rows:
            if "search" not in row.params or row.recipe == STACK or row.status not in ENDED:
                continue
            if row.params["search"].get("on") == self.data_key and self.data.can_make(
                Candidate.from_json(row.recipe, row.params["search"])
            ):
                self._enter(row)
            else:
                self.earlier.append(row)

    @property
    def data_key(self) -> str:
        """Names the data and the way of judging."""
        return f"{self.data.data.fingerprint[:32]} {self.data.scheme.name}"

    def best(self) -> Result | None:
        """The best result so far, the earliest of equal ones."""
        return max((r for r in self.results.values() if r.scored), key=lambda r: r.merit, default=None)

    def spent(self) -> float:
        """Seconds of the trials that this job has made."""
        return sum(result.seconds for result in self.results.values() if result.mine)

    def result_of(self, candidate: Candidate) -> Result | None:
        """Its result, however it came about."""
        return next((r for r in self.results.values() if r.candidate.key == candidate.key), None)

    def attempt(self, candidate: Candidate) -> Result | None:
        """The result of a candidate: looked up, or made now and entered as a row.

        Returns:
            None where the candidate cannot even be built; the reason is no result worth a row.

        Raises:
            TimeUpError: the minutes are over.
            Cancelled: a person has stopped the job.
        """
        if (known := self.result_of(candidate)) is not None:
            return known
        # the first experiment is made however short the minutes are: without it there is nothing to register
        if self.is_enough() or (self.results and self.is_over()):
            raise TimeUpError
        try:
            pipeline = self.data.pipeline(candidate)
        except RetrainError:
            return None
        mark = self.data.fingerprint(candidate, pipeline)
        trial = self.start(candidate, mark)
        began = time.monotonic()
        try:
            self._judge(candidate, pipeline, mark, trial, began)
        except RetrainError as error:
            self._close(trial, "failed", {}, candidate, began, error=str(error))
        except TimeUpError:
            self._close(trial, "cancelled", {}, candidate, began, error="The minutes were over.")
            raise
        with reading(self.ws.engine) as session:
            return self._enter(trials.get(session, trial))

    def is_over(self) -> bool:
        """Whether the rest of the minutes is what fitting the finalists and the members of a stack may take.

        A fit on all rows takes a third of what judging the experiment took: of what is tried within the
        minutes, fits take a quarter of them at most; where few experiments are costly, less.
        """
        costly = sorted((r.seconds for r in self.results.values() if r.scored), reverse=True)
        fits = self.data.share_of_fit * sum(costly[: blend.RULES.most + shortlist.RULES.most])
        return time.monotonic() + min(fits, 60 * self.ctx.args.minutes / 4) > self.deadline

    def is_enough(self) -> bool:
        """Whether a person has asked to finish with what there is."""
        return (self.ctx.work / "enough").exists()

    def predictions(self, fingerprint: str) -> Predictions | None:
        """Of a result for the judged rows; None where nobody keeps them any more."""
        return self._kept.read(fingerprint)

    def list_scored(self) -> Iterator[Result]:
        """The results that were judged on all rows, best first."""
        yield from sorted((r for r in self.results.values() if r.scored), key=lambda r: -r.merit)

    def _judge(self, candidate: Candidate, pipeline: Any, mark: str, trial: int, began: float) -> None:
        data = self.data
        best = None if candidate.stage in NEVER_STOPPED else self.best()
        progress = self._progress(candidate, first=self.best() is None)
        encode_rows(self.ws, data.spec, data.X, pipeline, progress)
        judged = judge(
            pipeline,
            data.inputs(candidate),
            data.y,
            data.task,
            data.scheme,
            candidate.treatment,
            data.facts,
            metric=data.metric,
            together=data.together,
            best=self.predictions(best.fingerprint) if best else None,
            patience=60 * self.ctx.args.minutes * RULES.share if candidate.stage == "recipe" else 0.0,
            progress=progress,
        )
        rows = data.scheme.judged_rows(judged.parts)
        cv = scores(
            data.task.truth(data.y.iloc[rows]),
            judged.predictions,
            data.spec.metric,
            metrics=metrics_of(data.spec),
        )
        if judged.hopeless:
            self._close(trial, "stopped", cv, candidate, began, parts=judged.parts)
            return
        self.keep(mark, judged.predictions)
        effect = self.effect(candidate, judged.predictions)
        self._close(trial, "scored", cv, candidate, began, parts=judged.parts, effect=effect)

    def keep(self, fingerprint: str, predictions: Predictions) -> None:
        """Keep the predictions for the judged rows."""
        self._kept.write(fingerprint, predictions)

    def effect(self, candidate: Candidate, made: Predictions) -> dict[str, Any] | None:
        """What the one thing in which a candidate differs from its base is worth, on the same rows."""
        base = self.result_of(candidate.base) if candidate.base is not None else None
        other = self.predictions(base.fingerprint) if base is not None and base.scored else None
        if base is None or other is None:
            return None
        difference = self.data.difference(candidate, other, made)
        return {
            "versus": base.trial,
            **{name: asdict(difference)[name] for name in ("difference", "low", "high", "p")},
        }

    def _progress(self, candidate: Candidate, *, first: bool) -> Callable[[float, str], None]:
        label = describe(candidate)

        def report(_fraction: float, message: str) -> None:
            # without a first result there is nothing to finish with
            if not first and (self.is_over() or self.is_enough()):
                raise TimeUpError
            done = sum(result.mine for result in self.results.values())
            left = (self.deadline - time.monotonic()) / (60 * self.ctx.args.minutes)
            self.ctx.progress(min(0.99, max(0.0, 1 - left)), f"{done} tried; {label}, {message}")

        return report

    def start(self, candidate: Candidate, mark: str) -> int:
        """Enter a trial as running; gives its number."""
        state = self.ctx.state
        with writing(self.ws.engine) as session:
            row = trials.start(
                session,
                Trial(
                    model_id=self.data.spec.id,
                    fingerprint=mark,
                    recipe=candidate.recipe,
                    revision_id=state["frozen"]["revision"],
                    holdout_id=state["frozen"]["holdout"],
                    parent_version=state["champion"],
                    status="running",
                    job_id=self.ctx.job_id,
                    created_by=self.ctx.args.by,
                    params={"search": {**candidate.to_json(), "on": self.data_key}},
                ),
            )
            return row.id or 0

    def _close(
        self,
        trial: int,
        status: str,
        cv: dict[str, Any],
        candidate: Candidate,
        began: float,
        *,
        parts: int = 0,
        effect: dict[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        search = {
            **candidate.to_json(),
            "on": self.data_key,
            "parts": parts,
            "rows": len(self.data.rows),
            "effect": effect,
        }
        with writing(self.ws.engine) as session:
            trials.score(
                session,
                trial,
                status,
                cv=cv,
                params={"search": search},
                seconds=time.monotonic() - began,
                error=error,
            )

    def _enter(self, row: Trial) -> Result:
        score = row.cv.get(self.data.spec.metric, {}).get("value")
        scored = row.status in SCORED and score is not None
        result = Result(
            candidate=Candidate.from_json(row.recipe, row.params["search"]),
            fingerprint=row.fingerprint,
            trial=row.id or 0,
            status=row.status,
            cv=row.cv,
            effect=row.params["search"].get("effect"),
            merit=self.data.metric.merit(score) if scored else -np.inf,
            seconds=row.seconds or 0.0,
            mine=row.job_id == self.ctx.job_id,
        )
        self.results[row.fingerprint] = result
        return result
