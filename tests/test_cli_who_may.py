"""Broken here: a command of the table (`docs/who_may.py`) does what needs a name that is proven."""

import pytest

from core import people
from core.cli import work
from core.cli.app import main
from core.errors import CaretakerError
from core.settings import Settings
from docs.who_may import ACTIONS
from tests.seed import digits

WORDS = {
    "health": ["digits"],
    "list": [],
    "alerts list": ["digits"],
    "suspects": ["digits", "--out", "FOLDER/s.csv"],
    "annotate": ["digits", "FOLDER/a.csv", "--by", "ann"],
    "ingest": ["digits", "FOLDER/a.csv"],
    "retrain": ["digits"],
    "shadow": ["digits"],
    "promote": ["digits", "2", "--reason", "better in both shops"],
    "approve": ["digits", "--by", "bob"],
    "rollback": ["digits", "--reason", "complaints since noon"],
    "token create": ["digits", "service"],
    "set": ["digits", "--no-second-person"],
}
REFUSED = {action.command for action in ACTIONS if action.refused} | {"set"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    digits(tmp_path / "home", 3).engine.dispose()
    (tmp_path / "a.csv").write_text("id,label\nr0,1\n")
    jobs = []

    def do(_settings, job):
        jobs.append(job)
        raise CaretakerError("The job has begun.", "")

    monkeypatch.setattr(work, "do", do)
    return tmp_path, jobs


def test_every_command_of_the_table_is_tried():
    assert {action.command for action in ACTIONS if action.command} | {"set"} == set(WORDS)


@pytest.mark.parametrize("signing_in", [False, True], ids=["without sign-in", "people sign in"])
@pytest.mark.parametrize("command", WORDS)
def test_a_command_is_for_who_has_the_home_and_proves_no_name(command, signing_in, home, monkeypatch, capsys):
    folder, jobs = home
    (folder / "secrets.toml").write_text("[auth]\n" if signing_in else "")
    monkeypatch.setattr(people, "FOLDERS", (folder,))
    words = [word.replace("FOLDER", str(folder)) for word in WORDS[command]]
    code = main([*command.split(), *words])
    error = capsys.readouterr().err
    if signing_in and command in REFUSED:
        assert code == 1
        assert "needs a name that is proven" in error
        assert jobs == []
        return
    assert code == 0 or "The job has begun." in error or "not checked" in error, error
    assert Settings().home == folder / "home"
