"""Broken here: the wrong program is let in, or what it is told has another shape than was described."""

from core.api.routes import doors
from core.api.sign_in import SignIn
from core.services.deployment import champion
from core.services.ingestion import api_tokens
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.store.engine import writing
from core.store.experiments import deployments
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.api.conftest import Client
from tests.api.shop.sales import PREDICTIONS, csv, sales, spec
from tests.documents import errors_of


def test_only_the_models_own_token_opens(ws, client, secret, jobs):
    body = csv(sales(100))

    def post(path, **headers):
        return client.post(path, content=body, headers={"content-type": "text/csv", **headers})

    for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {secret}"}):
        answer = post(PREDICTIONS, **wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert post(PREDICTIONS.replace("shop", "nobody"), authorization=f"Bearer {secret}").status_code == 404
    wanted = RequestedRoles(label="y", task="binary", id="id", time="day", score="p", positive="yes")
    connect_table(ws, ConnectRequest("other", wanted, chunk="month"), Table(sales(0, 1), "first"))
    assert post(PREDICTIONS.replace("shop", "other"), authorization=f"Bearer {secret}").status_code == 403
    site = {"authorization": f"Bearer {secret}", "origin": "https://evil.example"}
    assert post(PREDICTIONS, **site).status_code == 403
    api_tokens.revoke(ws, "shop", "service", "ada")
    assert post(PREDICTIONS, authorization=f"Bearer {secret}").status_code == 401
    assert jobs.jobs == {}


def test_the_use_of_a_token_is_noted(ws, send, jobs):
    assert api_tokens.list_tokens(ws, "shop")[0].used_at is None
    send(csv(sales(100)))
    assert api_tokens.list_tokens(ws, "shop")[0].used_at is not None


def test_what_is_in_production_is_told(ws, client, secret):
    headers = {"authorization": f"Bearer {secret}"}
    path = "/api/v1/models/shop/champion"
    assert client.get(path, headers=headers).status_code == 404
    with writing(ws.engine) as session:
        deployments.record_first(session, spec(ws).id, "3", person="ada")
    said = client.get(path, headers=headers).json()
    assert (said["version"], said["uri"]) == ("3", "models:/shop/3")
    assert said == dict(champion.document(ws, "shop"))
    assert client.get(path).status_code == 401


def test_health_is_open_here_until_people_sign_in(ws, secret, jobs):
    path, headers = "/api/v1/models/shop/health", {"authorization": f"Bearer {secret}"}
    here, rebound = Client(doors(lambda: ws), "localhost"), Client(doors(lambda: ws), "evil.example")
    signed_in = Client(doors(lambda: ws, "", SignIn(lambda: True)), "localhost")
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
        deployments.record_first(session, spec(ws).id, "3", person="ada")
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
        assert errors_of(name, body) == []
        assert set(body) >= set(document["components"]["schemas"][name]["required"])
