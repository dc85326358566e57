"""Broken here: a page that shows a traceback, or "something went wrong" where it knows what."""

import errno
import sqlite3

import streamlit as st

import app
from core.errors import StoreError


def shown(monkeypatch, error):
    """What a person reads when a page fails with this error."""
    said = []
    monkeypatch.setattr(st, "warning", lambda text, **_: said.append(text))
    monkeypatch.setattr(st, "error", lambda text, **_: said.append(text))
    assert app.on_script_error(error)
    [text] = said
    return text


def test_a_full_disk_is_told_on_the_page(home, monkeypatch):
    text = shown(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    assert f"The disk of {home} is full" in text
    assert "Nothing that was there before is lost" in text


def test_a_damaged_database_is_told_on_the_page(home, monkeypatch):
    error = sqlite3.DatabaseError("file is not a database")
    error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
    assert "is damaged" in shown(monkeypatch, error)
    assert shown(monkeypatch, StoreError("It is gone.", "Bring it back.")) == "**It is gone.** Bring it back."


def test_a_fault_of_ours_is_a_reference(home, monkeypatch):
    text = shown(monkeypatch, KeyError("nobody thought of this"))
    assert "tell the engineer this reference" in text
    assert "nobody thought" not in text
