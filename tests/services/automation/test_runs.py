"""A training by itself: once for each occasion whatever dies, never the same twice, promoted only by rule."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.errors import CaretakerError, DataError
from core.jobs import foreground
from core.model import Automation
from core.services.automation import runs, situation, timetable, views
from core.services.automation.due import Alarm
from core.services.deployment import promote
from core.services.onboarding.adjust import adjust
from core.services.operations import history
from core.store import audit, models
from core.store.annotation import tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import reading, writing
from core.store.experiments import automatic_runs, comparisons, trials
from core.store.tables import Trial
from core.store.types import now
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, Killed, install, make, run_retrain, settle

ON_ALARM = Automation(on_alarm=True, pause_days=1, new_labels=1)
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """The stores, a registry in memory, and an alarm that stands."""
    registry = install(monkeypatch)
    ws, spec = make(tmp_path / "home")
    monkeypatch.setattr(situation, "find_alarm", lambda _document: Alarm("Mar 2026"))
    monkeypatch.setattr(situation, "monitor", SimpleNamespace(health=lambda _ws, _name: {"status": "red"}))
    return ws, spec, registry


class Worker:
    """Does jobs here, each id once, as the job library; `dies` after so many."""

    def __init__(self, ws, dies_after=None):
        self.ws, self.dies_after, self.ended, self.order = ws, dies_after, {}, []

    def __call__(self, job, job_id):
        """Do it, or say what became of it."""
        if job_id in self.ended:
            return self.ended[job_id]
        self.order.append(job.declaration.name)
        try:
            result = foreground.run(self.ws.settings, job, lambda _fraction, _message: None)
            self.ended[job_id] = runs.Ended(result)
        except CaretakerError as error:
            self.ended[job_id] = runs.Ended(None, error.message)
        if len(self.order) == self.dies_after:
            raise Killed
        return self.ended[job_id]


def newest(ws, spec):
    """The newest run."""
    with reading(ws.engine) as session:
        return automatic_runs.newest(session, spec.id)


def test_on_an_alarm_a_challenger_is_trained_and_compared_and_waits(world):
    ws, spec, registry = world
    adjust(ws, NAME, "eve", automation=ON_ALARM)
    [run] = timetable.begin_due(ws)
    worker = Scripted(ws, "better")
    assert runs.advance(ws, run, worker)
    row = newest(ws, spec)
    assert worker.order == ["retrain", "compare"]
    assert (row.outcome, row.version, row.verdict, registry.alias) == ("waits", "7", "better", "1")
    notice = views.notice(ws, NAME)
    assert notice.open
    waits = "A challenger trained on the alarm of Mar 2026 waits: version 7 - better."
    assert (notice.sentence, notice.detail) == (waits, "s.")
    lines = history.timeline(ws, NAME)
    told = lines[lines["kind"] == "automation"]["sentence"].tolist()
    assert told[0].startswith("Training began on the alarm of Mar 2026, by the rule of eve (on an alarm, ")
    assert told[1].startswith("Training by itself on the alarm of Mar 2026: version 7 waits for a person.")
    compared(ws, spec, "7")
    promote.promote(ws, NAME, "7", by="eve", reason="better in both towns")
    assert views.notice(ws, NAME) is None


def test_nothing_is_trained_twice_on_the_same_labels(world):
    """The pause is over, but no label came; with a rule that waits for none the experiment is recognised."""
    ws, spec, _ = world
    run_retrain(ws, ws.settings.home / "work")
    adjust(ws, NAME, "eve", automation=Automation(on_alarm=True, pause_days=1, new_labels=0))
    [run] = timetable.begin_due(ws)
    worker = Worker(ws)
    assert runs.advance(ws, run, worker)
    row = newest(ws, spec)
    assert (worker.order, row.outcome, row.message) == (["retrain"], "nothing_new", runs.NOTHING_NEW)
    with reading(ws.engine) as session:
        assert len(trials.list_trials(session, spec.id)) == 1
    adjust(ws, NAME, "eve", automation=ON_ALARM)
    later = now() + 2 * DAY
    assert runs.begin(ws, NAME, later) is None
    assert "it waits for 1 more label" in views.state(ws, NAME, later).next.sentence
    with writing(ws.engine) as session:
        tasks.create(session, spec.id, [NewTask("r5", 0, "disagreement", given="no", blind=True)])
    settle(ws, spec, {"r5": "yes"})
    assert runs.begin(ws, NAME, later) is not None


def test_killed_after_any_job_it_goes_on_and_does_none_again(world):
    """By a rule that promotes: who set it is written down."""
    ws, spec, registry = world
    adjust(ws, NAME, "eve", automation=Automation(on_alarm=True, promote_by_itself=True))
    [run] = timetable.begin_due(ws)
    worker = Worker(ws)
    for worker.dies_after in (1, 2, 3):
        with pytest.raises(Killed):
            timetable.follow(ws, worker)
        assert timetable.begin_due(ws) == []
    worker.dies_after = None
    timetable.follow(ws, worker)
    timetable.follow(ws, worker)
    assert worker.order == ["retrain", "compare", "promote"]
    assert (newest(ws, spec).id, newest(ws, spec).outcome, registry.alias) == (run, "promoted", "2")
    live = promote.champion(ws, NAME)
    assert (live.version, live.person, live.verdict) == ("2", "Caretaker", "better")
    assert live.reason.startswith("By the rule that eve set on ")
    assert not views.notice(ws, NAME).open
    with reading(ws.engine) as session:
        assert len(comparisons.list_comparisons(session, spec.id)) == 1
        [ended] = audit.entries(session, spec.id, actions={automatic_runs.ENDED})
    assert (ended.body["outcome"], ended.body["rule"]["set_by"]) == ("promoted", "eve")


def test_two_who_look_at_once_begin_one(world):
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=ON_ALARM)
    [run] = timetable.begin_due(ws)
    with reading(ws.engine) as session:
        row = automatic_runs.get(session, run)
        twin = type(row)(**{**row.model_dump(), "id": None})
    with writing(ws.engine) as session:
        assert automatic_runs.begin(session, twin, None) is None
        assert automatic_runs.begin(session, twin, run) is None
    assert runs.begin(ws, NAME, now() + 9 * DAY) is None
    runs.advance(ws, run, lambda _job, _id: runs.Ended(None, "Too few rows."))
    with writing(ws.engine) as session:
        assert automatic_runs.begin(session, twin, None) is None
    assert newest(ws, spec).id == run


class Scripted(Worker):
    """Gives what it was told for a comparison, and does nothing else."""

    def __init__(self, ws, verdict, *, passed=True, meanwhile=lambda: None):
        super().__init__(ws)
        self.verdict, self.passed, self.meanwhile = verdict, passed, meanwhile

    def __call__(self, job, _job_id):
        """Two versions, of which the second is better; then the comparison."""
        self.order.append(job.declaration.name)
        if job.declaration.name in {"retrain", "search"}:
            searched = job.declaration.name == "search"
            values = {"7": 0.6, "8": 0.7} if searched else {"7": 0.7, "8": 0.6}
            params = {"search": {"on": "d"}} if searched else {}
            with writing(self.ws.engine) as session:
                model = models.spec(session, NAME).id
                session.add_all(_trained(model, version, value, params) for version, value in values.items())
            return runs.Ended({"trials": [{"version": version} for version in values]})
        self.meanwhile()
        gates = [{"name": "leak", "passed": self.passed}]
        return runs.Ended({"comparison": {"verdict": self.verdict, "gates": gates, "sentence": "s."}})


def _trained(model, version, value, params):
    score = {"roc_auc": {"value": value, "low": value, "high": value}}
    return Trial(
        model_id=model, fingerprint=version, recipe="ridge", status="trained", version=version, cv=score,
        params=params, job_id="a", created_by="automation",
    )  # fmt: skip


def test_of_a_search_the_first_finalist_is_compared_whatever_the_others_score(world):
    """The best of many owes a part of its score to having been chosen by it: the search has ranked them."""
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=Automation(on_alarm=True, minutes=1.0))
    [run] = timetable.begin_due(ws)
    assert runs.advance(ws, run, Scripted(ws, "not_worse"))
    assert newest(ws, spec).version == "7"


@pytest.mark.parametrize(
    ("verdict", "passed"),
    [("not_worse", True), ("small_gain", True), ("cannot_tell", True), ("better", False)],
)
def test_only_what_is_better_and_passed_everything_is_promoted_by_itself(world, verdict, passed):
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=Automation(on_alarm=True, promote_by_itself=True))
    [run] = timetable.begin_due(ws)
    worker = Scripted(ws, verdict, passed=passed)
    assert runs.advance(ws, run, worker)
    assert worker.order == ["retrain", "compare"]
    assert (newest(ws, spec).outcome, newest(ws, spec).version) == ("waits", "7")


@pytest.mark.parametrize("wish", [ON_ALARM, None])
def test_a_rule_that_is_taken_back_while_it_trains_promotes_nothing(world, wish):
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=Automation(on_alarm=True, promote_by_itself=True))
    [run] = timetable.begin_due(ws)
    worker = Scripted(ws, "better", meanwhile=lambda: adjust(ws, NAME, "bob", automation=wish))
    assert runs.advance(ws, run, worker)
    assert newest(ws, spec).outcome == "waits"


def test_a_job_that_is_at_work_is_waited_for_and_one_that_failed_ends_the_run(world):
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=ON_ALARM)
    [run] = timetable.begin_due(ws)
    assert not runs.advance(ws, run, lambda _job, _id: None)
    assert newest(ws, spec).state == "training"
    assert runs.advance(ws, run, lambda _job, _id: runs.Ended(None, "Too few rows."))
    assert newest(ws, spec).outcome == "failed"
    assert (views.notice(ws, NAME).sentence[-7:], views.notice(ws, NAME).detail) == (
        "failed.",
        "Too few rows.",
    )


def test_a_challenger_that_could_not_be_compared_waits_and_says_why(world):
    ws, spec, _ = world
    adjust(ws, NAME, "eve", automation=ON_ALARM)
    [run] = timetable.begin_due(ws)

    class UsedUp(Scripted):
        def __call__(self, job, job_id):
            used_up = job.declaration.name == "compare"
            return runs.Ended(None, "The holdout is used up.") if used_up else super().__call__(job, job_id)

    runs.advance(ws, run, UsedUp(ws, "better"))
    assert newest(ws, spec).outcome == "waits"
    assert views.notice(ws, NAME).detail == "The holdout is used up."


def test_who_set_a_rule_stays_until_it_asks_for_something_else(world):
    ws, *_ = world
    first = adjust(ws, NAME, "eve", automation=ON_ALARM).automation
    assert (first.set_by, datetime.fromisoformat(first.set_at).tzinfo) == ("eve", UTC)
    assert adjust(ws, NAME, "bob", automation=ON_ALARM).automation == first
    assert adjust(ws, NAME, "bob", automation=Automation(on_alarm=True, minutes=5)).automation.set_by == "bob"
    assert adjust(ws, NAME, "bob", automation=Automation()).automation is None
    adjust(ws, NAME, "bob", second_person=True)
    with pytest.raises(DataError):
        adjust(ws, NAME, "bob", automation=Automation(on_alarm=True, promote_by_itself=True))
