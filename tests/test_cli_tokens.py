"""Broken here: scripts that make, list and revoke tokens."""

import json

import pytest

from core.cli.app import main
from core.errors import AccessError
from core.services.ingestion import api_tokens
from core.settings import Settings
from core.store.workspace import open_workspace
from tests.seed import digits


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path))
    digits(tmp_path, 3).engine.dispose()
    return tmp_path


def test_a_token_is_printed_once_listed_and_revoked(home, capsys):
    assert main(["token", "create", "digits", "scoring service", "--by", "ada"]) == 0
    said = capsys.readouterr()
    secret = said.out.strip()
    assert "not shown again" in said.err
    ws = open_workspace(Settings(home=home))
    assert api_tokens.verify(ws, "digits", secret).created_by == "ada"
    assert main(["token", "list", "digits", "--format", "json"]) == 0
    [token] = json.loads(capsys.readouterr().out)["tokens"]
    assert (token["name"], token["used_at"], token["revoked_at"]) == ("scoring service", None, None)
    assert main(["token", "revoke", "digits", "scoring service"]) == 0
    with pytest.raises(AccessError):
        api_tokens.verify(ws, "digits", secret)
    capsys.readouterr()
    assert main(["token", "list", "digits"]) == 0
    said = capsys.readouterr().out
    assert "scoring service: revoked" in said
    assert secret not in said
    ws.engine.dispose()


def test_a_script_gets_one_json_document(home, capsys):
    assert main(["token", "create", "digits", "a", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["model"], made["name"]) == ("digits", "a")
    assert made["token"].startswith("ct_")


def test_what_does_not_fit_is_exit_1_with_a_hint(home, capsys):
    assert main(["token", "list", "digits"]) == 0
    assert "no token yet" in capsys.readouterr().out
    assert main(["token", "create", "nobody", "a"]) == 1
    assert main(["token", "revoke", "digits", "a"]) == 1
    assert "Its tokens: none yet." in capsys.readouterr().err
    assert main(["token", "create", "digits"]) == 2
