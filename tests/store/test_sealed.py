"""Broken here: a document of the database that says something sensible else after a disk has rotted."""

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StoreError
from core.services.ingestion.polling import timetable
from core.services.monitoring import monitor, overview
from core.services.operations.doctor import examine
from core.store.engine import reading
from core.store.ingestion import file_digests
from core.store.sealed.documents import DamagedDocument, seal, unseal
from core.store.sqlite.integrity import faults
from core.store.tables import Model
from tests.services.operations.test_doctor import one, shop  # noqa: F401 - the fixture

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of, max_size=3)
)
DOCUMENTS = st.dictionaries(st.text(), VALUES, min_size=1, max_size=4)


@settings(max_examples=30)
@given(DOCUMENTS | VALUES)
def test_a_document_comes_back_as_it_was_with_or_without_its_digest(document):
    assert unseal(seal(document)) == document
    assert unseal(seal(document).encode()) == document
    assert unseal(json.dumps(document)) == document  # written before there were digests


@settings(max_examples=50)
@given(DOCUMENTS, st.data())
def test_no_flipped_bit_makes_another_document(document, data):
    """Wherever it lies: in the document, in its digest, in the mark between them."""
    stored = bytearray(seal(document).encode())
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        present = unseal(bytes(stored))
    except ValueError:
        return
    assert present == document


def swap(shop, table, before, after):  # noqa: F811
    """What a disk may do: one digit of a document becomes another."""
    with closing(sqlite3.connect(shop.settings.home / "caretaker.db")) as opened, opened:
        query = f"UPDATE {table} SET body = replace(body, ?, ?) WHERE instr(body, ?)"
        assert opened.execute(query, (before, after, before)).rowcount == 1


@pytest.mark.parametrize("table", ["finding", "headline"])
def test_a_number_of_a_finding_that_changed_is_never_shown_and_computed_anew(table, shop, monkeypatch):  # noqa: F811
    fresh, line = monitor.refresh(shop, "shop"), overview.headline(shop, "shop")
    swap(shop, table, f'"status": "{fresh["status"]}"', '"status": "red"')
    assert monitor.is_damaged(shop, "shop")
    assert monitor.health(shop, "shop") == (None if table == "finding" else fresh)
    [row] = overview.model_lines(shop)
    assert (row.headline, row.is_checked) == (line if table == "finding" else None, True)
    assert one(examine(shop.settings), "broken", f"{table}, model_id 1: body cannot be read").hint
    put = []
    monkeypatch.setattr(timetable.client, "submit", lambda _settings, job, **_: put.append(job.model))
    timetable.renew(shop)
    assert put == ["shop"]
    again = monitor.refresh(shop, "shop")
    assert again | {"computed_at": ""} == fresh | {"computed_at": ""}
    assert not monitor.is_damaged(shop, "shop")
    assert overview.headline(shop, "shop")["sentence"] == line["sentence"]


def test_of_a_damaged_model_nothing_is_said_but_that_it_is_damaged(shop):  # noqa: F811
    with closing(sqlite3.connect(shop.settings.home / "caretaker.db")) as opened, opened:
        opened.execute("UPDATE model SET spec = replace(spec, '\"yes\"', '\"yet\"')")
    with (
        pytest.raises(DamagedDocument, match=r"caretaker\.db is damaged") as refused,
        reading(shop.engine) as session,
    ):
        session.get(Model, 1)
    assert isinstance(refused.value, StoreError)
    assert "restore ARCHIVE" in refused.value.hint


def test_a_profile_that_changed_is_named_and_counted_anew(shop):  # noqa: F811
    """Of the facts beside the profiles, plain JSON without a checksum, a digit could become another one."""
    fresh, file = monitor.refresh(shop, "shop"), shop.settings.home / "caretaker.db"
    with closing(sqlite3.connect(file)) as opened, opened:
        rows = "FROM profile WHERE segment_column = '_facts' ORDER BY id LIMIT 1"
        row, body = opened.execute(f"SELECT id, body {rows}").fetchone()
        other = body.replace(b'"labelled": ', b'"labelled": 9')
        opened.execute("UPDATE profile SET body = ? WHERE id = ?", (other, row))
        opened.execute("UPDATE finding SET fingerprint = 'older'")
    [fault] = faults(file, own=True)
    assert fault.startswith(f"profile, id {row}")
    assert monitor.refresh(shop, "shop")["labels"] == fresh["labels"]
    assert faults(file, own=True) == []


def test_a_moment_that_is_none_any_more_is_no_traceback(shop):  # noqa: F811
    with closing(sqlite3.connect(shop.settings.home / "caretaker.db")) as opened, opened:
        opened.execute("UPDATE file_digest SET at = replace(at, '-', 'm')")
    with pytest.raises(StoreError, match="is no moment"), reading(shop.engine) as session:
        file_digests.read_all(session)
    [check] = [check for check in examine(shop.settings) if "is no moment" in check.detail]
    assert check.state == "broken"
