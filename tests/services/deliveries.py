"""The hotel log cut into deliveries, and all that is stored of a model's health, for comparing two homes."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.engine import reading
from core.store.monitoring import profiles
from core.store.workspace import Workspace, open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

FEATURES = ["lead_time", "adults", "hotel", "market_segment", "deposit_type", "previous_cancellations"]
TOGETHER = 4
"""Months of labels in one file."""
ROLES = ["timestamp", "arrival_date", "label_available_at"]


@dataclass(frozen=True)
class Delivery:
    """Rows on their way: `kind` is "predictions" or "labels"."""

    name: str
    kind: str
    rows: pd.DataFrame


def bookings(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """The log with an id and scores that were right until the last year."""
    frame = frame.reset_index(drop=True)
    rng = np.random.default_rng(7)
    truth = (frame[label] == "canceled").to_numpy()
    late = (pd.to_datetime(frame["arrival_date"]) >= "2017-01-01").to_numpy()
    p = np.where(truth, 0.6, 0.3) + rng.normal(0, 0.15, len(frame)) - 0.15 * (late & truth)
    times = {name: pd.to_datetime(frame[name]) for name in ROLES}
    scores = {"p": p.clip(0.01, 0.99), "id": [f"b{i}" for i in range(len(frame))], "label": frame[label]}
    return frame[FEATURES].assign(**times, **scores)


def monthly(log: pd.DataFrame, files: int = 26) -> tuple[list[Delivery], list[Delivery]]:
    """Predictions in months of arrival, at most `files` of them; their labels apart, for several months."""
    months = log["arrival_date"].dt.strftime("%Y-%m")
    keys = sorted(months.unique())[:files]
    parts = [(key, log[months == key].reset_index(drop=True)) for key in keys]
    known = ["id", "label", "label_available_at"]
    sent = [Delivery(key, "predictions", part.drop(columns=known[1:])) for key, part in parts]
    late = [parts[at : at + TOGETHER] for at in range(0, len(parts), TOGETHER)]
    return sent, [
        Delivery(f"labels from {some[0][0]}", "labels", pd.concat([part[known] for _, part in some]))
        for some in late
    ]


def connected(home, first: pd.DataFrame) -> Workspace:
    """A home whose model knows the columns; `first` is the reference period."""
    ws = open_workspace(Settings(home=home))
    wanted = RequestedRoles(
        label="label",
        id="id",
        time="timestamp",
        score="p",
        positive="canceled",
        label_available_at="label_available_at",
        exclude=("arrival_date",),
        segments=("hotel",),
    )
    request = ConnectRequest("hotel", wanted, chunk="month", as_of="2018-01-01", reference=REFERENCE)
    connect_table(ws, request, Table(first.reset_index(drop=True), "first"))
    return ws


REFERENCE = ("2015-07-01", "2015-12-31")


def send(ws: Workspace, deliveries: list[Delivery]) -> None:
    """Take in deliveries one after the other."""
    for each in deliveries:
        ingest_frame(ws, "hotel", each.rows, each.name, each.kind)


def state(ws: Workspace) -> tuple[dict, dict]:
    """Every profile byte by byte, and the findings but for their moment and what brought a fault."""
    document = monitor.refresh(ws, "hotel")
    with reading(ws.engine) as session:
        stored = profiles.read(session, 1)
    cells = {(each.chunk, each.column, each.value): bytes(each.body) for each in stored}
    plain = json.loads(json.dumps(document, default=str))
    for alert in plain["alerts"]:  # of two files with the same rows the first one brought them
        alert.pop("delivery", None)
    return cells, {name: value for name, value in plain.items() if name != "computed_at"}


def differences(one: tuple[dict, dict], other: tuple[dict, dict]) -> list[str]:
    """Names of the profiles and findings that are not the same."""
    found = []
    for a, b in zip(one, other, strict=True):
        found += [str(key) for key in sorted(a.keys() | b.keys(), key=str) if a.get(key) != b.get(key)]
    return found
