"""Broken here: who follows the guides, word by word."""

import json
import re
import shlex
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.api.routes import operations
from core.cli.app import main
from core.tables.roles.guess import RequestedRoles, guess
from core.tables.table import Table

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONNECT, LOG = ROOT / "docs/connect.md", ROOT / "docs/log.md"
CORE = "python -m core "


def blocks(guide, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(guide, kind="sh"):
    lines = [line for block in blocks(guide, kind) for line in block.splitlines() if line.strip()]
    return [line for line in lines if not line.startswith("#")]


def customers(first, day, days, per_day=10, seed=0):
    rng = np.random.default_rng(seed)
    count = days * per_day
    calls = rng.integers(0, 50, count)
    churned = np.where(calls + rng.normal(0, 8, count) > 25, "yes", "no")
    when = pd.date_range(day, periods=days).repeat(per_day)
    return pd.DataFrame(
        {
            "customer": [f"c{n}" for n in range(first, first + count)],
            "day": when.strftime("%Y-%m-%d"),
            "calls": calls,
            "plan": rng.choice(["small", "large"], count),
            "p_churn": (1 / (1 + np.exp(-(calls - 25) / 8))).round(3),
            "churned": churned,
            "known_on": (when + pd.Timedelta(days=14)).strftime("%Y-%m-%d"),
            "build": "2024.5",
        }
    )


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The folder that the guides speak of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARETAKER_HOME", str(tmp_path / "home"))
    log = customers(0, "2024-01-01", 180)
    june = log["day"] >= "2024-06-01"
    outcomes = log.loc[june, ["customer", "churned", "known_on"]]
    log.assign(churned=log["churned"].where(~june, ""), known_on=log["known_on"].where(~june, "")).to_csv(
        "churn-log.csv", index=False
    )
    outcomes.to_csv("outcomes-june.csv", index=False)
    log[["customer", "day", "calls", "plan", "churned"]].to_parquet("churn-history.parquet")
    for folder, name, first in (("new", "churn-2024-07-01", 2000), ("incoming", "churn-2024-07-02", 2100)):
        Path(folder).mkdir()
        customers(first, name[-10:], 1, seed=first).assign(churned="", known_on="").to_csv(
            f"{folder}/{name}.csv", index=False
        )
    return tmp_path


def test_every_command_of_the_connecting_guide_works_in_order(desk, capsys):
    for command in commands(CONNECT):
        assert command.startswith(CORE), command
        code = main(shlex.split(command)[3:])
        said = capsys.readouterr()
        assert code in ({0, 3} if " health " in command else {0}), f"{command}\n{said.err}"
    for made in ("suspects.csv", "churn.html", "churn-monday.tar.zst"):
        assert (desk / made).stat().st_size > 0


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_commands_that_need_more_than_a_folder_are_at_least_spelt_right(guide, capsys):
    lines = [*commands(guide, ""), *commands(guide, "sh"), *commands(guide, "console")]
    for line in lines:
        if not line.startswith(CORE):
            continue
        words = shlex.split(line, comments=True)[3:]
        path = words[:2] if words[0] in {"source", "token", "classes", "dossier", "alerts"} else words[:1]
        assert main([*path, "--help"]) == 0, line
        known = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in known] == [], line


def test_every_address_of_the_guide_is_one_of_ours():
    ours = {each.path.replace("{name}", "churn") for each in operations(lambda: None, "", lambda: False)}
    named = set(re.findall(r"(/(?:api|metrics|healthz)[\w/.]*)", CONNECT.read_text(encoding="utf-8")))
    assert named
    assert named <= ours


def test_the_smallest_logs_are_logs():
    for text in blocks(LOG, "csv"):
        frame = pd.read_csv(StringIO(text), dtype=str)
        assert "id" in frame
        label = next(name for name in ("churned", "rides") if name in frame)
        repeated = pd.concat([frame.assign(**{label: value}) for value in ("1", "2")] * 30, ignore_index=True)
        if {"day", "hour"} & set(frame):
            time = "day" if "day" in frame else "hour"
            found = guess(
                Table(repeated.drop(columns="known_on", errors="ignore"), "log"), RequestedRoles(label=label)
            )
            assert found.roles.time == time


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_links_lead_somewhere(guide):
    for target in re.findall(r"\]\(([^)#:]+)\)", guide.read_text(encoding="utf-8")):
        assert (guide.parent / target).exists(), target


def test_the_index_names_every_page_once():
    index = ROOT / "docs/README.md"
    pages = [path.relative_to(index.parent).as_posix() for path in GUIDES[1:] if path != index]
    linked = re.findall(r"^\| \[([^]]+)\]\(([^)]+)\) \| .+\. \|$", index.read_text(), re.MULTILINE)
    assert sorted(linked) == sorted((page, page) for page in pages)


def test_the_json_of_a_command_is_one_document(desk, capsys):
    [first, *_] = commands(CONNECT)
    assert main([*shlex.split(first)[3:], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "churn"
