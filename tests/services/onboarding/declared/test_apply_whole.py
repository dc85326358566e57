"""Broken here: a change by file that is overtaken, killed, secret or unrecorded is half made or not told."""

import json

import pytest

from core.cli.app import main
from core.errors import DataError
from core.services.onboarding import connect_model
from core.services.onboarding.adjust import adjust
from core.services.onboarding.declared import apply as applying
from core.services.onboarding.declared.apply import PlanChanged, apply_model, check_due, require_plan
from core.services.onboarding.declared.declare import as_file, declare
from core.services.onboarding.declared.form.yaml_nodes import WrongDeclaration
from core.services.onboarding.declared.sections import registry
from core.services.onboarding.new_class import add_class
from core.services.operations.history import timeline
from core.settings import Settings
from core.store import audit
from core.store.engine import reading
from core.store.workspace import open_workspace
from tests.documents import errors_of
from tests.services.onboarding.declared.churn_file import MODEL, actions, apply, planned


def test_a_plan_that_somebody_overtook_is_not_made(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    made = planned(ws, MODEL.replace("tolerance: 0.05", "tolerance: 0.07"), folder)
    adjust(ws, "churn", "ada", tolerance=0.1)
    with pytest.raises(PlanChanged, match="changed by ada since"):
        apply_model(ws, made.models[0], "eve")
    again = planned(ws, MODEL.replace("tolerance: 0.05", "tolerance: 0.07"), folder)
    with pytest.raises(PlanChanged, match="This is not the plan"):
        require_plan(again, made.document["fingerprint"])
    require_plan(again, again.document["fingerprint"])


def test_killed_in_the_middle_nothing_is_half_and_the_next_finishes(homes, folder, monkeypatch):
    ws = homes()
    two = MODEL + MODEL.partition("models:\n")[2].replace("churn:", "second:", 1)

    class Killed(BaseException):
        """The process ends here."""

    def kill(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(connect_model, "_store", kill)
        with pytest.raises(Killed):
            apply(ws, two, folder)
    assert connect_model.list_models(ws) == []
    with monkeypatch.context() as patch:
        patch.setattr(applying, "_change", kill)
        with pytest.raises(Killed):
            apply(ws, two, folder)
    assert [spec.name for spec in connect_model.list_models(ws)] == ["churn"]
    apply(ws, two, folder)
    whole = declare(ws)
    changed = whole.replace("tolerance: 0.05", "tolerance: 0.07")
    changed = changed.replace("training: null", "training: {on_alarm: true}")
    made = planned(ws, changed, folder)
    training = registry.SECTIONS["training"]
    with monkeypatch.context() as patch:
        patch.setitem(registry.SECTIONS, "training", type(training)(training.read, kill))
        with pytest.raises(Killed):
            apply_model(ws, made.models[0], "eve")
    assert declare(ws) == whole
    apply(ws, changed, folder)
    assert declare(ws).count("tolerance: 0.07") == 2


def test_the_health_is_computed_after_a_change_also_by_the_next_who_applies(homes, folder, monkeypatch):
    from core.services.monitoring.monitor import refresh

    ws = homes()
    apply(ws, MODEL, folder)
    refresh(ws, "churn")
    assert apply(ws, MODEL, folder) == []
    text = MODEL.replace("tolerance: 0.05", "tolerance: 0.07")
    assert len(apply(ws, text, folder)) == 1  # and the process ended before the check
    assert len(apply(ws, text, folder)) == 1
    refresh(ws, "churn")
    assert not check_due(ws, "churn")
    add_class(ws, "churn", "never", "ada")
    assert check_due(ws, "churn")


def test_the_record_says_who_and_by_which_file(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    apply(ws, MODEL.replace("0.05", "0.07") + "    sources: [{address: incoming}]\n", folder, by="ada")
    with reading(ws.engine) as session:
        rows = audit.entries(session, 1)
    told = [(row.person, row.action, row.body["file"].rpartition("/")[2]) for row in reversed(rows)]
    assert told == [
        ("eve", "connect", "caretaker.yaml"),
        ("ada", "change settings", "caretaker.yaml"),
        ("ada", "add source", "caretaker.yaml"),
    ]
    sentences = " ".join(timeline(ws, "churn")["sentence"])
    assert "caretaker.yaml: tolerance 0.05" in sentences


def test_two_files_do_not_say_the_same_model(folder):
    from core.services.onboarding.declared.form.read_files import read_files

    for name in ("a.yaml", "b.yml"):
        (folder / name).write_text(MODEL, encoding="utf-8")
    with pytest.raises(WrongDeclaration, match="churn stands in"):
        read_files([folder])
    with pytest.raises(WrongDeclaration, match="There is no file"):
        read_files([folder / "c.yaml"])
    with pytest.raises(WrongDeclaration, match="no file that ends"):
        read_files([folder / "incoming"])


def test_a_file_with_a_secret_is_not_written(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    adjust(ws, "churn", "ada", guideline="See https://eve:hunter2@wiki.example/labels")
    with pytest.raises(DataError, match="looks like a password"):
        declare(ws)
    assert "hunter2" in as_file({"churn": {"labels": {"guideline": "https://eve:hunter2@wiki"}}})


def test_commands_say_by_their_exit_code_whether_something_would_change(folder, monkeypatch, capsys):
    monkeypatch.setenv("CARETAKER_HOME", str(folder / "home"))
    file = folder / "caretaker.yaml"
    file.write_text(MODEL, encoding="utf-8")
    call = [str(file), "--format", "json"]
    assert main(["plan", *call]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["models"][0]["action"], made["untouched"]) == ("create", [])
    assert errors_of("plan", made) == []
    assert main(["plan", *call, "--detailed-exitcode"]) == 2
    assert main(["apply", *call]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["apply", *call, "--plan", "0" * 16]) == 1
    assert main(["apply", *call, "--plan", made["fingerprint"]]) == 0
    capsys.readouterr()
    assert main(["plan", *call, "--detailed-exitcode"]) == 0
    capsys.readouterr()
    assert main(["apply", *call]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == []
    assert main(["declare", "churn", "--out", str(folder / "again.yaml")]) == 0
    assert main(["declare"]) == 0
    assert capsys.readouterr().out == (folder / "again.yaml").read_text(encoding="utf-8")
    file.write_text(MODEL.replace("month", "week"), encoding="utf-8")
    assert main(["plan", str(file), "--detailed-exitcode"]) == 1
    assert "data.chunk cannot become" in capsys.readouterr().out
    assert main(["declare", "nobody"]) == 1
    capsys.readouterr()
    assert main(["declare", "--format", "json"]) == 0
    assert errors_of("caretaker-yaml", json.loads(capsys.readouterr().out)) == []


def test_on_postgresql_a_plan_changes_nothing_either_and_what_is_refused_takes_nothing_along(
    postgres, folder
):
    ws = open_workspace(Settings(home=folder / "home", database_url=postgres))
    apply(ws, MODEL, folder)
    before = declare(ws)
    wish = "caretaker: 1\nmodels:\n  churn:\n    checks: {metric: luck}\n    training: {on_alarm: true}"
    (entry,) = planned(ws, wish, folder).document["models"]
    assert next(change["key"] for change in entry["changes"]) == "training.on_alarm"
    assert [problem["message"] for problem in entry["problems"]] == ["There is no metric 'luck'."]
    assert declare(ws) == before
    text = "caretaker: 1\nmodels:\n  churn:\n    sources: [{address: incoming}]"
    apply(ws, text, folder)
    assert actions(planned(ws, text, folder)) == ["keep"]
    ws.engine.dispose()
