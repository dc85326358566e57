"""The same from the command line: what a script is told, and with which exit code."""

import json
import sys

import pytest

from core.cli.app import main
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME

REASON = "better in both towns"


@pytest.fixture
def run(world, monkeypatch, capsys):
    """Runs a command in the world's home: its exit code, document and refusal."""
    ws, spec, registry = world
    monkeypatch.setenv("CARETAKER_HOME", str(ws.settings.home))
    compared(ws, spec, "2", "worse")

    def command(*words):
        capsys.readouterr()
        code = main([*words, "--format", "json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return command, registry, monkeypatch


def test_two_people_deploy_by_commands_and_roll_back(run):
    command, registry, monkeypatch = run
    site = [sys.executable, "-c", "import os; assert os.environ['DEPLOY_VERSION'] == '2'"]
    monkeypatch.setenv("CARETAKER_DEPLOY_COMMANDS", json.dumps({"site": site}))
    assert command("set", NAME, "--second-person", "--deploy-to", "site")[1] == {
        "model": NAME,
        "second_person": True,
        "deploy_to": ["site"],
        "least_gain": None,
        "least_saving": None,
        "guard_rolls_back": False,
        "fairness_blocks": False,
        "group": None,
        "canary": None,
        "budgets": None,
    }
    promote = ("promote", NAME, "2", "--reason", REASON, "--by", "eve")
    code, _, refusal = command(*promote)
    assert (code, "Say by which kind of override" in refusal) == (1, True)
    assert command(*promote, "--override", "repaired_data")[1]["state"] == "proposed"
    assert registry.alias == "1"
    code, _, refusal = command("approve", NAME, "--by", "Eve")
    assert (code, "cannot approve" in refusal) == (1, True)
    code, done, _ = command("approve", NAME, "--by", "bob")
    assert (code, registry.alias, done["approved_by"]) == (0, "2", "bob")
    assert [(row["name"], row["state"]) for row in done["targets"]] == [("site", "live")]
    assert command("targets", NAME)[0] == 0

    code, done, _ = command("rollback", NAME, "--reason", REASON)
    assert (code, registry.alias, done["version"]) == (0, "1", "1")
    assert [(row["name"], row["state"]) for row in done["targets"]] == [("site", "waiting")]
    assert "AssertionError" in done["targets"][0]["message"]
    assert command("targets", NAME, "--again")[0] == 1
    assert command("decline", NAME, "--by", "bob", "--reason", REASON)[0] == 1


def test_a_target_that_nobody_configured_is_refused(run):
    command, _, _ = run
    code, _, refusal = command("set", NAME, "--deploy-to", "moon")
    assert (code, "There is no deploy target 'moon'" in refusal) == (1, True)
