"""Broken here: whoever runs a command in a damaged home, and gets a traceback instead of a way out."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pandas as pd
import pytest

from core.cli.app import main
from core.settings import PROJECT
from core.store import engine
from tests.seed import records


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with one model, whose database nobody holds open."""
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    ws = records(tmp_path / "home", 30)
    ws.engine.dispose()
    return tmp_path / "home"


def told(capsys, *arguments, code=1):
    """What a command that is refused says."""
    assert main([str(each) for each in arguments]) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return said


EXPORT = ("export", "bookings", "--what", "labels", "--out")


def scribble(file):
    """Other bytes in the middle of the file."""
    data = bytearray(file.read_bytes())
    data[8 : len(data) // 2] = b"\x5a" * (len(data) // 2 - 8)
    file.write_bytes(data)


@pytest.mark.parametrize(
    "command", [("list",), ("health", "bookings"), ("backup", "b.tar.gz"), (*EXPORT, "x.csv")]
)
@pytest.mark.parametrize("how", ["garbage", "cut off"])
def test_a_damaged_database_is_named_by_every_command(how, command, home, capsys):
    file, data = home / "caretaker.db", (home / "caretaker.db").read_bytes()
    file.write_bytes(b"garbage " * 512 if how == "garbage" else data[: len(data) // 3])
    said = told(capsys, *command).err
    assert f"The database {file} is damaged" in said
    assert "python -m core restore" in said


def test_the_doctor_names_a_damaged_database_and_the_way_back(home, capsys):
    (home / "caretaker.db").write_bytes(b"garbage " * 512)
    (home / "jobs.db").write_bytes(b"garbage " * 512)
    said = told(capsys, "doctor").out
    assert f"broken  stores, database: The database {home}/caretaker.db is damaged" in said
    (home / "caretaker.db").unlink()
    shutil.rmtree(home / "lake")
    assert f"broken  work, jobs: The database {home}/jobs.db is damaged" in told(capsys, "doctor").out


@pytest.mark.parametrize("how", ["empty", "gone"])
def test_a_lost_database_is_not_made_anew_beside_the_rows_that_it_named(how, home, capsys, tmp_path):
    """A fresh one would count every row as nobody's, and its backup would look like a good one."""
    file = home / "caretaker.db"
    file.write_bytes(b"") if how == "empty" else file.unlink()
    [rows] = (home / "lake").rglob("*.parquet")
    for command in (("list",), ("backup", tmp_path / "b.tar.gz"), (*EXPORT, tmp_path / "x.csv")):
        said = told(capsys, *command).err
        assert f"The database sqlite:///{file} knows nothing" in said
        assert str(rows) in said
        assert "python -m core restore ARCHIVE --replace" in said
    said = told(capsys, "doctor").out
    assert f"broken  stores, database: The database sqlite:///{file} knows nothing" in said
    assert "may be deleted" not in said
    assert not (tmp_path / "b.tar.gz").exists()


def test_a_lost_database_comes_back_from_a_backup(home, capsys, tmp_path):
    assert main(["backup", str(tmp_path / "b.tar.gz")]) == 0
    (home / "caretaker.db").unlink()
    told(capsys, "list")
    assert main(["restore", str(tmp_path / "b.tar.gz"), "--replace"]) == 0
    assert main(["list"]) == 0
    assert "bookings" in capsys.readouterr().out


def test_a_damaged_database_of_jobs_is_no_empty_one(home, capsys):
    (home / "jobs.db").write_bytes(b"garbage " * 512)
    done = subprocess.run(
        [sys.executable, "-m", "core", "worker"], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert done.returncode == 1
    assert "it is made anew" in done.stderr
    assert "Traceback" not in done.stderr
    assert f"The database {home}/jobs.db is damaged" in told(capsys, "backup", home.parent / "b.tar.gz").err
    assert not (home.parent / "b.tar.gz").exists()


@pytest.mark.parametrize("how", ["cut off", "scribbled over", "gone"])
def test_a_damaged_file_of_the_lake_is_named_by_all_who_need_it(how, home, capsys, tmp_path):
    [file] = home.joinpath("lake").rglob("*.parquet")
    if how == "cut off":
        file.write_bytes(file.read_bytes()[:300])
    elif how == "scribbled over":
        scribble(file)
    else:
        file.unlink()
    what = "gone" if how == "gone" else "damaged"
    said = told(capsys, *EXPORT, tmp_path / "x.csv").err
    assert f"The file {file} of the lake is {what}" in said
    assert f"tar -xf ARCHIVE -C {home} lake/" in said
    pd.DataFrame({"id": ["n"], "stay_nights": [3], "hotel": ["City"]}).to_csv(
        tmp_path / "new.csv", index=False
    )
    assert (
        f"The file {file} of the lake is {what}"
        in told(capsys, "ingest", "bookings", tmp_path / "new.csv").err
    )
    assert str(file) in told(capsys, "doctor").out
    kept = told(capsys, "backup", tmp_path / "b.tar.gz").err
    assert file.relative_to(home).as_posix() in kept
    assert (tmp_path / "b.tar.gz").exists()  # the rest is saved all the same


def test_a_locked_database_is_named(home, capsys, monkeypatch, tmp_path):
    pd.DataFrame({"id": ["r1"], "label": ["kept"]}).to_csv(tmp_path / "answers.csv", index=False)
    monkeypatch.setattr(engine, "FILE_SECONDS", 0.05)
    with closing(sqlite3.connect(home / "caretaker.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = told(capsys, "annotate", "bookings", tmp_path / "answers.csv", "--by", "Ada").err
    assert f"The database {home}/caretaker.db is held by another process" in said


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("HTTP_MEGABYTES", "many", "valid integer"),
        ("TRUSTED_MODELS", "shop", """written as '["one", "two"]'"""),
        ("CONNECTIONS", "{bad", "not JSON"),
        ("DATABASE_URL", "rubbish", "sqlite:///"),
        ("JOBS_URL", "mysql://x", "postgresql://"),
        ("MLFLOW_URI", "rubbish", "no address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value, part, home, capsys, monkeypatch):
    monkeypatch.setenv(f"CARETAKER_{name}", value)
    for command in ("list", "doctor", "worker"):
        said = told(capsys, command).err
        assert f"CARETAKER_{name} cannot be used" in said
        assert part in said


@pytest.mark.parametrize("command", [("list",), ("worker",), ("backup", "b.tar.gz"), ("restore", "b.tar.gz")])
def test_a_home_that_is_a_file_is_said(command, tmp_path, capsys, monkeypatch):
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    assert "no folder" in told(capsys, *command).err


def test_a_fault_of_ours_is_a_sentence_with_a_reference(home, capsys, monkeypatch):
    def fails(*_arguments):
        raise KeyError("nobody thought of this")

    monkeypatch.setattr("core.services.operations.backup.backup", fails)
    said = told(capsys, "backup", home.parent / "b.tar.gz").err
    assert "Something unexpected happened (reference" in said
    assert "nobody thought of this" in (home / "run" / "worker.log").read_text()
