"""What Health says of a world, held against what is true."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from core.services.in_memory.monitor_frame import monitor_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table
from tests.benchmarks.reasons.base import Base
from tests.benchmarks.reasons.happenings import BEFORE, START, Happening, log_of, rows_come
from tests.benchmarks.reasons.worlds import UNTOLD, WORLDS, Expected, World

LABELS = frozenset({"labels", "label_fault"})
"""Kinds of causes that blame labels."""
ANSWERED = frozenset({"data_fault", "version"})
"""Causes after which the predictions may be constant, cut or of one class."""


@dataclass(frozen=True)
class Outcome:
    """What was said of one world with one seed.

    Attributes:
        fell: whether there is something to explain: the model is called worse, or its fall is itemised.
        named: the causes in order, as kind and column.
        right: the first cause is a true one; `both`: all true ones are named.
        harmful: each of two causes costs at least the tolerance alone, so that both can be asked for.
        labels: labels were blamed, though nobody reviewed any.
        alerted, in_sentence: the alert that must be raised was; its column is in the sentence too.
        other: rules of alerts that nothing in this world gives a reason for.
    """

    status: str
    fell: bool
    named: tuple[tuple[str, str], ...]
    right: bool
    both: bool
    harmful: bool
    labels: bool
    alerted: bool
    in_sentence: bool
    other: tuple[str, ...]
    sentence: str

    @property
    def quiet(self) -> bool:
        """Nothing was said: no cause, no alert, neither worse nor perhaps worse."""
        return not self.named and not self.other and not self.fell and self.status == "green"


def outcome(base: Base, name: str, seed: int, rows: int) -> Outcome:
    """Monitor one world and compare."""
    said = compare(base, WORLDS[name], monitored(base, log(base, name, seed, rows)))
    costs = [cost(base, part, seed, rows) for part in WORLDS[name].parts]
    return replace(said, harmful=min(costs, default=1.0) >= 1.0)


def cost(base: Base, happening: Happening, seed: int, rows: int) -> float:
    """What happened costs on average, in tolerances: two errors in 100, or a tenth of the mean error."""
    stream = rows_come(happening, base, seed, rows)
    predictions, labels = base.decide(stream.answers), stream.rows["y"].to_numpy()
    losses = predictions != labels if base.classes else np.abs(predictions - labels)
    before, now = losses[~stream.late].mean(), losses[stream.late].mean()
    return float((now - before) / (0.02 if base.classes else 0.1 * before))


def log(base: Base, name: str, seed: int, rows: int) -> pd.DataFrame:
    """The table of one world."""
    return log_of(rows_come(WORLDS[name].happening, base, seed, rows))


def monitored(base: Base, frame: pd.DataFrame) -> dict[str, Any]:
    """The health document, computed in memory."""
    return dict(monitor_frame(request(base, frame), Table(frame, "world.parquet")).document)


def monitored_in_a_home(base: Base, frame: pd.DataFrame) -> dict[str, Any]:
    """The same from a connected model, whose rows lie in the lake."""
    with TemporaryDirectory() as home:
        ws = open_workspace(Settings(home=Path(home)))
        try:
            connect_table(ws, request(base, frame), Table(frame, "world.parquet"))
            return dict(monitor.refresh(ws, "world"))
        finally:
            ws.engine.dispose()


def request(base: Base, frame: pd.DataFrame) -> ConnectRequest:
    """The log of a model as it is connected: the first six weeks are its reference period."""
    used = {"y", "id", "time", "version", "prediction", "label_known"}
    scores = {name: f"score_{name}" for name in base.classes}
    features = tuple(name for name in frame.columns if name not in used and name not in scores.values())
    binary = base.task == "binary"
    positive = base.classes[-1] if binary else None
    columns = RequestedRoles(
        label="y", task=base.task, id="id", time="time", prediction="prediction",
        score=scores[positive] if positive else None, scores={} if binary else scores, positive=positive,
        segments=("channel", "region"), version="version", include=features,
        label_available_at="label_known" if "label_known" in frame else None,
        exclude=tuple(scores.values())[:1] if binary else (),
    )  # fmt: skip
    until = (START + pd.Timedelta(days=7 * BEFORE - 1)).date().isoformat()
    return ConnectRequest(
        "world",
        columns,
        chunk="week",
        metric="accuracy" if base.classes else "mae",
        tolerance=0.02 if base.classes else None,
        reference=(START.date().isoformat(), until),
        as_of=frame["time"].max().date().isoformat(),
    )


def compare(base: Base, world: World, document: dict[str, Any]) -> Outcome:
    """What a document says, held against what is true."""
    named = causes(document)
    right = [any(_fits(base, each, *cause) for each in world.causes) for cause in named]
    both = all(any(_fits(base, each, *cause) for cause in named) for each in world.causes)
    rule, column = world.alert or ("", "")
    wanted = {base.column(part) for part in column.split("|") if part}
    alerts = [alert for alert in document["alerts"] if alert["rule"] == rule and _about(alert, wanted)]
    return Outcome(
        document["status"],
        document["status"] == "red" or bool(document["fall"]),
        tuple((kind, "+".join(columns)) for kind, columns in named),
        right[0] if named and world.causes else not [kind for kind, _ in named if kind not in world.harmless],
        bool(named) and both,
        True,  # noqa: FBT003 -- known where the causes are taken apart
        any(kind in LABELS - set(world.harmless) for kind, _ in named) or "noisy" in document["sentence"],
        bool(alerts),
        any(name.lower() in document["sentence"].lower() for name in wanted) if wanted else bool(alerts),
        tuple(
            alert["rule"]
            for alert in document["alerts"]
            if alert not in alerts
            and alert["rule"] not in _followers(world)
            and not (alert["closed"] and alert["rule"] in world.follows)
        ),
        f"{document['sentence']} {document['suggestion']}",
    )


def _followers(world: World) -> set[str]:
    """Rules of alerts that the true causes may bring with them."""
    kinds = {kind for cause in world.causes for kind in cause.kinds}
    follow = {"performance", "estimate"} if kinds else set()
    follow |= {"data_fault"} if kinds == set(UNTOLD) else set()
    return follow | ({"output_fault"} if kinds & ANSWERED else set())


def causes(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The causes as kinds and columns, the leading one first, then lines that are no cause, largest first."""
    named = [_place(cause) for cause in document["causes"]]
    lines = [line for line in document["account"] if line["kind"] != "chance"]
    rest = sorted(lines, key=lambda line: -abs(line["points"]))
    known = {kind for kind, _ in named}
    return named + [_place(line) for line in rest if line["kind"] not in known]


def _place(entry: dict[str, Any]) -> tuple[str, list[str]]:
    columns = [entry["feature"]] if entry.get("feature") else []
    return entry["kind"], list(dict.fromkeys([*columns, *entry.get("features", [])]))


def _fits(base: Base, expected: Expected, kind: str, columns: list[str]) -> bool:
    parts = {base.column(part) for part in expected.parts}
    asked = parts and kind != "inside"  # which lies in no column
    return kind in expected.kinds and (not asked or bool(parts & set(columns)))


def _about(alert: dict[str, Any], columns: set[str]) -> bool:
    return not columns or alert.get("feature") in columns
