"""Broken here: a version beside a trend answers without its time, or the log holds another one."""

import pandas as pd
import pytest

from core.registry.open_version import OpenVersion
from core.services.deployment.serve import Follower
from core.training.recipes import build
from core.training.trends.trend import Trend
from tests.services.deployment.test_serve import Client, get, predict
from tests.services.retrain_world import NAME, make_numbers
from tests.training.trends.test_trend import SPEC, rows

ROW = {"id": "r1", "town": "x", "month": 3.0, "a": 0.5, "b": 1.0}


class Kept:
    """An outbox that keeps what it takes."""

    def __init__(self):
        self.frames = []

    def add(self, frames):
        """Take rows."""
        self.frames += frames

    def run(self, stop):
        """Until the server stops."""
        stop.wait()


@pytest.fixture
def served(tmp_path):
    ws, _ = make_numbers(tmp_path / "home", growth=0.5)
    X, day, _ = rows(400)
    model = Trend(build("ridge", X.drop(columns="at"), SPEC, 0), "at").fit(X, 0.1 * day)
    types = (("at", "datetime"), ("month", "double"), ("a", "double"))
    names = tuple(name for name, _ in types)
    version = OpenVersion("m 2", model, names, names, types, X.head(3))
    follower = Follower(ws, NAME, lambda: "2", lambda _spec, _version: version)
    follower.follow()
    assert follower.problem == ""
    return follower, model


def ask(served, *at):
    """The responses to a request of one row for each time, and what went into the log."""
    kept = Kept()
    body = {"dataframe_records": [{**ROW, "at": one} for one in at]}
    [response] = Client(served[0], outbox=kept).send(predict(body))
    return response, kept.frames


def test_each_time_has_its_own_answer_and_goes_into_the_log_as_it_came(served):
    at = ["2020-03-01T00:00:00", "1.3.2021", 1_614_556_800]
    response, [frame] = ask(served, *at)
    moments = pd.Series(pd.to_datetime(["2020-03-01", "2021-03-01", "2021-03-01"]))
    expected = served[1].predict(pd.DataFrame({"at": moments, "month": 3.0, "a": 0.5}))
    answers = [row["prediction"] for row in response.json()["predictions"]]
    assert answers == pytest.approx(expected)
    assert answers[1] - answers[0] == pytest.approx(36.5, abs=1)
    assert frame["at"].tolist() == at
    assert frame["caretaker_prediction"].tolist() == pytest.approx(expected)
    [version] = Client(served[0]).send(get("/version"))
    assert version.json()["version"] == "2"


def test_a_row_without_the_column_is_refused_by_name_and_one_with_no_time_that_can_be_read(served):
    [without] = Client(served[0]).send(predict({"dataframe_records": [ROW]}))
    assert (without.status_code, "The rows lack the columns at" in without.text) == (422, True)
    strange, frames = ask(served, "2021-06-01", "1/2/2021")
    assert strange.status_code == 422
    assert "Row 2, column 'at': '1/2/2021' is no time" in strange.text
    assert frames == []


def test_a_time_that_is_not_known_is_that_of_the_request_for_the_model_and_in_the_log(served):
    response, [frame] = ask(served, None)
    [answer] = response.json()["predictions"]
    at = pd.to_datetime(frame["at"])
    assert (pd.Timestamp.now("UTC").tz_localize(None) - at[0]) < pd.Timedelta(1, "h")
    assert answer["prediction"] == pytest.approx(served[1].predict(pd.DataFrame([ROW]).assign(at=at))[0])
