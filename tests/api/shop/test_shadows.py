"""Broken here: a program reaches the shadows of a model without its token, or changes what it should not."""

import pytest

from core.services.ingestion import api_tokens
from core.services.shadow import status
from core.store import audit
from core.store.engine import reading, writing
from core.store.experiments import deployments
from tests.api.shop.sales import spec
from tests.documents import errors_of

PATH = "/api/v1/models/shop/shadows"
END = f"{PATH}/4/end"


@pytest.fixture
def headers(ws, secret):
    with writing(ws.engine) as session:
        deployments.record_first(session, spec(ws).id, "3", person="ada")
    return {"authorization": f"Bearer {secret}"}


def test_a_program_starts_a_shadow_asks_how_it_stands_and_ends_it(ws, client, headers):
    started = client.post(PATH, json={"version": "4"}, headers=headers).json()
    assert errors_of("Shadow", started) == []
    assert (started["version"], started["champion"], started["by"]) == ("4", "3", "token service")
    assert client.post(PATH, json={"version": "4"}, headers=headers).json() == started
    listed = client.get(PATH, headers=headers).json()
    assert errors_of("Shadows", listed) == []
    assert listed == {"shadows": [started]}
    ended = client.post(END, json={"reason": " too slow "}, headers=headers).json()
    assert (ended["state"], ended["ended_by"], ended["reason"]) == ("ended", "token service", "too slow")
    assert client.post(END, json={"reason": "too slow"}, headers=headers).status_code == 404
    with reading(ws.engine) as session:
        lines = audit.entries(session, spec(ws).id, actions={"start shadow", "shadow ended"})
    assert [line.person for line in lines] == ["token service", "token service"]


@pytest.mark.parametrize(("path", "body"), [(PATH, {"version": "4"}), (END, {"reason": "too slow"})])
def test_only_a_token_of_the_model_opens_it(ws, client, headers, path, body):
    other = {"authorization": "Bearer ct_unknown"}
    assert client.post(path, json=body).status_code == client.get(PATH).status_code == 401
    assert client.post(path, json=body, headers=other).status_code == 401
    foreign = path.replace("shop", "another")
    assert client.post(foreign, json=body, headers=headers).status_code == 404
    from_a_page = {**headers, "origin": "https://evil.example"}
    assert client.post(path, json=body, headers=from_a_page).status_code == 403
    api_tokens.revoke(ws, "shop", "service", "ada")
    assert client.post(path, json=body, headers=headers).status_code == 401
    assert status.shadows(ws, "shop") == []


@pytest.mark.parametrize(
    ("path", "body"),
    [(PATH, {"version": 4}), (PATH, {"version": "3"}), (PATH, {}), (END, {}), (END, {"reason": " "})],
)
def test_what_cannot_be_done_is_refused_kindly(ws, client, headers, path, body):
    refused = client.post(path, json=body, headers=headers)
    assert refused.status_code == 422
    assert errors_of("Error", refused.json()) == []
    assert status.shadows(ws, "shop") == []
