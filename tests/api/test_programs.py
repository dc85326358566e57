"""Broken here: what programs send is lost, comes in twice, or is refused without a reason."""

import gzip
import io
import json

import jsonschema
import numpy as np
import pandas as pd
import pytest

from core.api.routes import doors
from core.frames.guess import Wanted
from core.frames.table import Table
from core.services import arrivals, bearer, champion, monitor
from core.services.plan import ConnectRequest
from core.services.rows import rows
from core.services.setup import connect_table
from core.settings import Settings
from core.store import deployments
from core.store.engine import writing
from core.store.workspace import open_workspace
from tests.api.conftest import Client

PREDICTIONS, LABELS = "/api/v1/models/shop/predictions", "/api/v1/models/shop/labels"


def sales(first, month=2, count=30, **more):
    rng = np.random.default_rng(first)
    return pd.DataFrame(
        {
            "id": range(first, first + count),
            "day": [f"2020-{month:02d}-{1 + i % 28:02d}" for i in range(count)],
            "x": rng.normal(size=count).round(3),
            "p": rng.uniform(size=count).round(3),
            "y": rng.choice(["no", "yes"], count),
        }
    ).assign(**more)


def parquet(frame):
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


BODIES = {
    "csv": ("text/csv", lambda f: f.to_csv(index=False).encode()),
    "csv with a charset": ("Text/CSV; charset=UTF-8", lambda f: f.to_csv(index=False).encode()),
    "json list": ("application/json", lambda f: f.to_json(orient="records").encode()),
    "json rows": (
        "application/json",
        lambda f: json.dumps({"rows": f.to_dict("records")}, indent=1).encode(),
    ),
    "ndjson": ("application/x-ndjson", lambda f: f.to_json(orient="records", lines=True).encode()),
    "parquet": ("application/vnd.apache.parquet", parquet),
}


@pytest.fixture
def ws(tmp_path):
    ws = open_workspace(Settings(home=tmp_path, http_megabytes=1))
    wanted = Wanted(label="y", task="binary", id="id", time="day", score="p", positive="yes")
    connect_table(ws, ConnectRequest("shop", wanted, chunk="month"), Table(sales(0, 1), "first"))
    yield ws
    ws.engine.dispose()


@pytest.fixture
def client(ws, jobs):
    return Client(doors(lambda: ws), "localhost")


@pytest.fixture
def secret(ws):
    return bearer.create(ws, "shop", "service", "ada")


@pytest.fixture
def send(client, secret):
    def post(content, kind="text/csv", path=PREDICTIONS, **headers):
        said = {"content-type": kind, "authorization": f"Bearer {secret}", **headers}
        return client.post(path, content=content, headers=said)

    return post


