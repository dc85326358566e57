"""Where the model asks for a second person, nobody promotes alone, and nobody approves what is no more."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.access import Person
from core.errors import AccessError, DataError, PromotionRefused
from core.model import Automation, Canary, Costs
from core.services.deployment import champion, promote, proposals
from core.services.deployment.canary import CanaryRefused
from core.services.deployment.jobs import Approve, Decline, Promote, approve_proposal, decline_proposal
from core.services.deployment.proposals import NoProposal, SamePerson
from core.services.onboarding.adjust import adjust
from core.services.operations import history
from core.store import audit, models
from core.store.engine import reading, writing
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, Killed, context, dying

REASON = "better in both towns"
BOB = Person("bob", frozenset({"engineer"}))


@pytest.fixture
def proposed(world):
    """Version 2, compared and proposed by eve."""
    ws, spec, registry = world
    adjust(ws, NAME, "eve", second_person=True)
    compared(ws, spec, "2")
    done = promote.promote(ws, NAME, "2", by="eve", reason=REASON, compared_with="1")
    assert done.state == "proposed"
    return ws, spec, registry


def actions(ws, spec):
    with reading(ws.engine) as session:
        return [entry.action for entry in audit.entries(session, spec.id)][::-1]


def test_a_proposal_moves_nothing_and_says_what_it_rests_on(proposed):
    ws, _, registry = proposed
    waiting = proposals.open_proposal(ws, NAME)
    assert (waiting.version, waiting.previous, waiting.person, waiting.changed) == ("2", "1", "eve", ())
    assert (waiting.reason, waiting.sentence, waiting.verdict) == (REASON, "s", "better")
    assert registry.alias == promote.champion(ws, NAME).version == "1"


def test_another_person_approves_and_both_are_written_down(proposed):
    ws, spec, registry = proposed
    done = promote.approve(ws, NAME, person=BOB, reason="I read the segments")
    assert registry.alias == "2"
    assert (done.state, done.person, done.approved_by) == ("done", "eve", "bob")
    assert champion.document(ws, NAME)["approved_by"] == "bob"
    assert proposals.open_proposal(ws, NAME) is None
    assert actions(ws, spec)[-4:] == ["propose", "approve", "promote", "start shadow"]
    told = list(history.timeline(ws, NAME)["sentence"])
    assert any("was proposed in place of version 1" in sentence for sentence in told)
    assert told[-2].endswith("approved by bob: I read the segments")


@pytest.mark.parametrize("name", ["eve", " Eve", "EVE ", "\uff45ve"])
def test_who_proposes_cannot_approve_however_the_name_is_written(proposed, name):
    ws, _, registry = proposed
    with pytest.raises(SamePerson):
        promote.approve(ws, NAME, person=Person(name, BOB.roles))
    assert registry.alias == "1"
    assert proposals.open_proposal(ws, NAME) is not None


def test_without_the_role_nobody_decides(proposed):
    ws, _, _ = proposed
    reader = Person("ann", frozenset({"stakeholder", "expert"}))
    with pytest.raises(AccessError, match="role engineer"):
        promote.approve(ws, NAME, person=reader)
    with pytest.raises(AccessError, match="role engineer"):
        promote.approve(ws, NAME, person=Person("bob", frozenset({"engineer:another model"})))
    with pytest.raises(AccessError, match="role engineer"):
        proposals.decline(ws, NAME, person=reader, reason=REASON)
    assert proposals.open_proposal(ws, NAME) is not None


def test_a_proposal_is_declined_for_a_reason_also_by_who_proposed_it(proposed):
    ws, spec, _ = proposed
    with pytest.raises(PromotionRefused, match="for a reason"):
        proposals.decline(ws, NAME, person=BOB, reason="no")
    proposals.decline(ws, NAME, person=Person("eve", BOB.roles), reason="the labels are not final")
    with pytest.raises(NoProposal):
        promote.approve(ws, NAME, person=BOB)
    assert "declined by eve: the labels are not final" in history.timeline(ws, NAME).iloc[-1]["sentence"]
    assert actions(ws, spec)[-1] == "decline"
    assert promote.promote(ws, NAME, "2", by="eve", reason=REASON).state == "proposed"


def change_champion(ws, spec):
    compared(ws, spec, "3")
    with writing(ws.engine) as session:
        models.replace(session, replace(spec, second_person=False))
    promote.promote(ws, NAME, "3", by="ann", reason=REASON)
    promote.rollback(ws, NAME, by="ann", reason=REASON)


CHANGES = {
    "the champion changed": change_champion,
    "the version was compared again": lambda ws, spec: compared(ws, spec, "2", "blocked"),
    "the threshold changed": lambda ws, _: adjust(ws, NAME, "ann", threshold=0.4),
    "the costs changed": lambda ws, _: adjust(
        ws, NAME, "ann", costs=Costs(("no", "yes"), ((0.0, 5.0), (50.0, 2.0)))
    ),
    "the metric of record changed": lambda ws, _: adjust(ws, NAME, "ann", metric="accuracy"),
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_proposal_lapses_when_what_it_rests_on_changed_and_says_which(proposed, words):
    """Going away from the champion and back again counts too: something was learnt in between."""
    ws, spec, registry = proposed
    CHANGES[words](ws, spec)
    waiting = proposals.open_proposal(ws, NAME)
    assert waiting is None or waiting.changed == (words,)
    if waiting is not None:
        with pytest.raises(NoProposal, match=words):
            promote.approve(ws, NAME, person=BOB, number=waiting.number)
    assert proposals.open_proposal(ws, NAME) is None
    with pytest.raises(NoProposal):
        promote.approve(ws, NAME, person=BOB)
    assert registry.alias == "1"
    assert "proposal lapsed" in actions(ws, spec)
    assert any(f"lapsed: {words}" in sentence for sentence in history.timeline(ws, NAME)["sentence"])


def test_settings_that_say_the_same_let_a_proposal_stand(proposed):
    ws, spec, _ = proposed
    costs = Costs(("no", "yes"), ((0.0, 5.0), (50.0, 2.0)))
    adjust(ws, NAME, "ann", costs=costs)
    compared(ws, spec, "3")
    promote.promote(ws, NAME, "3", by="eve", reason=REASON)
    adjust(ws, NAME, "ann", costs=costs, guideline="look twice")
    assert proposals.open_proposal(ws, NAME).changed == ()


def test_one_proposal_waits_at_a_time_and_the_same_again_is_the_same(proposed):
    ws, spec, _ = proposed
    first = proposals.open_proposal(ws, NAME)
    promote.promote(ws, NAME, "2", by="eve", reason=REASON)
    assert proposals.open_proposal(ws, NAME) == first
    compared(ws, spec, "3")
    with pytest.raises(PromotionRefused, match="proposed by eve already"):
        promote.promote(ws, NAME, "3", by="ann", reason=REASON)
    with pytest.raises(NoProposal):
        promote.approve(ws, NAME, person=BOB, number=first.number + 1)


def test_a_setting_decides_whether_there_are_two(proposed):
    ws, _, registry = proposed
    proposals.decline(ws, NAME, person=BOB, reason="the labels are not final")
    adjust(ws, NAME, "ann", second_person=False)
    assert promote.promote(ws, NAME, "2", by="eve", reason=REASON).state == "done"
    assert registry.alias == "2"


@pytest.mark.parametrize("name", ["eve", "EVE ", "local"])
def test_who_switches_the_second_person_off_decides_nothing_alone(proposed, name):
    """Otherwise a press in Setup, then one in Retrain, would do without anybody else."""
    ws, _, registry = proposed
    proposals.decline(ws, NAME, person=BOB, reason="the labels are not final")
    with pytest.raises(CanaryRefused, match="two people"):
        adjust(ws, NAME, "eve", second_person=False, canary=Canary("2", 0.5))
    adjust(ws, NAME, "eve", second_person=False)
    with pytest.raises(CanaryRefused, match="two people"):
        adjust(ws, NAME, name, canary=Canary("2", 0.5))
    with pytest.raises(DataError, match="need a second person"):
        adjust(ws, NAME, name, automation=Automation(every_days=30, promote_by_itself=True))
    assert promote.promote(ws, NAME, "2", by=name, reason=REASON).state == "proposed"
    with pytest.raises(SamePerson):
        promote.approve(ws, NAME, person=Person(name, BOB.roles))
    assert registry.alias == "1"
    assert promote.approve(ws, NAME, person=BOB).approved_by == "bob"


def test_where_nobody_signs_in_the_one_person_is_not_locked_out(proposed):
    ws, _, registry = proposed
    proposals.decline(ws, NAME, person=BOB, reason="the labels are not final")
    adjust(ws, NAME, "local", second_person=False)
    assert promote.promote(ws, NAME, "2", by="local", reason=REASON).state == "done"
    assert registry.alias == "2"


def test_two_who_approve_at_once_promote_once(proposed):
    ws, spec, registry = proposed
    number = proposals.open_proposal(ws, NAME).number
    people = [Person(name, BOB.roles) for name in ("bob", "cis", "bob", "dan")]
    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(lambda who: promote.approve(ws, NAME, person=who, number=number), people))
    assert len({(one.version, one.approved_by) for one in done}) == 1
    assert registry.alias == "2"
    assert actions(ws, spec).count("promote") == actions(ws, spec).count("approve") == 1


@pytest.mark.parametrize("where", ["before alias", "after alias"])
def test_an_approval_killed_anywhere_is_done_once_or_open_again(proposed, where, tmp_path):
    ws, spec, registry = proposed
    waiting = proposals.open_proposal(ws, NAME)
    registry.dies = dying(where)
    asked = {"by": "bob", "roles": ("engineer",), "reason": "", "proposal": waiting.number}
    ctx = context(ws, tmp_path, Approve, **asked)
    with pytest.raises(Killed):
        approve_proposal(ctx)
    registry.dies = lambda _where: None
    promote.reconcile(ws)
    assert promote.champion(ws, NAME).version == registry.alias
    assert (proposals.open_proposal(ws, NAME) is None) == (where == "after alias")
    assert approve_proposal(ctx) == {"version": "2", "previous": "1", "state": "done"}
    assert approve_proposal(ctx)["version"] == "2"
    assert registry.alias == promote.champion(ws, NAME).version == "2"
    assert actions(ws, spec).count("promote") == 1


def test_the_jobs_tell_who_and_check_the_role_again(proposed, tmp_path):
    ws, _, _ = proposed
    with pytest.raises(AccessError):
        decline_proposal(context(ws, tmp_path, Decline, by="ann", roles=("expert",), reason=REASON))
    done = decline_proposal(context(ws, tmp_path, Decline, by="ann", roles=("engineer",), reason=REASON))
    assert done == {"version": "2"}


def test_a_job_proposes_where_the_model_asks_for_two(world, tmp_path):
    from core.services.deployment.jobs import promote_version

    ws, spec, _ = world
    adjust(ws, NAME, "eve", second_person=True)
    compared(ws, spec, "2")
    done = promote_version(context(ws, tmp_path, Promote, version="2", reason=REASON))
    assert done["state"] == "proposed"
