"""Serve the champion: the version that the alias names answers, and the next one takes over between requests.

A new version is loaded and asked beside the one that answers; then one reference is swapped. A version that
cannot be loaded or asked changes nothing and is named as the problem. The challenger that was compared last
and the version before stay loaded, so that a promotion or a rollback waits for no file.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import structlog

from core.errors import CaretakerError, DataError, RegistryError
from core.lake.rows_view import score_columns
from core.model import Canary, ModelSpec
from core.registry.foreign import Foreign
from core.registry.load import download
from core.registry.open_version import OpenVersion, champion_reader, open_version
from core.registry.opening import BROKEN
from core.services.deployment.canary import active, takes
from core.services.deployment.champion import NoChampion
from core.services.file_digests import require_whole
from core.services.scoring import predict_columns
from core.store import models
from core.store.engine import OUT_OF_REACH, reading
from core.store.experiments import comparisons, deployments
from core.store.types import now
from core.store.workspace import Workspace
from core.trouble import explain_failures

LOOK_SECONDS = 0.25
"""The alias is asked four times a second: with the loading a new version answers within the second."""
AGAIN_SECONDS = 30.0
"""A version that could not be served is tried again: its files may still be on their way."""
READY = 2
"""Versions in memory beside the one that answers: the one before, and the challenger compared last."""
FAILURES: tuple[type[Exception], ...] = (CaretakerError, *OUT_OF_REACH, *BROKEN)
log = structlog.get_logger()
Open = Callable[[ModelSpec, str], OpenVersion]


@dataclass(frozen=True, slots=True)
class Served:
    """A version that answers, with the model's settings; never changed, only replaced as a whole."""

    spec: ModelSpec
    version: str
    model: OpenVersion
    since: str


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a version predicted for rows of a request.

    Attributes:
        rows: as the model read them, under their index in the request.
        columns: predictions as they are stored.
    """

    served: Served
    rows: pd.DataFrame
    columns: pd.DataFrame


@dataclass(slots=True)
class Follower:
    """Follows the alias of one model.

    Attributes:
        problem: why the champion does not answer, or is not known; empty when all is well.
        champion: the version that the alias named last.
    """

    ws: Workspace
    name: str
    read_champion: Callable[[], str | None]
    open: Open
    problem: str = ""
    champion: str | None = None
    _served: Served | None = None
    _canary: Served | None = None
    _failed: dict[str, float] = field(default_factory=dict)
    _ready: dict[str, OpenVersion] = field(default_factory=dict)

    @property
    def served(self) -> Served:
        """Who answers now.

        Raises:
            NoChampion: nobody yet.
        """
        if self._served is None:
            raise NoChampion(f"No version of {self.name} answers. {self.problem}".strip(), "Promote one.")
        return self._served

    def predict(self, rows: pd.DataFrame) -> list[Predicted]:
        """What the version in production says of the rows, and beside it the canary of those it takes.

        Raises:
            SchemaError: the rows do not fit.
            NoChampion: none answers.
        """
        served, beside = self.served, self._canary
        key = served.spec.roles.id
        canary = served.spec.canary
        if beside is None or canary is None or canary.version != beside.version or key not in rows.columns:
            return [_ask(served, rows)]
        mask = rows[key].map(lambda row_id: takes(canary, str(row_id))).to_numpy(dtype=bool)
        return [_ask(who, part) for who, part in ((served, rows[~mask]), (beside, rows[mask])) if len(part)]

    def follow(self) -> None:
        """Look at the alias once; serve what it names. What fails is the problem, and nothing changes."""
        try:
            with explain_failures(self.ws.settings.home):
                self._follow()
        except FAILURES as error:
            self._complain(str(error))

    def _follow(self) -> None:
        with reading(self.ws.engine) as session:
            spec = models.spec(session, self.name)
            challenger = comparisons.newest_challenger(session, spec.id)
            live = deployments.champion(session, spec.id)
        self.champion = self.read_champion()
        if self.champion is None:
            self._complain("The registry names no champion.")
            return
        if self._served is not None and self._served.version == self.champion:
            if self._served.spec != spec:  # another threshold, another class
                self._served = replace(self._served, spec=spec)
            if not self._follow_canary(spec, active(spec, live)):
                return
            self.problem = ""
            if challenger is not None:
                self._prepare(spec, challenger)
        elif not self._is_early(self.champion):
            self._take_over(spec, self.champion)

    def _follow_canary(self, spec: ModelSpec, canary: Canary | None) -> bool:
        """Load the canary beside the champion; where that fails the champion answers its ids."""
        if canary is None or (self._canary is not None and self._canary.version == canary.version):
            self._canary = (
                None if canary is None or self._canary is None else replace(self._canary, spec=spec)
            )
            return True
        if self._is_early(canary.version):
            return False
        try:
            model = self._load(spec, canary.version)
        except FAILURES as error:
            self._canary = None
            self._complain(f"The canary, version {canary.version}, cannot be served: {error}")
            return False
        self._canary = Served(spec, canary.version, model, now().isoformat(timespec="seconds"))
        return True

    def _is_early(self, version: str) -> bool:
        """Whether it failed a moment ago."""
        return time.monotonic() < self._failed.get(version, 0.0)

    def _load(self, spec: ModelSpec, version: str) -> OpenVersion:
        """A version that has answered its example.

        Raises:
            CaretakerError: it cannot be loaded or asked, as other errors of its code may say, too.
        """
        try:
            model = self._ready.get(version) or self.open(spec, version)
            ask_example(model, spec)
        except FAILURES:
            self._failed[version] = time.monotonic() + AGAIN_SECONDS
            raise
        return model

    def _prepare(self, spec: ModelSpec, version: str) -> None:
        """Load the version that may be the next; what is wrong with it is said when it is promoted."""
        if version in self._ready or version == self.served.version or self._is_early(version):
            return
        with suppress(*FAILURES):
            self._keep_ready(version, self._load(spec, version))

    def _keep_ready(self, version: str, model: OpenVersion) -> None:
        """Keep it beside the one that answers, and the newest of the others."""
        self._ready[version] = model
        for oldest in list(self._ready)[:-READY]:
            del self._ready[oldest]

    def _take_over(self, spec: ModelSpec, version: str) -> None:
        began, before = time.monotonic(), self._served
        try:
            model = self._load(spec, version)
        except FAILURES as error:
            meanwhile = f"; version {self._served.version} goes on" if self._served else ""
            self._complain(f"Version {version} cannot be served{meanwhile}: {error}")
            return
        self._canary = None
        self._served = Served(spec, version, model, now().isoformat(timespec="seconds"))
        self.problem = ""
        self._failed.clear()
        if before is not None:
            self._keep_ready(before.version, before.model)
        seconds = round(time.monotonic() - began, 3)
        log.info("a version answers from now on", model=self.name, version=version, seconds=seconds)

    def _complain(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("the champion cannot be followed", model=self.name, problem=problem)
        self.problem = problem

    def status(self) -> dict[str, Any]:
        """Who answers, since when, whom the alias names, and what stands in the way."""
        served = self._served
        return {
            "model": self.name,
            "version": served.version if served else None,
            "since": served.since if served else None,
            "champion": self.champion,
            "canary": self._canary.version if self._canary else None,
            "problem": self.problem or None,
        }


def follower(ws: Workspace, name: str) -> Follower:
    """A follower that serves the champion already.

    Raises:
        NoChampion: the model has none.
        RegistryError: the registry does not answer, or the champion cannot be loaded.
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    champion = champion_reader(ws.settings, spec.registry_name)
    made = Follower(ws, name, champion, partial(open_whole, ws))
    made.follow()
    if made.champion is None and not made.problem.startswith("The registry does not"):
        raise NoChampion(f"No version of {name} is in production.", "Train or register a first champion.")
    if made.problem:
        raise RegistryError(made.problem, "Mend that, then start the server again.")
    return made


