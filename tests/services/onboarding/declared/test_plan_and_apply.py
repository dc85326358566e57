"""Broken here: a file changes less or more than its plan says, half of a model, or what may not change."""

import pandas as pd
import pytest

from core.errors import CaretakerError
from core.services.alerts.routes import rules_of
from core.services.ingestion import sources
from core.services.onboarding import connect_model
from core.services.onboarding.declared.apply import require_plan
from core.services.onboarding.declared.declare import declare
from core.services.schedules import plan
from core.store import models
from core.store.engine import reading
from core.store.workspace import Workspace
from tests.services.onboarding.declared.churn_file import MODEL, SETTINGS, actions, apply, planned


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


def test_the_calendar_is_that_of_the_file(homes, folder):
    ws = homes()
    apply(ws, MODEL, folder)
    head = "caretaker: 1\nmodels:\n  churn:\n    schedules: "
    weekly = "{kind: retrain, cron: '0 3 * * 1', time_zone: Europe/Berlin}"
    apply(ws, f"{head}[{weekly}, {{kind: check, cron: '*/15  * * * *'}}]", folder)
    views = plan.list_schedules(ws, "churn")
    assert [(view.kind, view.cron, view.time_zone, view.created_by) for view in views] == [
        ("check", "*/15 * * * *", "UTC", "eve"),
        ("retrain", "0 3 * * 1", "Europe/Berlin", "eve"),
    ]
    text = declare(ws)
    assert actions(planned(ws, text, folder)) == ["keep"]
    other = homes("another")
    apply(other, text, folder)
    assert declare(other) == text
    apply(ws, f"{head}[{weekly}]", folder)
    assert plan.list_schedules(ws, "churn") == views[1:], "what stays keeps its next moment"
    for wish, why in (
        ("[{kind: check, cron: every day}]", "has not five fields"),
        ("[{kind: check, cron: '0 0 30 2 *'}]", "never comes due"),
        ("[{kind: check, cron: '0 0 * * *', time_zone: Berlin}]", "no time zone 'Berlin'"),
        (f"[{weekly}, {weekly}]", "retrain stands twice"),
    ):
        (problem,) = planned(ws, f"{head}{wish}", folder).problems
        assert why in problem["message"]
        assert problem["place"].endswith("caretaker.yaml, line 4")


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
