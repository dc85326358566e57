"""A promotion needs a comparison, happens once, and a crash leaves it done or undone, never half."""

import pytest

from core.errors import PromotionRefused, RegistryError, RetrainError
from core.model import Costs
from core.services.deployment import champion, promote
from core.services.deployment.jobs import Promote, Rollback, promote_version, roll_back
from core.services.deployment.reasons import OverrideNeeded
from core.services.experiments.comparison_inputs import pair
from core.services.onboarding.adjust import adjust
from core.services.operations import history
from core.store import audit
from core.store.engine import reading, writing
from core.store.experiments import deployments as store
from core.store.tables import Deployment, Trial
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, Killed, context, dying

REASON = "faster and half the size"


def versions(ws):
    return [(row.kind, row.version) for row in promote.deployments(ws, NAME)]


def test_better_is_promoted_and_marked(world):
    ws, spec, registry = world
    compared(ws, spec, "2")
    done = promote.promote(ws, NAME, "2", by="eve", reason="better", compared_with="1", typed_name=NAME)
    assert (done.version, done.previous, done.person, done.data_until) == ("2", "1", "eve", "449")
    assert registry.alias == "2"
    assert promote.champion(ws, NAME) == done
    assert done.files == "files of 2"
    with reading(ws.engine) as session:
        newest = [entry.action for entry in audit.entries(session, spec.id)[:2]]
    assert newest == ["start shadow", "promote"]  # the version before guards it from then on


def test_promoting_twice_is_promoting_once(world):
    ws, spec, _ = world
    compared(ws, spec, "2")
    for _ in range(2):
        promote.promote(ws, NAME, "2", by="eve", reason="better")
    assert versions(ws) == [("first", "1"), ("promote", "2")]


@pytest.mark.parametrize("verdict", ["cannot_tell", "worse"])
def test_what_is_not_shown_to_be_better_needs_an_override_that_is_marked_for_ever(world, verdict):
    ws, spec, registry = world
    compared(ws, spec, "2", verdict)
    with pytest.raises(OverrideNeeded, match="does not say"):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    with pytest.raises(OverrideNeeded, match="no kind of override"):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON, override="because")
    with pytest.raises(PromotionRefused, match="does not say"):
        promote.promote(ws, NAME, "2", by="eve", reason="x" * 40, override="safety_or_law")
    assert registry.alias == "1"
    promote.promote(ws, NAME, "2", by="eve", reason=REASON, override="safety_or_law")
    assert promote.champion(ws, NAME).override == "safety_or_law"
    told = champion.document(ws, NAME)
    assert (told["verdict"], told["override"], told["reason"]) == (verdict, "safety_or_law", REASON)
    with reading(ws.engine) as session:
        entry = next(each.body for each in audit.entries(session, spec.id) if each.action == "promote")
    assert (entry["note"], entry["override"], entry["verdict"]) == ("override", "safety_or_law", verdict)
    lines = history.timeline(ws, NAME)
    sentence = lines[lines["kind"] == "promotion"].iloc[-1]["sentence"]
    assert "by override (safety or law)" in sentence
    assert REASON in sentence


def test_what_is_not_worse_needs_a_reason_and_is_no_override(world):
    ws, spec, _ = world
    compared(ws, spec, "2", "not_worse")
    with pytest.raises(PromotionRefused, match="does not say"):
        promote.promote(ws, NAME, "2", by="eve", reason="  please   ")
    done = promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert (done.verdict, done.override) == ("not_worse", None)


def test_a_gain_that_is_too_small_needs_a_reason_and_no_override(world):
    ws, spec, registry = world
    compared(ws, spec, "2", "small_gain")
    with pytest.raises(PromotionRefused, match="better by what is worth a promotion"):
        promote.promote(ws, NAME, "2", by="eve", reason="ok")
    assert registry.alias == "1"
    made = promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert (made.verdict, made.override) == ("small_gain", None)


def test_a_better_one_is_no_override_whatever_was_chosen(world):
    ws, spec, _ = world
    compared(ws, spec, "2")
    assert promote.promote(ws, NAME, "2", by="eve", reason="better", override="other").override is None


def test_a_holdout_that_is_used_up_blocks_whatever_the_reason(world):
    ws, spec, registry = world
    compared(ws, spec, "2", spent=True)
    with pytest.raises(PromotionRefused, match="used up"):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON, override="other")
    assert registry.alias == "1"


