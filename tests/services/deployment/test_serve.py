"""Broken here: a request fails while the champion changes, or another version answers than the one said."""

import asyncio
import json

import httpx
import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression

from core.api.serving import serving
from core.errors import RegistryError, SchemaError
from core.model import ModelSpec, Roles
from core.registry.open_version import OpenVersion
from core.services.deployment import serve
from core.services.deployment.champion import NoChampion
from core.services.deployment.serve import Follower
from core.services.deployment.served_rows import read_rows, write_predictions
from core.services.ingestion import api_tokens
from core.services.onboarding.adjust import adjust
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, make

ROW = {"x": 1.0}


def constant(label, classes=("no", "yes")):
    """A version that always says the same."""
    model = DummyClassifier(strategy="constant", constant=label).fit(np.zeros((2, 1)), list(classes))
    types = (("x", "double"),)
    return OpenVersion(f"m {label}", model, ("x",), ("x",), types, pd.DataFrame({"x": [0.0]}))


@pytest.fixture
def world(tmp_path):
    ws, spec = make(tmp_path / "home", rows=60)
    return ws, spec


class Registry:
    """The alias and the versions, in memory."""

    def __init__(self, spec):
        self.alias, self.down = "1", False
        self.versions = {
            "1": constant(spec.classes[0], spec.classes),
            "2": constant(spec.classes[1], spec.classes),
        }
        self.loads = []

    def champion(self):
        """Where the alias is."""
        if self.down:
            raise RegistryError("The registry does not answer.", "Wait.")
        return self.alias

    def open(self, _spec, version):
        """Load a version."""
        self.loads.append(version)
        if version not in self.versions:
            raise RegistryError(f"{version} needs the Python module gone.", "Install it.")
        return self.versions[version]


@pytest.fixture
def followed(world):
    ws, spec = world
    registry = Registry(spec)
    made = Follower(ws, NAME, registry.champion, registry.open)
    made.follow()
    return made, registry, spec


