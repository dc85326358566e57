"""Broken here: the lake and arrays see other values of a column, or a fault goes by another name or date."""

import numpy as np
import pandas as pd
import pytest

from core.health.change.values.settle import PROBES
from core.health.profiles.feature_cells import feature_of
from core.health.profiles.log_rows import column
from core.lake.look import look
from core.services.in_memory.monitor_frame import look_at, monitor_frame
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table

MONTHS, BEFORE, ROWS = 9, 5, 300
ROLES = RequestedRoles("y", "binary", "id", "day", "said", "p", segments=("town",), positive="yes")
REQUEST = ConnectRequest("shop", ROLES, chunk="month", reference=("2020-01-01", "2020-05-31"))
INPUTS = ("way", "weight", "balance", "age", "town", "kind")


def log(change=None, from_day="2020-06-15", seed=0):
    """Nine months; from the middle of the sixth on `change` has its way with the inputs."""
    rng = np.random.default_rng(seed)
    n = MONTHS * ROWS
    month = np.repeat(np.arange(1, MONTHS + 1), ROWS)
    days = pd.to_datetime({"year": 2020, "month": month, "day": rng.integers(1, 29, n)})
    p = rng.random(n)
    frame = pd.DataFrame(
        {
            "id": [f"r{i}" for i in range(n)],
            "day": days,
            "way": rng.lognormal(3, 0.4, n),
            "weight": rng.normal(70, 9, n),
            "balance": np.where(rng.random(n) < 0.1, np.nan, rng.uniform(100, 900, n)),
            "age": rng.integers(18, 80, n),
            "town": rng.choice(["Ulm", "Bonn", "Rom"], n, p=[0.5, 0.3, 0.2]),
            "kind": rng.choice(["new", "old"], n, p=[0.8, 0.2]),
            "p": p,
            "said": np.where(p > 0.5, "yes", "no"),
            "y": np.where(rng.random(n) < p, "yes", "no"),
        }
    )
    if change is not None:
        late = frame["day"] >= from_day
        frame = pd.concat([frame[~late], change(frame[late].copy(), rng)])
    return frame.sort_values("day", kind="stable", ignore_index=True)


def factor(name, by, share=1.0):
    def change(rows, rng):
        hit = rng.random(len(rows)) < share
        return rows.assign(**{name: np.where(hit, rows[name] * by, rows[name])})

    return change


def swap(one, other):
    return lambda rows, _: rows.assign(**{one: rows[other], other: rows[one]})


CHANGES = {
    "another unit": (factor("way", 1.609344), "CT-H45", "way", "about 1.61 times"),
    "a factor of 12 in some rows": (factor("way", 12, 0.4), "CT-H45", "way", "as before in"),
    "fahrenheit": (
        lambda rows, _: rows.assign(weight=1.8 * rows["weight"] + 32),
        "CT-H45",
        "weight",
        "degrees Fahrenheit in place of Celsius",
    ),
    "sign": (factor("way", -1), "CT-H97", "way", "way has its sign turned"),
    "numbers swapped": (swap("way", "weight"), "CT-H98", "way", "way and weight arrive swapped"),
    "texts swapped": (swap("town", "kind"), "CT-H98", "kind", "kind and town arrive swapped"),
    "-999 for missing": (
        lambda rows, _: rows.fillna({"balance": -999}),
        "CT-H90",
        "balance",
        "balance holds '-999'",
    ),
    "NA for a town": (
        lambda rows, rng: rows.assign(town=np.where(rng.random(len(rows)) < 0.1, "N/A", rows["town"])),
        "CT-H90",
        "town",
        "town holds 'N/A'",
    ),
    "codes for towns": (
        lambda rows, _: rows.assign(town=rows["town"].map({"Ulm": "0", "Bonn": "1", "Rom": "2"})),
        "CT-H99",
        "town",
        "town holds numbers in place of texts",
    ),
}


