"""Broken here: somebody without a token, or with one that was taken away, can send data."""

from datetime import timedelta

import pytest

from core.access import Person
from core.errors import AccessError, DataError
from core.services.ingestion import api_tokens
from core.store import audit
from core.store.engine import reading
from core.store.ingestion import token_hashes
from core.store.types import now
from tests.seed import digits, records, the_spec

ENGINEER = Person("ada", frozenset({"engineer"}))


@pytest.fixture
def ws(tmp_path):
    ws = digits(tmp_path, 4)
    records(tmp_path, 4)
    yield ws
    ws.engine.dispose()


def test_a_token_opens_its_model_and_no_other(ws):
    secret = api_tokens.create(ws, "digits", "scoring service", ENGINEER)
    assert secret.startswith("ct_")
    assert api_tokens.verify(ws, "digits", secret).name == "scoring service"
    with pytest.raises(api_tokens.OtherModel):
        api_tokens.verify(ws, "bookings", secret)
    with pytest.raises(api_tokens.NoSuchModel) as caught:
        api_tokens.verify(ws, "nobody", secret)
    assert "bookings" not in str(caught.value)


@pytest.mark.parametrize("given", ["", "ct_", "ct_" + "A" * 43, "é" * 9, "x" * 100_000, "ct_%00"])
def test_what_is_no_token_is_refused(ws, given):
    api_tokens.create(ws, "digits", "a", "ada")
    with pytest.raises(AccessError):
        api_tokens.verify(ws, "digits", given)


def test_only_the_hash_is_kept(ws):
    secret = api_tokens.create(ws, "digits", "a", "ada")
    with reading(ws.engine) as session:
        [row] = token_hashes.list_tokens(session, the_spec(ws).id)
    assert secret not in repr(row)
    for file in ws.settings.home.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


def test_a_revoked_token_is_refused_and_stays_for_the_record(ws):
    secret = api_tokens.create(ws, "digits", "a", ENGINEER)
    api_tokens.revoke(ws, "digits", "a", ENGINEER)
    api_tokens.revoke(ws, "digits", "a", ENGINEER)
    with pytest.raises(AccessError, match="revoked"):
        api_tokens.verify(ws, "digits", secret)
    with pytest.raises(DataError, match="was revoked"):
        api_tokens.create(ws, "digits", "a", ENGINEER)
    [view] = api_tokens.list_tokens(ws, "digits")
    assert view.revoked_at is not None
    with reading(ws.engine) as session:
        acts = [(each.person, each.action, each.body) for each in audit.entries(session, the_spec(ws).id)]
    assert acts == [("ada", "revoke token", {"token": "a"}), ("ada", "create token", {"token": "a"})]


def test_a_person_must_be_an_engineer(ws):
    expert = Person("eve", frozenset({"expert", "stakeholder"}))
    with pytest.raises(AccessError, match="engineer"):
        api_tokens.create(ws, "digits", "a", expert)
    api_tokens.create(ws, "digits", "a", "ada")
    with pytest.raises(AccessError, match="engineer"):
        api_tokens.revoke(ws, "digits", "a", expert)


@pytest.mark.parametrize("name", ["", " a", "a\nb", "x" * 65, "<b>"])
def test_odd_names_are_refused(ws, name):
    with pytest.raises(DataError, match="not a name"):
        api_tokens.create(ws, "digits", name, "ada")


def test_unknown_names_are_said(ws):
    with pytest.raises(DataError, match="no model"):
        api_tokens.create(ws, "nobody", "a", "ada")
    api_tokens.create(ws, "digits", "a", "ada")
    with pytest.raises(DataError, match="exists already"):
        api_tokens.create(ws, "digits", "a", "ada")
    with pytest.raises(DataError, match="has no token 'b'") as caught:
        api_tokens.revoke(ws, "digits", "b", "ada")
    assert "Its tokens: a." in caught.value.hint


def test_a_use_is_noted_once_a_minute(ws):
    secret = api_tokens.create(ws, "digits", "a", "ada")
    first = api_tokens.verify(ws, "digits", secret)
    assert first.used_at is None
    api_tokens.record_use(ws, first)
    noted = api_tokens.verify(ws, "digits", secret)
    assert noted.used_at is not None
    api_tokens.record_use(ws, first)  # a second request that came at the same time
    api_tokens.record_use(ws, noted)
    assert api_tokens.verify(ws, "digits", secret).used_at == noted.used_at
    assert api_tokens.is_use_recorded(noted, now())
    assert not api_tokens.is_use_recorded(noted, now() + timedelta(minutes=2))
