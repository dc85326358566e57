"""Broken here: scripts and schedulers that rely on exit codes and on one JSON document."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
import typer

from core.cli import work
from core.cli.app import build, main
from core.errors import CaretakerError
from core.jobs.status import JobStatus
from core.services.monitoring.jobs import Monitor


def walk(command, path=()):
    """Every command with its path: groups are walked into."""
    under = getattr(command, "commands", None)
    if under is None:
        yield " ".join(path)
        return
    for name, each in under.items():
        yield from walk(each, (*path, name))


COMMANDS = sorted(walk(typer.main.get_command(build())))
NO_FORMAT = {"worker", "serve", "schema"}
"""The worker and the server print their log, `schema` one JSON document and nothing else."""


def sales(first, month, count=60, *, right=0.95):
    rng = np.random.default_rng(month)
    truth = rng.choice(["no", "yes"], count)
    hit = rng.uniform(size=count) < right
    says_yes = (truth == "yes") == hit
    return pd.DataFrame(
        {
            "id": range(first, first + count),
            "day": [f"2020-{month:02d}-{1 + i % 28:02d}" for i in range(count)],
            "x": rng.normal(size=count).round(3),
            "p": np.where(says_yes, 0.8, 0.2) + rng.uniform(-0.1, 0.1, count).round(3),
            "y": truth,
        }
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def shop(folder, capsys):
    pd.concat([sales(0, 1), sales(60, 2)]).to_csv(folder / "first.csv", index=False)
    arguments = ["--data", str(folder / "first.csv"), "--label", "y", "--score", "p", "--positive", "yes"]
    assert main(["add", "shop", *arguments, "--task", "binary", "--chunk", "month", "--format", "json"]) == 0
    connected = json.loads(capsys.readouterr().out)
    assert (connected["model"], connected["log_rows"]) == ("shop", 120)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    assert main([*command.split(), "--help"]) == 0
    assert f"Example: python -m core {command}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in NO_FORMAT])
def test_every_command_can_answer_as_json(command, capsys):
    assert main([*command.split(), "--help"]) == 0
    assert "--format" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["add"], ["ingest", "shop"], ["add", "x", "--task", "dreaming"]]
)
def test_wrong_usage_is_exit_2(arguments, folder, capsys):
    assert main(arguments) == 2
    assert "Error" in capsys.readouterr().err


def test_help_is_quick_because_nothing_heavy_is_loaded():
    code = (
        "import sys; from core.cli.app import main; main(['--help']);"
        "print({'pandas', 'mlflow', 'sklearn', 'sqlmodel', 'duckdb', 'dbos'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_an_empty_home_lists_nothing_as_one_json_document(folder, capsys):
    assert main(["list", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"models": []}
    assert main(["list"]) == 0
    assert "python -m core demo" in capsys.readouterr().out


def test_a_batch_is_taken_in_once(shop, capsys):
    sales(200, 3).to_csv(shop / "march.csv", index=False)
    assert main(["ingest", "shop", str(shop / "ma*.csv"), "--format", "json"]) == 0
    [batch] = json.loads(capsys.readouterr().out)["batches"]
    assert (batch["source"], batch["new"]) == ("march.csv", 60)
    assert main(["ingest", "shop", str(shop / "march.csv")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "march.csv was taken in before" in said.err


def test_a_bad_file_is_exit_1_with_message_and_hint(shop, capsys):
    frame = sales(200, 3).astype({"x": object})
    frame.loc[6:60, "x"] = "many"
    frame.to_csv(shop / "bad.csv", index=False)
    assert main(["ingest", "shop", str(shop / "bad.csv")]) == 1
    said = capsys.readouterr()
    assert "bad.csv: column 'x', row 7 (line 8 of the file): 'many' is not a number" in said.err
    assert "Correct the cell" in said.err
    assert "Traceback" not in said.err


def test_rows_that_were_left_out_are_listed_by_the_command(shop, capsys):
    frame = sales(200, 3).astype({"x": object})
    frame.loc[6, "x"] = "many"
    frame.to_csv(shop / "stray.csv", index=False)
    assert main(["ingest", "shop", str(shop / "stray.csv")]) == 0
    said = capsys.readouterr().out
    reason = "row 7 (line 8 of the file), column 'x': 'many' is not a number"
    assert f"1 of {len(frame)} rows was left out: " in said
    assert f"- {reason}" in said
    assert main(["deliveries", "shop"]) == 0
    assert f"- {reason}" in capsys.readouterr().out
    frame.assign(id=frame["id"].astype(str) + "b").to_csv(shop / "again.csv", index=False)
    assert main(["ingest", "shop", str(shop / "again.csv"), "--format", "json"]) == 0
    [batch] = json.loads(capsys.readouterr().out)["batches"]
    assert (batch["left_out"]["rows"], batch["left_out"]["listed"][0]["column"]) == (1, "x")


def test_a_red_model_is_exit_3(shop, capsys):
    for month in range(3, 9):
        sales(100 * month, month, right=0.5).to_csv(shop / f"{month}.csv", index=False)
    assert main(["ingest", "shop", *[str(shop / f"{month}.csv") for month in range(3, 9)]]) == 0
    capsys.readouterr()
    assert main(["health", "shop", "--format", "json", "--from", "2020-04-01"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["status"]) == ("shop", "red")
    assert min(chunk["start"] for chunk in found["chunks"]) >= "2020-04-01"
    assert main(["health", "shop"]) == 3
    verdict, course, *_ = capsys.readouterr().out.splitlines()
    assert verdict.startswith("RED: ")
    assert course.count("▁") >= 1
    assert course.count("█") >= 1
    assert main(["health", "shop", "--from", "2020-04-30", "--until", "2020-06-01"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines[-2:]] == ["Apr 2020: 60 rows", "May 2020: 60 rows"]
    assert main(["health", "shop", "--from", "April"]) == 1
    assert "'April' is no date" in capsys.readouterr().err


def test_answers_come_in_and_go_out(shop, capsys):
    pd.DataFrame({"id": [0, 1], "label": ["no", "yes"]}).to_csv(shop / "answers.csv", index=False)
    assert main(["annotate", "shop", str(shop / "answers.csv"), "--by", "=Ada"]) == 0
    for what in ("labels", "annotations", "revision", "experiments"):
        assert main(["export", "shop", "--what", what, "--out", str(shop / f"{what}.csv")]) == 0
    labels = pd.read_csv(shop / "labels.csv", index_col="id")
    assert labels.loc[[0, 1], "label"].tolist() == ["no", "yes"]
    assert pd.read_csv(shop / "annotations.csv")["person"].tolist() == ["'=Ada", "'=Ada"]
    revision = pd.read_csv(shop / "revision.csv", index_col="id")
    assert revision["label"].tolist() == labels["label"].tolist()
    capsys.readouterr()
    export = ["export", "shop", "--what", "label-studio", "--out", str(shop / "tasks.json")]
    assert main([*export, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    tasks = json.loads((shop / "tasks.json").read_text(encoding="utf-8"))
    assert (document["rows"], document["config"]) == (len(tasks), str(shop / "tasks.xml"))
    people = [one["created_username"] for task in tasks for one in task["annotations"]]
    assert people == ["=Ada", "=Ada"]
    assert main(["annotate", "shop", str(shop / "tasks.xml"), "--by", "Ada", "--person", "7=Ada"]) == 1
    assert "--person" in capsys.readouterr().err


def test_a_role_that_cannot_be_guessed_is_exit_2_and_names_the_option(folder, capsys):
    sales(0, 1).assign(seen="2020-01-01").to_csv(folder / "first.csv", index=False)
    arguments = ["add", "shop", "--data", str(folder / "first.csv"), "--label", "y", "--score", "p"]
    assert main(arguments) == 2
    assert "--time" in capsys.readouterr().err


def test_the_report_is_one_file_that_needs_nothing_else(shop, capsys):
    assert main(["report", "shop", "--out", str(shop / "out" / "shop.html")]) == 0
    page = (shop / "out" / "shop.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert not {"<script", "<link", "src=", "@import"} & set(page.split())
    assert main(["report", "shop", "--out", str(shop / "out" / "shop.pdf")]) == 0
    assert (shop / "out" / "shop.pdf").read_bytes().startswith(b"%PDF")


def test_a_home_is_saved_and_brought_back(shop, monkeypatch, capsys):
    assert main(["backup", str(shop / "monday.tar.zst")]) == 0
    assert main(["restore", str(shop / "monday.tar.zst")]) == 1
    assert "--replace" in capsys.readouterr().err
    monkeypatch.setenv("CARETAKER_HOME", str(shop / "other"))
    assert main(["restore", str(shop / "monday.tar.zst"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["missing"] == []
    assert main(["list", "--format", "json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["models"]] == ["shop"]


def test_a_metric_of_classes_is_refused_for_amounts(folder, capsys):
    frame = pd.DataFrame({"x": range(200), "said": range(200), "y": [i + 0.5 for i in range(200)]})
    frame.to_csv(folder / "amounts.csv", index=False)
    arguments = ["add", "x", "--data", str(folder / "amounts.csv"), "--label", "y", "--prediction", "said"]
    assert main([*arguments, "--metric", "accuracy"]) == 1
    assert "mae, rmse, mape, bias, r2" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "health nobody",
        "suspects nobody --out none.csv",
        "retrain nobody",
        "compare nobody",
        "promote nobody 2 --reason better",
        "rollback nobody --reason worse",
    ],
)
def test_a_model_that_is_not_there_is_named(command, folder, capsys):
    assert main(command.split()) == 1
    assert "There is no model 'nobody'." in capsys.readouterr().err


def status(state, **more):
    plain = {"fraction": 0.5, "message": "half", "seconds_left": None, "started_at": None, "result": None}
    return JobStatus("j", "monitor", state, **(plain | {"error": None} | more))


def test_with_a_worker_the_work_is_its(monkeypatch):
    from core.jobs import client
    from core.settings import Settings

    seen = iter([status("queued"), status("running"), status("done", result={"status": "green"})])
    monkeypatch.setattr(client, "worker_alive", lambda _settings: True)
    monkeypatch.setattr(client, "submit", lambda *_args: "j")
    monkeypatch.setattr(client, "status", lambda *_args: next(seen))
    monkeypatch.setattr(work, "LOOK_SECONDS", 0)
    assert work.do(Settings(), Monitor(model="m")) == {"status": "green"}
    seen = iter([status("failed", error={"message": "No.", "hint": "Try."})])
    with pytest.raises(CaretakerError, match=r"No\. Try\."):
        work.do(Settings(), Monitor(model="m"))


def test_a_worker_that_is_gone_for_good_is_said(folder, monkeypatch, capsys):
    from core.jobs import client

    alive = iter([True, True])  # when the job is submitted and at the first look
    monkeypatch.setattr(client, "worker_alive", lambda _settings: next(alive, False))
    monkeypatch.setattr(client, "submit", lambda *_args: "j")
    monkeypatch.setattr(client, "status", lambda *_args: status("running"))
    monkeypatch.setattr(work, "LOOK_SECONDS", 0)
    monkeypatch.setattr(work, "GRACE_SECONDS", 0.05)
    assert main(["health", "shop"]) == 1
    said = capsys.readouterr().err
    assert "The worker that did this has stopped." in said
    assert "python -m core worker" in said


def test_a_model_is_connected_from_a_table_and_goes_on_from_a_bucket_and_a_folder(
    folder, bucket, monkeypatch, capsys
):
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        sales(0, 1).to_sql("orders", connection, index=False)
    monkeypatch.setenv("CARETAKER_CONNECTIONS", json.dumps({"shop": f"sqlite:///{folder}/shop.db"}))
    roles = ["--label", "y", "--score", "p", "--positive", "yes", "--chunk", "month"]
    assert main(["add", "shop", "--data", "sql:shop/orders", *roles]) == 0
    (bucket.root / "logs").mkdir()
    sales(200, 2).to_csv(bucket.root / "logs" / "feb.csv", index=False)
    assert main(["ingest", "shop", "s3://logs/f*.csv"]) == 0
    drop = folder / "drop"
    drop.mkdir()
    assert main(["source", "add", "shop", str(drop), "--every", "60", "--by", "Ada"]) == 0
    sales(300, 3).to_csv(drop / "march.csv", index=False)
    (drop / "bad.csv").write_text("id\n1\n")
    capsys.readouterr()
    assert main(["source", "poll", "shop", "--format", "json"]) == 0
    seen = json.loads(capsys.readouterr().out)["arrivals"]
    assert sorted((each["name"], each["outcome"]) for each in seen) == [
        ("bad.csv", "refused"),
        ("march.csv", "taken"),
    ]
    assert main(["deliveries", "shop", "--format", "json"]) == 0
    doors = [each["door"] for each in json.loads(capsys.readouterr().out)["arrivals"]]
    assert doors == ["source", "source", "command line", "command line"]
    assert main(["deliveries", "shop"]) == 0
    assert "60 new, 0 replaced, 60 with a label" in capsys.readouterr().out
    for change, which in (("pause", str(drop)), ("resume", f"{drop}/*"), ("remove", "1")):
        assert main(["source", change, "shop", which]) == 0
    capsys.readouterr()
    assert main(["source", "list", "shop", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"sources": []}
    assert main(["source", "pause", "shop", "7"]) == 1
    assert "has no source '7'" in capsys.readouterr().err
