"""Broken here: a file changes less or more than its plan says, half of a model, or what may not change."""

import json

import numpy as np
import pandas as pd
import pytest

from core.cli.app import main
from core.errors import CaretakerError, DataError
from core.services.alerts.routes import rules_of
from core.services.ingestion import sources
from core.services.onboarding import connect_model
from core.services.onboarding.adjust import adjust
from core.services.onboarding.declared import apply as applying
from core.services.onboarding.declared.apply import PlanChanged, apply_model, check_due, require_plan
from core.services.onboarding.declared.declare import as_file, declare
from core.services.onboarding.declared.form.read_files import read_text
from core.services.onboarding.declared.form.yaml_nodes import WrongDeclaration
from core.services.onboarding.declared.plan import plan
from core.services.onboarding.declared.sections import registry
from core.services.onboarding.new_class import add_class
from core.services.operations.history import timeline
from core.settings import Settings
from core.store import audit, models
from core.store.engine import reading
from core.store.workspace import Workspace, open_workspace
from tests.documents import errors_of

MODEL = """
caretaker: 1
models:
  churn:
    connect: {rows: [log.csv]}
    data:
      task: multiclass
      classes: ["maybe", "no", "yes"]
      label: churned
      id: customer
      time: day
      prediction: said
      features: [calls]
      segments: [plan]
      chunk: month
    checks: {metric: accuracy, tolerance: 0.05}
"""
SETTINGS = """
    checks:
      metric: cost
      costs: {classes: ["yes", "no", maybe], rows: [[0, 5, 1], [2, 0, 1], [1, 1, 0]], currency: EUR}
      class_order: ["no", maybe, "yes"]
      reference: ["2024-02", "2024-03"]
      group: plan
    labels:
      guideline: |
        Look twice.

        Then decide.
      class_notes: {"yes": They left.}
    promotion:
      second_person: true
      guard_rolls_back: true
      fairness_blocks: true
      least_saving: 100
      budgets: {p99_ms: 20}
    training: {every_days: 30, new_labels: 10}
    sources:
      - {address: incoming, every_seconds: 60}
      - {address: "late-*.csv", kind: labels, paused: true}
"""


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    rows = 400
    labels = rng.choice(["yes", "no", "maybe"], rows)
    pd.DataFrame(
        {
            "customer": range(rows),
            "day": pd.date_range("2024-01-01", periods=rows // 4).repeat(4),
            "calls": rng.integers(0, 50, rows),
            "plan": rng.choice(["small", "large"], rows),
            "said": np.where(rng.random(rows) < 0.8, labels, "no"),
            "churned": labels,
        }
    ).to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "incoming").mkdir()
    return tmp_path


@pytest.fixture
def homes(folder):
    """Opens a home by its name; closed at the end."""
    opened = []

    def open_home(name="home"):
        told = {"ops": "json://127.0.0.1:9", "eve": "json://127.0.0.1:9"}
        opened.append(open_workspace(Settings(home=folder / name, alert_destinations=told)))
        return opened[-1]

    yield open_home
    for ws in opened:
        ws.engine.dispose()


def planned(ws, text, folder, by="eve"):
    return plan(ws, read_text(text.encode(), folder / "caretaker.yaml"), by)


def apply(ws, text, folder, by="eve"):
    made = planned(ws, text, folder, by)
    require_plan(made)
    return [job for model in made.models for job in apply_model(ws, model, by)]


def actions(made):
    return [model["action"] for model in made.document["models"]]


def test_a_file_connects_a_model_changes_it_and_comes_back_in_the_same_bytes(homes, folder):
    ws = homes()
    made = planned(ws, MODEL, folder)
    assert actions(made) == ["create"]
    assert connect_model.list_models(ws) == []
    jobs = apply(ws, MODEL, folder)
    assert [(type(job).__name__, job.model) for job in jobs] == [("Monitor", "churn")]
    (spec,) = connect_model.list_models(ws)
    assert (spec.roles.features, spec.roles.id, spec.classes) == (
        ("calls",),
        "customer",
        ("maybe", "no", "yes"),
    )
    changed = "caretaker: 1\nmodels:\n  churn:" + SETTINGS
    assert len(planned(ws, changed, folder).document["models"][0]["changes"]) == 17
    apply(ws, changed, folder)
    text = declare(ws)
    for again in (changed, text):
        assert actions(planned(ws, again, folder)) == ["keep"]
        apply(ws, again, folder)
        assert declare(ws) == text
    other = homes("another")
    apply(other, text, folder)
    assert declare(other) == text


