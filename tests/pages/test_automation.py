"""A model that trains by itself: its card in Setup, and what waits for a person on Health and in Retrain."""

import json
from datetime import timedelta

import pytest

from core.cli.app import main
from core.services.automation import runs
from core.services.onboarding.connect_model import list_models
from core.services.operations import history
from core.store import models
from core.store.engine import writing
from core.store.tables import Trial
from core.store.types import now
from tests.pages.conftest import NAME


def test_the_card_saves_the_rule_and_says_what_comes_next(home, ws, visit):
    app = visit("setup")
    app.session_state["open_set_training"] = True
    app.run()
    assert not app.exception
    said = [line.value for line in app.markdown]
    assert "**Never by itself: people start each training.**" in said
    app.number_input(key=f"auto_{NAME}_every").set_value(30.0)
    app.toggle(key=f"auto_{NAME}_alarm").set_value(True)
    app.radio(key=f"auto_{NAME}_what").set_value("A search")
    next(button for button in app.button if button.label == "Save" and "auto" in str(button.form_id)).click()
    app.run()
    assert not app.exception
    [spec] = list_models(ws)
    rule = spec.automation
    assert (rule.every_days, rule.on_alarm, rule.minutes, rule.promote_by_itself) == (30.0, True, 10.0, False)
    assert rule.set_by == "local"
    lines = history.timeline(ws, NAME)
    assert "each 30 days and on an alarm" in lines[lines["kind"] == "settings"]["sentence"].iloc[0]


@pytest.fixture
def command(home, monkeypatch, capsys):
    """Runs `automate` for the model: exit code and document."""

    def run(*words):
        capsys.readouterr()
        code = main(["automate", NAME, *words, "--format", "json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return run


def test_the_command_sets_prints_and_takes_back_a_rule(command):
    code, document = command("--on-alarm", "--minutes", "10", "--every", "30", "--by", "eve")
    assert code == 0
    rule = {key: document["rule"][key] for key in ("on_alarm", "minutes", "every_days", "set_by")}
    assert rule == {"on_alarm": True, "minutes": 10.0, "every_days": 30.0, "set_by": "eve"}
    assert document["next"]["sentence"].startswith("Due now, by the alarm of ")
    assert command("--minutes", "0")[1]["rule"]["minutes"] is None
    assert command("--pause", "0.001")[0] == 1
    assert command("--never")[1]["rule"] is None
    code, document = command("--run")
    assert (code, document["ran"], document["last"]) == (0, False, None)


def test_what_waits_stands_on_health_and_in_retrain(home, ws, command, visit):
    command("--on-alarm")
    run = runs.begin(ws, NAME, now() + timedelta(days=1))
    with writing(ws.engine) as session:
        model = models.spec(session, NAME).id
        trial = {"fingerprint": "7", "recipe": "ridge", "status": "trained", "created_by": "automation"}
        session.add(Trial(model_id=model, version="7", cv={"accuracy": {"value": 0.7}}, params={}, **trial))
    results = {
        "retrain": {"trials": [{"version": "7"}]},
        "compare": {"comparison": {"verdict": "cannot_tell", "gates": [], "sentence": "Too few rows."}},
    }
    assert runs.advance(ws, run, lambda job, _id: runs.Ended(results[job.declaration.name]))
    for page in ("health", "retrain"):
        app = visit(page)
        assert not app.exception
        [notice] = [line.value for line in app.info if "waits" in line.value]
        assert "version 7 - cannot tell" in notice
