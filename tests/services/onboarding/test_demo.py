"""Broken here: the first thing that anybody sees."""

import sqlite3

import pandas as pd
import pytest

from core.jobs.spec import StepContext
from core.services.dataset import rows
from core.services.onboarding import demo_data
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.jobs import Demo, connect_digits
from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture(scope="module")
def hotel():
    return demo_data.hotel()


def test_the_corruption_is_declared_in_full(hotel):
    original = demo_data.read_file(demo_data.FOLDER / "demo_hotel_bookings.parquet").set_index("id")["label"]
    given = hotel.training.frame.set_index("id")["label"]
    differs = given[given != original.loc[given.index]]
    injected = hotel.injected.set_index("id")
    assert set(differs.index.astype(str)) == set(injected.index)
    assert (injected["given_label"] == differs.rename(str)[injected.index]).all()
    assert len(injected) == round(0.05 * len(given))


def test_the_corruption_is_the_same_every_time(hotel):
    pd.testing.assert_frame_equal(demo_data.hotel().injected, hotel.injected)


def test_nothing_is_known_that_the_hotel_could_not_know(hotel):
    moment = pd.Timestamp(demo_data.AS_OF)
    months = pd.concat([table.frame for table in hotel.months])
    assert (months["timestamp"] <= moment).all()
    assert (months.loc[months["label"].notna(), "label_available_at"] <= moment).all()
    assert hotel.training.frame["arrival_date"].max() < pd.Timestamp(demo_data.TRAIN_UNTIL)
    assert months["arrival_date"].min() >= pd.Timestamp(demo_data.TRAIN_UNTIL)


def test_the_verdicts_are_about_digits_of_the_demo():
    verdicts, digits = demo_data.digit_verdicts(), demo_data.digits().frame
    assert set(verdicts["id"]) <= set(digits["id"])
    assert verdicts["given_not_upheld"].sum() == 15


def test_the_digits_are_connected_once(tmp_path):
    """Run twice, as after a crash: the second run changes nothing."""
    said = []
    context = StepContext(
        Settings(home=tmp_path), "j", Demo(), {}, tmp_path, lambda _done, text: said.append(text)
    )
    assert connect_digits(context) == {"digits": "handwritten-digits"}
    ws = open_workspace(context.settings)
    before = _tables(ws)
    connect_digits(context)
    assert _tables(ws) == before
    [spec] = list_models(ws)
    frame = rows(ws, spec)
    assert frame["_part"].value_counts().to_dict() == {"log": 600, "training": 400}
    assert (frame["_prediction"] == frame["_label"]).groupby(frame["_part"]).mean().min() > 0.75
    assert frame["_chunk"].nunique() == 10
    assert isinstance(frame["image"].iloc[0], bytes)
    assert "Digits model: Registering the first champion" in said
    ws.engine.dispose()


def _tables(ws):
    connection = sqlite3.connect(ws.settings.database.removeprefix("sqlite:///"))
    tables = list(connection.iterdump())
    connection.close()
    return tables, sorted(map(str, ws.settings.lake.rglob("*")))