def test_what_a_file_does_not_say_stays_and_null_takes_back(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    head = "caretaker: 1\nmodels:\n  churn:\n    "
    apply(ws, f"{head}training: {{on_alarm: true, minutes: 5}}", folder)
    apply(ws, f"{head}training: {{minutes: 9}}", folder)
    with reading(ws.engine) as session:
        rule = models.spec(session, "churn").automation
    assert (rule.on_alarm, rule.minutes, rule.set_by) == (True, 9.0, "eve")
    apply(ws, f"{head}training: null", folder)
    with reading(ws.engine) as session:
        assert models.spec(session, "churn").automation is None
    assert actions(planned(ws, f"{head}training: {{on_alarm: false}}", folder)) == ["keep"]


def test_sources_are_added_changed_paused_and_removed_without_reading_twice(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    head = "caretaker: 1\nmodels:\n  churn:\n    sources: "
    apply(ws, f"{head}[{{address: incoming}}]", folder)
    (first,) = sources.list_sources(ws, "churn")
    apply(ws, f"{head}[{{address: incoming, every_seconds: 60, paused: true}}]", folder)
    (changed,) = sources.list_sources(ws, "churn")
    assert (changed.id, changed.every_seconds, changed.state) == (first.id, 60, "paused")
    apply(ws, f"{head}[{{address: incoming, every_seconds: 60}}]", folder)
    assert sources.list_sources(ws, "churn")[0].state == "on"
    apply(ws, f"{head}[]", folder)
    assert sources.list_sources(ws, "churn") == []
    for wish, why in (
        ("[{address: nowhere/deep}]", "There is no folder"),
        ("[{address: incoming}, {address: incoming}]", "stands twice"),
        ("[{address: incoming, every_seconds: 1}]", "too often"),
        ("[{address: sql:shop/orders}]", "shop"),
    ):
        (problem,) = planned(ws, f"{head}{wish}", folder).problems
        assert why in problem["message"] + problem["hint"]
        assert problem["place"].endswith("caretaker.yaml, line 4")


def test_alerts_go_where_the_file_says(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    head = "caretaker: 1\nmodels:\n  churn:\n    alerts: "
    apply(ws, f"{head}[{{destination: ops, least: red}}, {{destination: eve, kinds: [guard]}}]", folder)
    routes = rules_of(ws, "churn").routes
    assert [(route.destination, route.kinds, route.least) for route in routes] == [
        ("eve", ("guard",), "amber"),
        ("ops", (), "red"),
    ]
    assert actions(planned(ws, declare(ws), folder)) == ["keep"]
    apply(ws, f"{head}[{{destination: eve, digest: true}}]", folder)
    (route,) = rules_of(ws, "churn").routes
    assert (route.kinds, route.digest) == ((), True)
    (problem,) = planned(ws, f"{head}[{{destination: nobody}}]", folder).problems
    assert "CARETAKER_ALERT_DESTINATIONS" in problem["hint"]


@pytest.mark.parametrize(
    ("section", "line", "why"),
    [
        ("data: {chunk: week}", 4, "data.chunk cannot become 'week': it is 'month'"),
        ('data: {classes: ["no", maybe, "yes"]}', 4, "data.classes cannot become"),
        ("data:\n      label: churned\n      time: other", 6, "data.time cannot become"),
        ("checks: {metric: luck}", 4, "There is no metric 'luck'"),
        ("checks: {tolerance: 2}", 4, "all that"),
        ('checks: {reference: ["2024-01"]}', 4, "has 1 chunks"),
        ('checks: {reference: ["2024-13", "2024-14"]}', 4, "is no chunk of this model"),
        ("checks: {costs: {classes: [a, b], rows: [[0, 1]], currency: EUR}}", 4, "needs 2 rows of 2"),
        ("labels: {class_notes: {perhaps: x}}", 4, "there is no class 'perhaps'"),
        ("promotion: {deploy_to: [shop]}", 4, "There is no deploy target 'shop'"),
        ('promotion: {canary: {version: "4", share: 0.1}}', 4, "has no champion beside it"),
        ("training: {every_days: 0.001}", 4, "too few or too many"),
        ("joins: [{name: a b, address: x.csv, key: k}]", 4, "cannot be the name"),
    ],
)
def test_what_cannot_be_made_is_refused_by_line_and_nothing_is_changed(homes, folder, section, line, why):
    ws = homes()
    apply(ws, MODEL, folder)
    before = declare(ws)
    made = planned(ws, f"caretaker: 1\nmodels:\n  churn:\n    {section}", folder)
    (problem,) = made.problems
    assert why in problem["message"]
    assert problem["hint"]
    assert problem["place"].endswith(f"caretaker.yaml, line {line}")
    with pytest.raises(CaretakerError, match="Nothing was changed"):
        require_plan(made)
    assert declare(ws) == before


def test_where_people_sign_in_no_file_takes_the_second_person_away(homes, folder, monkeypatch):
    ws = homes()
    head = "caretaker: 1\nmodels:\n  churn:\n    promotion: "
    apply(ws, MODEL, folder)
    (folder / "secrets.toml").write_text("[auth]\n", encoding="utf-8")
    monkeypatch.setattr("core.people.FOLDERS", (folder,))
    apply(ws, f"{head}{{second_person: true}}", folder)
    (problem,) = planned(ws, f"{head}{{second_person: false}}", folder).problems
    assert "needs a name that is proven" in problem["message"]
    (folder / "secrets.toml").unlink()
    apply(ws, f"{head}{{second_person: false}}", folder)


def test_what_stays_as_it_is_needs_nothing_that_is_gone(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    head = "caretaker: 1\nmodels:\n  churn:\n    "
    apply(ws, f"{head}sources: [{{address: incoming}}]\n    alerts: [{{destination: ops}}]", folder)
    text = declare(ws)
    (folder / "incoming").rmdir()
    without = Workspace(ws.settings.model_copy(update={"alert_destinations": {}}), ws.engine)
    assert actions(planned(without, text, folder)) == ["keep"]
    apply(without, text.replace("tolerance: 0.05", "tolerance: 0.07"), folder)
    assert planned(without, text.replace("least: amber", "least: red"), folder).problems


def test_classes_grow_at_the_end(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    grown = MODEL.replace('"yes"]', '"yes", never]')
    (change,) = planned(ws, grown, folder).document["models"][0]["changes"]
    assert "counted anew" in change["causes"]
    apply(ws, grown, folder)
    assert connect_model.list_models(ws)[0].classes[-1] == "never"
    other = homes("another")
    apply(other, declare(ws), folder)
    assert declare(other) == declare(ws)


def test_what_the_file_does_not_say_is_guessed_and_features_have_no_order(homes, folder):
    ws = homes()
    model = MODEL.replace("      id: customer\n      time: day\n", "").replace("[calls]", "[plan, calls]")
    log = pd.read_csv(folder / "log.csv").rename(columns={"customer": "customer_id"}).assign(age=1.5)
    log.to_csv(folder / "log.csv", index=False)
    apply(ws, model, folder)
    (spec,) = connect_model.list_models(ws)
    assert (spec.roles.id, spec.roles.time) == ("customer_id", "day")
    assert spec.roles.features == ("calls", "plan")
    assert actions(planned(ws, model, folder)) == ["keep"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("rows: [log.csv]", "rows: []"), "from which rows"),
        (("rows: [log.csv]", "rows: [gone.csv]"), "gone.csv"),
        (("      label: churned\n", ""), "has no data.label"),
        (("features: [calls]", "features: [calls, age]"), "age"),
        (('["maybe", "no", "yes"]', '["yes", "no", "maybe"]'), "data.classes is"),
        (("task: multiclass", "task: binary"), "3 classes"),
        (("chunk: month", "as_of: soon"), "data.as_of is 'soon'"),
        (("csv]", 'csv], train_until: "0.5", recipe: tfidf_logistic'), "is not a recipe for multiclass"),
    ],
)
def test_a_model_whose_rows_do_not_fit_the_file_is_not_connected(homes, folder, change, why):
    ws = homes()
    (problem,) = planned(ws, MODEL.replace(*change), folder).problems
    assert why in problem["message"]
    assert connect_model.list_models(ws) == []


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