def open_whole(ws: Workspace, spec: ModelSpec, version: str) -> OpenVersion:
    """A version whose files are what was registered: a model may load and say something else.

    Raises:
        StoreError: one of them is damaged.
        RegistryError: there is no such version, or it cannot be opened.
    """
    require_whole(ws, download(ws.settings, spec.registry_name, version))
    return open_version(ws.settings, spec, version)


def keep_following(made: Follower, stop: threading.Event) -> None:
    """Follow until `stop` is set."""
    while not stop.wait(LOOK_SECONDS):
        made.follow()


def _ask(served: Served, rows: pd.DataFrame) -> Predicted:
    inputs = served.model.as_input(rows)
    return Predicted(served, inputs, predict_columns(served.model.estimator, served.spec, inputs))


def ask_example(model: OpenVersion, spec: ModelSpec) -> None:
    """Ask a version for the example that was logged with it, before it answers anybody.

    Raises:
        DataError: it does not answer as the model should.
    """
    if model.example is None:
        return
    inputs = model.as_input(model.example)
    predicted = predict_columns(model.estimator, spec, inputs)
    strange = bool(predicted["_prediction"].isna().any())
    if spec.classes and not isinstance(model.estimator, Foreign):
        chances = predicted[score_columns(spec)].to_numpy(dtype=np.float64)
        strange = strange or not np.allclose(chances.sum(axis=1), 1.0)
    if strange:
        raise DataError(
            f"{model.title} answers its own example with what is no prediction of {spec.name}.",
            "Compare it with the champion, whose tests say what is wrong.",
        )