class Client:
    """Sends requests into the server, which lives as long as one call."""

    def __init__(self, follower, *, open_here=True, at="127.0.0.1", outbox=None):
        self.follower, self.open_here, self.at, self.outbox = follower, open_here, at, outbox

    def send(self, *requests):
        """Responses to (method, path, body, headers)."""
        return asyncio.run(self._send(requests))

    async def _send(self, requests):
        app = serving(self.follower, open_here=self.open_here, outbox=self.outbox)
        transport = httpx.ASGITransport(app, client=(self.at, 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            return [
                await client.request(method, path, json=body, headers=headers)
                for method, path, body, headers in requests
            ]


def predict(body=None, **headers):
    """A request to predict."""
    return "POST", "/predict", {"dataframe_records": [ROW]} if body is None else body, headers


def get(path):
    """A request to read."""
    return "GET", path, None, {}


def test_the_next_version_answers_once_it_is_loaded_and_its_example_was_answered(followed):
    made, registry, spec = followed
    rows = pd.DataFrame([ROW])
    assert made.predict(rows)[0].columns["_prediction"].tolist() == [spec.classes[0]]
    registry.alias = "2"
    made.follow()
    [predicted] = made.predict(rows)
    assert (predicted.served.version, predicted.columns["_prediction"].tolist()) == ("2", [spec.classes[1]])
    registry.alias = "1"
    made.follow()
    assert made.served.version == "1"
    assert registry.loads == ["1", "2"]  # the one before stays loaded


def test_the_challenger_that_was_compared_last_waits_loaded(followed, world):
    made, registry, spec = followed
    compared(world[0], spec, "9", "worse")
    made.follow()
    assert (registry.loads, made.problem) == (["1", "9"], "")
    compared(world[0], spec, "2")
    for _ in range(2):
        made.follow()
    assert registry.loads == ["1", "9", "2"]
    registry.alias, registry.versions = "2", {}
    made.follow()
    assert made.served.version == "2"


def test_a_version_that_cannot_be_loaded_changes_nothing_and_is_named_and_tried_again(followed, monkeypatch):
    made, registry, _ = followed
    registry.alias = "7"
    for _ in range(3):
        made.follow()
    assert registry.loads == ["1", "7"]
    status = made.status()
    assert (status["version"], status["champion"]) == ("1", "7")
    assert "Version 7 cannot be served; version 1 goes on" in status["problem"]
    assert "module gone" in status["problem"]
    monkeypatch.setattr(serve, "AGAIN_SECONDS", 0.0)
    made._failed.clear()
    registry.versions["7"] = registry.versions["2"]
    made.follow()
    assert (made.status()["version"], made.status()["problem"]) == ("7", None)


def test_a_version_that_cannot_answer_its_own_example_is_not_served(followed):
    made, registry, _ = followed
    registry.versions["2"] = constant("maybe", ("maybe", "never"))
    numbers = LinearRegression().fit(pd.DataFrame({"y": [1.0, 2.0]}), [1.0, 2.0])
    registry.versions["3"] = OpenVersion("m 3", numbers, ("y",), ("y",), (), pd.DataFrame({"y": [1.0]}))
    for registry.alias, problem in (("2", "maybe, never are none of"), ("3", "no attribute")):
        made.follow()
        assert made.served.version == "1"
        assert problem in made.problem


def test_a_registry_that_is_away_stops_nothing(followed):
    made, registry, _ = followed
    registry.down = True
    made.follow()
    assert made.served.version == "1"
    assert "does not answer" in made.problem
    registry.down = False
    made.follow()
    assert made.problem == ""
    registry.alias = None
    made.follow()
    assert "names no champion" in made.problem
    assert made.served.version == "1"


def test_a_model_without_a_champion_is_not_served(world):
    ws, spec = world
    made = Follower(ws, NAME, lambda: None, Registry(spec).open)
    made.follow()
    with pytest.raises(NoChampion):
        made.predict(pd.DataFrame([ROW]))


def test_the_server_answers_with_version_and_probabilities(followed):
    made, _, spec = followed
    response, version, health = Client(made).send(predict(), get("/version"), get("/health"))
    assert response.status_code == 200
    assert response.headers["x-model-version"] == "1"
    no, yes = spec.classes
    [row] = response.json()["predictions"]
    assert row == {"prediction": no, "probabilities": {no: 1.0, yes: 0.0}, "version": "1"}
    assert version.json()["version"] == "1"
    assert health.json() == {"ready": True, "version": "1", "follows": True}


def test_a_request_that_does_not_fit_is_refused_in_words(followed):
    cases = {
        "lack the columns x": {"dataframe_records": [{"z": 1}]},
        "'abc' is no number": {"dataframe_records": [{"x": "abc"}]},
        "no row": {"dataframe_records": []},
        "known forms": {"rows": []},
        "cannot be read": {"dataframe_split": {"columns": ["x"], "data": [[1, 2]]}},
    }
    responses = Client(followed[0]).send(*map(predict, cases.values()))
    for named, refused in zip(cases, responses, strict=True):
        assert refused.status_code == 422
        assert named in refused.json()["message"]
    elsewhere, other = Client(followed[0]).send(
        predict(Origin="https://elsewhere.example"), predict(Host="elsewhere.example")
    )
    assert (elsewhere.status_code, other.status_code) == (403, 401)


@pytest.mark.parametrize("at", ["10.0.0.9", "127.0.0.1"])  # the second may be a proxy before others
def test_where_others_can_ask_each_request_needs_a_token_of_the_model(followed, world, at):
    secret = api_tokens.create(world[0], NAME, "tills", "eve")
    responses = Client(followed[0], open_here=False, at=at).send(
        predict(),
        predict(Authorization="Bearer ct_wrong"),
        predict(Authorization=f"Bearer {secret}"),
        get("/version"),
        get("/health"),
    )
    assert [response.status_code for response in responses] == [401, 401, 200, 401, 200]


def test_a_threshold_that_is_set_decides_from_the_next_look_on(followed, world):
    made, registry, (no, yes) = *followed[:2], followed[2].classes
    prior = DummyClassifier(strategy="prior").fit(np.zeros((4, 1)), [no, no, no, yes])
    registry.versions["3"] = OpenVersion("m 3", prior, ("x",), ("x",), (("x", "double"),))
    registry.alias = "3"
    made.follow()
    [predicted] = made.predict(pd.DataFrame([ROW]))
    assert write_predictions(made.served.spec, predicted.columns, "3")[0]["prediction"] == no
    adjust(world[0], NAME, "eve", threshold=0.2)
    made.follow()
    [predicted] = made.predict(pd.DataFrame([ROW]))
    assert write_predictions(made.served.spec, predicted.columns, "3")[0]["prediction"] == yes
    assert registry.loads == ["1", "3"]


def test_mlflows_forms_of_json_are_the_same_rows():
    spec = ModelSpec(0, "m", "binary", "record", ("a", "b"), Roles(label="y"), "m", "f1", None, "10")
    forms = [
        {"dataframe_records": [{"x": 1, "k": "u"}, {"x": None, "k": "v"}]},
        {"dataframe_split": {"columns": ["x", "k"], "data": [[1, "u"], [None, "v"]]}},
        {"inputs": {"x": [1, None], "k": ["u", "v"]}},
        {"inputs": [{"x": 1, "k": "u"}, {"x": None, "k": "v"}]},
    ]
    tables = [read_rows(json.loads(json.dumps(form)), spec) for form in forms]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    pictures = ModelSpec(
        0, "m", "binary", "image", ("a", "b"), Roles(label="y", item="p"), "m", "f1", None, "10"
    )
    assert read_rows({"inputs": {"p": ["aGk="]}}, pictures)["p"].tolist() == [b"hi"]
    with pytest.raises(SchemaError, match="row 2"):
        read_rows({"inputs": {"p": ["aGk=", "!"]}}, pictures)
