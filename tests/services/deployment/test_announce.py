"""The outbox: written with the confirmation, told until confirmed, in order, through every crash."""

from datetime import timedelta

import pytest

from core.errors import PromotionRefused
from core.services.deployment import announce, champion, promote, targets, timetable
from core.services.deployment.jobs import (
    Announce,
    Promote,
    Rollback,
    promote_version,
    roll_back,
    tell_targets,
)
from core.services.deployment.targets import NoTarget, Outcome, TargetRules
from core.services.onboarding.adjust import adjust
from core.services.operations import history
from core.services.timetable import AGAIN
from core.settings import Settings
from core.store import audit
from core.store.engine import reading, writing
from core.store.experiments import deployments, outbox
from core.store.types import now
from core.store.workspace import Workspace
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, Killed, context, dying

REASON = "better in both towns"


class Shop:
    """A target that remembers what it was told; `outcomes` are what it answers, the last one for ever."""

    def __init__(self):
        self.told, self.outcomes, self.dies = [], [Outcome("live", "yes")], lambda _where: None

    def tell(self, _settings, target, uid, body, _rules):
        """Take the message and answer."""
        self.dies("before target")
        self.told.append((target, uid, body["version"]))
        self.dies("after target")
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


@pytest.fixture
def shop(world, monkeypatch):
    """A world whose model is deployed to a shop, version 2 compared."""
    ws, spec, registry = world
    configured = Settings(home=ws.settings.home, deploy_commands={"shop": ("true",), "site": ("true",)})
    ws = Workspace(configured, ws.engine)
    adjust(ws, NAME, "eve", deploy_to=("shop",))
    compared(ws, spec, "2")
    target = Shop()
    monkeypatch.setattr(targets, "tell", target.tell)
    return ws, spec, registry, target


def promoted(ws):
    return promote.promote(ws, NAME, "2", by="eve", reason=REASON)


def states(ws):
    return [(row.target, row.version, row.state) for row in announce.targets_of(ws, NAME)]


def test_promoted_is_not_live_before_the_target_confirms(shop):
    ws, spec, _, target = shop
    promoted(ws)
    assert (champion.document(ws, NAME)["live"], target.told) == (False, [])
    assert states(ws) == [("shop", "2", "waiting")]
    announce.tell_due(ws, NAME)
    document = champion.document(ws, NAME)
    assert (document["live"], document["targets"][0]["state"]) == (True, "live")
    announce.tell_due(ws, NAME)
    assert len(target.told) == 1
    with reading(ws.engine) as session:
        assert audit.entries(session, spec.id)[0].action == "target live"
    line = history.timeline(ws, NAME).iloc[-1]
    assert (line["kind"], line["sentence"][:22]) == ("deploy target", "shop, version 2: live.")


def test_without_a_target_nobody_is_told(world):
    ws, spec, _ = world
    compared(ws, spec, "2")
    promoted(ws)
    assert (announce.targets_of(ws, NAME), announce.models_due(ws)) == ([], [])
    assert champion.document(ws, NAME)["live"] is None


def test_what_waits_is_told_again_later_under_the_same_name_until_it_is_given_up(shop):
    ws, _, _, target = shop
    target.outcomes = [Outcome("waiting", "It answered HTTP 503.")]
    rules = TargetRules(pauses=(0.0, 0.0))
    promoted(ws)
    announce.tell_due(ws, NAME, rules)
    assert len({uid for _, uid, _ in target.told}) == 1
    assert len(target.told) == 3
    (row,) = announce.targets_of(ws, NAME)
    assert (row.state, row.attempts, row.message, row.next_at) == ("failed", 3, "It answered HTTP 503.", None)


def test_a_pause_is_kept(shop):
    ws, _, _, target = shop
    target.outcomes = [Outcome("waiting", "soon")]
    promoted(ws)
    before = now()
    announce.tell_due(ws, NAME)
    (row,) = announce.targets_of(ws, NAME)
    assert row.next_at - before >= timedelta(seconds=targets.RULES.pauses[0])
    assert announce.models_due(ws) == []


def test_a_failed_target_is_tried_again_by_hand_and_new_targets_are_told_too(shop, tmp_path):
    ws, _, _, target = shop
    target.outcomes = [Outcome("failed", "It answered HTTP 401."), Outcome("live", "yes")]
    promoted(ws)
    announce.tell_due(ws, NAME)
    assert states(ws) == [("shop", "2", "failed")]
    adjust(ws, NAME, "eve", deploy_to=("shop", "site"))
    told = tell_targets(context(ws, tmp_path, Announce, by="eve"))
    assert [(row["name"], row["state"]) for row in told["targets"]] == [("shop", "live"), ("site", "live")]
    assert target.told[0][1] == target.told[1][1]