def csv(frame):
    return frame.to_csv(index=False).encode()


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("packed", [False, True])
def test_rows_come_in_whatever_they_are_written_in(what, packed, ws, jobs, send, client, secret):
    kind, write = BODIES[what]
    body, more = write(sales(100)), {}
    if packed:
        body, more = gzip.compress(body[:50]) + gzip.compress(body[50:]), {"content-encoding": "gzip"}
    answer = send(body, kind, **more)
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert (said["rows"], said["state"]) == (30, "queued")
    jobs.work(ws.settings)
    seen = client.get(said["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert (seen["state"], seen["rows"], seen["new"], seen["labelled"]) == ("taken", 30, 30, 30)
    frame = rows(ws, _spec(ws), chunks=["2020-02"])
    assert frame["_id"].tolist() == [str(i) for i in range(100, 130)]
    np.testing.assert_allclose(frame["x"], sales(100)["x"])
    assert not list(ws.settings.run.glob("deliveries/*/*"))


def _spec(ws):
    from core.services.setup import list_models

    return list_models(ws)[0]


def test_the_same_body_is_taken_in_once(ws, jobs, send):
    first = send(csv(sales(100)))
    again = send(csv(sales(100)))
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["batch"] == first.json()["batch"]
    assert again.json()["state"] == "queued"
    jobs.work(ws.settings)
    third = send(gzip.compress(csv(sales(100))), **{"content-encoding": "gzip"})
    assert (third.status_code, third.json()["state"], third.json()["rows"]) == (200, "taken", 30)
    assert len(jobs.jobs) == 1
    assert len(rows(ws, _spec(ws), chunks=["2020-02"])) == 30


def test_the_same_rows_in_other_bytes_are_known(ws, jobs, send, client, secret):
    send(csv(sales(100)))
    other = send(parquet(sales(100)), "application/parquet")
    assert other.status_code == 202
    jobs.work(ws.settings)
    seen = client.get(other.json()["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert seen["state"] == "known"
    assert [job.state for job in jobs.jobs.values()] == ["done", "done"]
    assert len(rows(ws, _spec(ws), chunks=["2020-02"])) == 30


def test_eight_programs_that_send_the_same_body_at_once_make_one_job(ws, jobs, client, secret):
    headers = {"content-type": "text/csv", "authorization": f"Bearer {secret}"}
    answers = client.together(8, "POST", PREDICTIONS, content=csv(sales(100)), headers=headers)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["batch"] for answer in answers}) == 1
    assert len(jobs.jobs) == 1
    jobs.work(ws.settings)
    assert len(rows(ws, _spec(ws), chunks=["2020-02"])) == 30
    assert not list(ws.settings.run.glob("deliveries/halves/*"))


def test_labels_sent_before_their_rows_wait_for_them(ws, jobs, send, client, secret):
    late = csv(sales(100)[["id", "y"]])
    early = send(late, path=LABELS)
    assert early.status_code == 202
    jobs.work(ws.settings)
    seen = client.get(early.json()["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert (seen["state"], seen["labelled"], seen["message"]) == ("taken", 30, "")
    send(csv(sales(100).drop(columns="y")))
    jobs.work(ws.settings)
    assert rows(ws, _spec(ws), chunks=["2020-02"])["_label"].notna().all()


def test_a_wrong_cell_is_told_with_column_and_row_and_nothing_is_kept(ws, jobs, send):
    frame = sales(100).astype({"x": object})
    frame.loc[6, "x"] = "many"
    answer = send(csv(frame))
    assert answer.status_code == 422
    said = answer.json()
    assert (said["column"], said["row"]) == ("x", 7)
    assert "'many' is not a number" in said["message"]
    assert said["hint"]
    assert jobs.jobs == {}
    assert not list(ws.settings.run.glob("deliveries/*/*"))
    assert said["message"].startswith("predictions.csv: ")
    [line] = [each for each in arrivals.listed(ws, "shop") if each.door == "http"]
    assert (line.outcome, line.person, line.name) == ("refused", "token service", "predictions.csv")
    assert send(csv(sales(100).drop(columns="x"))).json()["column"] == "x"


BAD = {
    "nothing": (b"", "text/csv", {}, 422),
    "no type": (b"id\n1\n", "", {}, 415),
    "another type": (b"id\n1\n", "text/html", {}, 415),
    "another charset": (b"id\n1\n", "text/csv; charset=latin-1", {}, 415),
    "another packing": (b"id\n1\n", "text/csv", {"content-encoding": "br"}, 415),
    "not packed": (b"id\n1\n", "text/csv", {"content-encoding": "gzip"}, 422),
    "cut off": (gzip.compress(b"id\n1\n" * 999)[:-9], "text/csv", {"content-encoding": "gzip"}, 422),
    "only a header": (b"id,day,x,p\n", "text/csv", {}, 422),
    "not UTF-8": (b"id,day,x,p\n\xff,1,1,1\n", "text/csv", {}, 422),
    "not JSON": (b"[{", "application/json", {}, 422),
    "a number": (b"1", "application/json", {}, 422),
    "an object": (b'{"id": 1}', "application/json", {}, 422),
    "rows and more": (b'{"rows": [], "x": 1}', "application/json", {}, 422),
    "rows of lists": (b"[[1]]", "application/json", {}, 422),
    "something after": (b'[{"id": 1}] 2', "application/json", {}, 422),
    "no rows": (b"[]", "application/json", {}, 422),
    "JSON in latin-1": (b'[{"id": "\xfc"}]', "application/json", {}, 422),
    "nested": (b'[{"id": ' + b"[" * 90_000, "application/json", {}, 422),
    "nested lines": (b'{"id": ' + b"[" * 90_000, "application/x-ndjson", {}, 422),
    "a number of many digits": (b'[{"id": ' + b"1" * 9_000 + b"}]", "application/json", {}, 422),
    "half a Parquet file": (parquet(sales(0))[:-9], "application/parquet", {}, 422),
    "too large": (b"x" * 1_000_001, "text/csv", {}, 413),
    "too large unpacked": (gzip.compress(b"x" * 1_000_001), "text/csv", {"content-encoding": "gzip"}, 413),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_body_is_refused_kindly_and_leaves_nothing(what, ws, jobs, send):
    body, kind, more, status = BAD[what]
    answer = send(body, kind, **more)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]
    assert answer.json()["hint"]
    assert "Traceback" not in answer.text
    assert jobs.jobs == {}
    assert not list(ws.settings.run.glob("deliveries/*/*"))


def test_a_body_of_unknown_length_is_cut_at_the_limit(ws, client, secret, jobs):
    async def endless():
        for _ in range(100):
            yield b"x" * 100_000

    headers = {"content-type": "text/csv", "authorization": f"Bearer {secret}"}
    assert client.post(PREDICTIONS, content=endless(), headers=headers).status_code == 413
    assert not list(ws.settings.run.glob("deliveries/halves/*"))


def test_only_the_models_own_token_opens(ws, client, secret, jobs):
    body = csv(sales(100))

    def post(path, **headers):
        return client.post(path, content=body, headers={"content-type": "text/csv", **headers})

    for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {secret}"}):
        answer = post(PREDICTIONS, **wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert post(PREDICTIONS.replace("shop", "nobody"), authorization=f"Bearer {secret}").status_code == 404
    wanted = Wanted(label="y", task="binary", id="id", time="day", score="p", positive="yes")
    connect_table(ws, ConnectRequest("other", wanted, chunk="month"), Table(sales(0, 1), "first"))
    assert post(PREDICTIONS.replace("shop", "other"), authorization=f"Bearer {secret}").status_code == 403
    site = {"authorization": f"Bearer {secret}", "origin": "https://evil.example"}
    assert post(PREDICTIONS, **site).status_code == 403
    bearer.revoke(ws, "shop", "service", "ada")
    assert post(PREDICTIONS, authorization=f"Bearer {secret}").status_code == 401
    assert jobs.jobs == {}


def test_the_use_of_a_token_is_noted(ws, send, jobs):
    assert bearer.listed(ws, "shop")[0].used_at is None
    send(csv(sales(100)))
    assert bearer.listed(ws, "shop")[0].used_at is not None


def test_what_is_in_production_is_told(ws, client, secret):
    headers = {"authorization": f"Bearer {secret}"}
    path = "/api/v1/models/shop/champion"
    assert client.get(path, headers=headers).status_code == 404
    with writing(ws.engine) as session:
        deployments.record_first(session, _spec(ws).id, "3", person="ada")
    said = client.get(path, headers=headers).json()
    assert (said["version"], said["uri"]) == ("3", "models:/shop/3")
    assert said == dict(champion.document(ws, "shop"))
    assert client.get(path).status_code == 401


def test_health_is_open_here_until_people_sign_in(ws, secret, jobs):
    path, headers = "/api/v1/models/shop/health", {"authorization": f"Bearer {secret}"}
    here, rebound = Client(doors(lambda: ws), "localhost"), Client(doors(lambda: ws), "evil.example")
    signed_in = Client(doors(lambda: ws, "", lambda: True), "localhost")
    assert here.get(path).status_code == 404
    monitor.refresh(ws, "shop")
    assert here.get(path).json()["model"] == "shop"
    assert here.get(path.replace("shop", "nobody")).status_code == 404
    assert rebound.get(path).status_code == signed_in.get(path).status_code == 401
    assert rebound.get(path, headers=headers).status_code == 200
    assert here.get(path, headers={"authorization": "Bearer x"}).status_code == 401


def test_under_a_base_path_every_address_has_it(ws, jobs, secret):
    client = Client(doors(lambda: ws, "/care/"), "localhost")
    headers = {"content-type": "text/csv", "authorization": f"Bearer {secret}"}
    said = client.post(f"/care{PREDICTIONS}", content=csv(sales(100)), headers=headers).json()
    assert said["status"].startswith("/care/api/v1/models/shop/batches/predictions-")
    assert client.get(said["status"], headers=headers).json()["state"] == "queued"
    assert client.get("/care/api/v1/openapi.json").json()["servers"] == [{"url": "/care"}]


def test_an_unexpected_failure_has_a_reference_and_no_trace(ws, secret, jobs, monkeypatch, capsys):
    def fail(*_args):
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(champion, "document", fail)
    client = Client(doors(lambda: ws), "localhost")
    answer = client.get("/api/v1/models/shop/champion", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["reference"] in answer.json()["message"]
    assert answer.json()["reference"] in "".join(capsys.readouterr())


def test_answers_have_the_shapes_of_the_description(ws, send, client, secret, jobs):
    document = client.get("/api/v1/openapi.json").json()
    monitor.refresh(ws, "shop")
    with writing(ws.engine) as session:
        deployments.record_first(session, _spec(ws).id, "3", person="ada")
    headers = {"authorization": f"Bearer {secret}"}
    sent = send(csv(sales(100)))
    seen = {
        "Accepted": sent.json(),
        "Delivery": client.get(sent.json()["status"], headers=headers).json(),
        "Champion": client.get("/api/v1/models/shop/champion", headers=headers).json(),
        "Health": client.get("/api/v1/models/shop/health").json(),
        "Error": send(b"id\n1\n").json(),
        "Ready": client.get("/healthz").json(),
    }
    for name, body in seen.items():
        jsonschema.validate(body, document["components"]["schemas"][name])
        assert set(body) >= set(document["components"]["schemas"][name]["required"])