@pytest.mark.parametrize(
    ("verdict", "changes", "words"),
    [
        ("blocked", {}, "failed a test: leak"),
        ("better", {"compared_with": "7"}, "champion is version 1, not 7"),
        ("better", {"typed_name": "n"}, "not the name"),
        ("better", {"version": "9"}, "was not compared"),
    ],
)
def test_what_is_not_safe_is_refused_and_nothing_moves(world, verdict, changes, words):
    ws, spec, registry = world
    compared(ws, spec, "2", verdict)
    args = {"version": "2", "by": "eve", "reason": REASON} | changes
    with pytest.raises(PromotionRefused, match=words):
        promote.promote(ws, NAME, **args)
    assert registry.alias == "1"
    assert versions(ws) == [("first", "1")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"threshold": 0.2}, "compared before the threshold changed"),
        (
            {"costs": Costs(("no", "yes"), ((0, 5), (50, 2))), "metric": "cost", "tolerance": 0.5},
            "compared before the metric of record and the costs changed",
        ),
    ],
)
def test_a_comparison_by_other_settings_does_not_count_until_they_are_back(world, changes, words):
    ws, spec, registry = world
    compared(ws, spec, "2", judged_by=spec.judging_settings())
    before = {name: getattr(spec, name) for name in changes}
    adjust(ws, NAME, "eve", **changes)
    with pytest.raises(PromotionRefused, match=words) as refused:
        promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert "Compare again" in refused.value.hint
    assert registry.alias == "1"
    adjust(ws, NAME, "eve", **before)
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert registry.alias == "2"


def test_a_comparison_with_an_earlier_champion_does_not_count(world):
    ws, spec, _ = world
    compared(ws, spec, "2")
    compared(ws, spec, "3")
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    with pytest.raises(PromotionRefused, match="version 2, not 1"):
        promote.promote(ws, NAME, "3", by="eve", reason=REASON)


def test_an_alias_that_moved_outside_refuses_and_is_recorded(world):
    ws, spec, registry = world
    compared(ws, spec, "2")
    registry.alias = "8"
    with pytest.raises(PromotionRefused):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert versions(ws) == [("first", "1")]
    with reading(ws.engine) as session:
        assert store.list_concluded(session, spec.id)[-1].state == "refused"


@pytest.mark.parametrize(("where", "serving"), [("before alias", "1"), ("after alias", "2")])
def test_a_crash_is_finished_or_undone(world, where, serving):
    ws, spec, registry = world
    compared(ws, spec, "2")
    registry.dies = dying(where)
    with pytest.raises(Killed):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    registry.dies = lambda _where: None
    assert promote.champion(ws, NAME).version == "1"
    promote.reconcile(ws)
    assert promote.champion(ws, NAME).version == registry.alias == serving
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert registry.alias == "2"
    assert [pair for pair in versions(ws) if pair[0] == "promote"] == [("promote", "2")]


def test_of_two_intents_that_were_left_the_newest_alone_is_finished(world):
    """Each holds the lock until it is concluded: an older one cannot have moved the alias."""
    ws, spec, registry = world
    with writing(ws.engine) as session:
        for _ in range(2):
            store.intend(session, intended(spec, "2"))
    registry.alias = "2"
    assert [done.version for done in promote.reconcile(ws)] == ["2"]
    assert versions(ws) == [("first", "1"), ("promote", "2")]


def intended(spec, version):
    return Deployment(
        model_id=spec.id,
        kind="promote",
        state="intended",
        version=version,
        previous="1",
        reason=REASON,
        person="eve",
    )


@pytest.mark.parametrize("where", ["before alias", "after alias"])
def test_a_killed_job_that_runs_again_promotes_once(world, where, tmp_path):
    ws, spec, registry = world
    compared(ws, spec, "2")
    registry.dies = dying(where)
    ctx = context(ws, tmp_path, Promote, version="2", reason=REASON)
    with pytest.raises(Killed):
        promote_version(ctx)
    registry.dies = lambda _where: None
    assert promote_version(ctx) == {"version": "2", "previous": "1", "state": "done"}
    assert versions(ws) == [("first", "1"), ("promote", "2")]


def test_rollback_goes_back_step_by_step_and_then_stops(world, tmp_path):
    ws, spec, registry = world
    compared(ws, spec, "2")
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    compared(ws, spec, "3", champion="2")
    promote.promote(ws, NAME, "3", by="eve", reason=REASON)
    assert roll_back(context(ws, tmp_path, Rollback, reason="worse live")) == {
        "version": "2",
        "previous": "3",
    }
    promote.rollback(ws, NAME, by="eve", reason="worse live")
    assert registry.alias == "1"
    with pytest.raises(RegistryError, match="no earlier version"):
        promote.rollback(ws, NAME, by="eve", reason="worse live")


def test_the_first_version_of_a_watched_log_needs_an_override_as_nothing_is_there_to_compare_with(world):
    """A model of which only the log is known: nothing says what serves, no test was made."""
    ws, spec, registry = world
    with writing(ws.engine) as session:
        session.delete(store.champion(session, spec.id))
        params = {"fingerprint": "a", "recipe": "ridge", "params": {}, "cv": {}, "created_by": "eve"}
        session.add(Trial(model_id=spec.id, version="2", status="trained", **params))
    registry.alias = None
    with pytest.raises(RetrainError, match="no version in production here"):
        pair(ws, NAME, "2")
    with pytest.raises(OverrideNeeded, match="no test was made"):
        promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    with pytest.raises(PromotionRefused, match="not compared"):
        promote.promote(ws, NAME, "9", by="eve", reason=REASON, override="other")
    done = promote.promote(ws, NAME, "2", by="eve", reason=REASON, override="other")
    assert (done.version, done.previous, done.override, registry.alias) == ("2", None, "other", "2")
    assert versions(ws) == [("promote", "2")]