def test_an_older_deployment_is_never_told_after_a_newer_one(shop):
    """A message that waited through a rollback would put the wrong version back."""
    ws, _, _, target = shop
    target.outcomes = [Outcome("waiting", "soon"), Outcome("live", "yes")]
    promoted(ws)
    announce.tell_due(ws, NAME)
    promote.rollback(ws, NAME, by="eve", reason=REASON)
    announce.tell_due(ws, NAME)
    assert [version for _, _, version in target.told] == ["2", "1"]
    assert states(ws) == [("shop", "1", "live")]
    with reading(ws.engine) as session:
        waiting = outbox.due(session, now() + timedelta(days=9))
    assert waiting == []


def test_an_answer_that_comes_after_a_newer_deployment_changes_nothing(shop):
    ws, _, _, _ = shop
    promoted(ws)
    with reading(ws.engine) as session:
        (row,) = outbox.due(session, now())
    promote.rollback(ws, NAME, by="eve", reason=REASON)
    with writing(ws.engine) as session:
        assert outbox.conclude(session, row.uid, "live", "yes", ()).state == "superseded"


def test_one_process_tells_a_model_s_targets_at_a_time(shop):
    from core.locks import hold_lock

    ws, spec, _, target = shop
    promoted(ws)
    with hold_lock(ws.settings.run / f"announce-{spec.id}.lock"):
        assert announce.tell_due(ws, NAME) == []
    assert target.told == []


def test_a_target_that_is_not_configured_cannot_be_chosen(shop):
    ws, _, _, _ = shop
    with pytest.raises(NoTarget, match="no deploy target"):
        adjust(ws, NAME, "eve", deploy_to=("moon",))


def test_the_timetable_puts_in_line_what_is_due_once(shop, monkeypatch):
    ws, _, _, _ = shop
    put = []
    monkeypatch.setattr(timetable.client, "submit", lambda _settings, job, dedupe: put.append((job, dedupe)))
    submitted = {}
    assert timetable.submit_due(ws, submitted) == []
    promoted(ws)
    assert timetable.submit_due(ws, submitted) == [NAME]
    assert timetable.submit_due(ws, submitted) == []
    submitted[NAME] -= AGAIN
    assert timetable.submit_due(ws, submitted) == [NAME]
    announce.tell_due(ws, NAME)
    assert timetable.submit_due(ws, submitted) == []
    assert submitted == {}
    assert put == [(Announce(model=NAME), NAME)] * 2


KILLS = {
    "in the intent": (deployments, "intend"),
    "before alias": None,
    "after alias": None,
    "in the confirmation": (outbox, "announce"),
    "after the confirmation": (promote, "_conclude"),
    "before target": None,
    "after target": None,
    "in the outcome": (outbox, "conclude"),
    "after the outcome": (announce, "_record"),
}
"""Where a process is killed: at the end of a function - in its transaction, or after it - or at an act."""


def die_after(function):
    """The function, and then the end."""

    def call(*args):
        function(*args)
        raise Killed

    return call


@pytest.mark.parametrize("place", KILLS)
@pytest.mark.parametrize("kind", [Promote, Rollback])
def test_killed_anywhere_it_ends_live_and_no_state_in_between_lies(shop, tmp_path, monkeypatch, place, kind):
    """Intent, alias, confirmation with its outbox, target, outcome: each was lost whole, or is done once."""
    ws, _, registry, target = shop
    if kind is Rollback:
        promoted(ws)
        announce.tell_due(ws, NAME)
    before, version = len(target.told), "2" if kind is Promote else "1"
    steps = {
        Promote: (promote_version, {"version": "2", "reason": REASON}),
        Rollback: (roll_back, {"replaces": "2", "reason": REASON}),
    }

    def work():
        function, args = steps[kind]
        function(context(ws, tmp_path, kind, **args))
        tell_targets(context(ws, tmp_path, Announce, by=None))

    with monkeypatch.context() as patch:
        patch.setattr(registry, "dies", dying(place))
        patch.setattr(target, "dies", dying(place))
        if KILLS[place] is not None:
            owner, name = KILLS[place]
            patch.setattr(owner, name, die_after(getattr(owner, name)))
        with pytest.raises(Killed):
            work()

    promote.reconcile(ws)
    assert promote.champion(ws, NAME).version == registry.alias
    assert {row.version for row in announce.targets_of(ws, NAME)} <= {registry.alias}
    work()
    assert promote.champion(ws, NAME).version == registry.alias == version
    assert states(ws) == [("shop", version, "live")]
    again = target.told[before:]
    assert len({uid for _, uid, _ in again}) == 1
    assert len(again) == 1 + (place in {"after target", "in the outcome"})
    kinds = [row.kind for row in promote.deployments(ws, NAME)]
    assert kinds == ["first", "promote", "rollback"][: 2 + (kind is Rollback)]


def test_a_rollback_goes_back_from_what_was_seen_and_from_nothing_else(shop):
    ws, _, registry, _ = shop
    promoted(ws)
    with pytest.raises(PromotionRefused, match="version 2, not 3"):
        promote.rollback(ws, NAME, by="eve", reason=REASON, replaces="3")
    with pytest.raises(PromotionRefused, match="version 2, not 1"):
        promote.rollback(ws, NAME, by="eve", reason=REASON, replaces="1")
    assert registry.alias == "2"