def faults(document):
    return [alert for alert in document["alerts"] if alert["rule"] == "data_fault"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_without_effect_on_the_score_is_an_alert_from_its_first_chunk_on(name):
    """It begins in the middle of June: half of the rows of that month are sound."""
    change, code, feature, words = CHANGES[name]
    document = monitor_frame(REQUEST, Table(log(change), "log")).document
    (alert,) = faults(document)
    assert (alert["code"], alert["feature"], alert["opened"], alert["closed"]) == (
        code,
        feature,
        "2020-06-01",
        None,
    )
    assert words in alert["sentence"]
    assert alert["sentence"].split(" since")[0] in document["sentence"]
    assert document["status"] == "amber"


def test_a_log_as_ever_and_one_that_drifts_have_no_fault():
    def drift(rows, rng):
        return rows.assign(way=rows["way"] + 6, weight=70 + 1.4 * (rows["weight"] - 70), age=rows["age"] + 5)

    for change in (None, drift):
        assert faults(monitor_frame(REQUEST, Table(log(change), "log")).document) == []


def test_the_lake_and_arrays_see_the_same_values(tmp_path):
    frame = log(lambda rows, rng: CHANGES["NA for a town"][0](rows, rng).fillna({"balance": -999}))
    ws = open_workspace(Settings(home=tmp_path))
    connect_table(ws, REQUEST, Table(frame, "log"))
    with reading(ws.engine) as session:
        spec = models.spec(session, "shop")
        live = batches.live(session, spec.id)
    early = frame[frame["day"] < "2020-06-01"]
    features = [feature_of(name, column(early[name])) for name in INPUTS]
    chunks = ["2020-06", "2020-07"]
    seen = look(ws.settings, spec, live, chunks, features)
    rows = frame[(frame["day"] >= "2020-06-01") & (frame["day"] < "2020-08-01")]
    assert seen == {feature.name: look_at(feature, column(rows[feature.name])) for feature in features}
    assert len(seen["way"].quantiles) == PROBES
    assert seen["balance"].values[0][0] == "-999"
    assert [value for value, _ in seen["town"].values] == ["N/A"]
    ws.engine.dispose()


def test_a_fault_says_its_rows_its_cost_and_the_delivery_that_brought_it(tmp_path):
    """Half of June comes sound, the rest empty in another file; rows without balance are wrong more often."""

    def empty(rows, rng):
        wrong = np.where(rows["said"] == "yes", "no", "yes")
        return rows.assign(
            balance=np.where(rng.random(len(rows)) < 0.4, np.nan, rows["balance"]),
            y=lambda rows: np.where(rows["balance"].isna(), wrong, rows["y"]),
        )

    frame = log(empty, from_day="2020-06-15")
    ws = open_workspace(Settings(home=tmp_path))
    connect_table(ws, REQUEST, Table(frame[frame["day"] < "2020-06-15"], "first.csv"))
    for name, days in (("second.csv", ("06-15", "07-01")), ("third.csv", ("07-01", "12-01"))):
        part = frame[(frame["day"] >= f"2020-{days[0]}") & (frame["day"] < f"2020-{days[1]}")]
        ingest_frame(ws, "shop", part, name)
    (alert,) = faults(monitor.refresh(ws, "shop"))
    ws.engine.dispose()
    late = frame[frame["day"] >= "2020-06-01"]
    gaps = late["balance"].isna()
    assert (alert["opened"], alert["delivery"]["name"]) == ("2020-06-01", "second.csv")
    assert alert["rows"] == gaps.sum()
    wrong = late["y"] != late["said"]
    true = gaps.mean() * (wrong[gaps].mean() - wrong[~gaps].mean())
    assert alert["cost"]["value"] == pytest.approx(true)
    assert 0 < alert["cost"]["low"] < alert["cost"]["value"] < alert["cost"]["high"]


def test_a_connected_model_hears_the_same(tmp_path):
    frame = log(CHANGES["numbers swapped"][0])
    ws = open_workspace(Settings(home=tmp_path))
    connect_table(ws, REQUEST, Table(frame, "log"))
    stored, direct = monitor.refresh(ws, "shop"), monitor_frame(REQUEST, Table(frame, "log")).document
    assert [alert["sentence"] for alert in faults(stored)] == [alert["sentence"] for alert in faults(direct)]
    ws.engine.dispose()
