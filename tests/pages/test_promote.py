"""Promoting in the wizard: never one click, by a second person where the model asks for one."""

from dataclasses import replace

import pytest

from core.services.deployment import proposals
from core.services.deployment.jobs import Approve, Promote
from core.services.deployment.views import ProposalView
from core.services.onboarding.adjust import adjust
from core.store.types import now


def fill(app, name, reason):
    """One run with the dialog open: AppTest runs whole pages, and a dialog stays only while it is opened."""
    app.button(key="open_promote").click()
    app.text_input(key="promote_name").set_value(name)
    app.text_input(key="promote_reason").set_value(reason)
    return app


def test_promoting_needs_the_name_and_a_reason(home, compared, visit):
    _, started = compared
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    app.button(key="open_promote").click().run()
    assert app.button(key="promote_confirm").disabled
    effect = "Ranking (AUC) 0.800 → 0.900, a difference of 0.100 (0.070-0.130): 94 % interval, measured on"
    assert any(effect in each.value for each in app.markdown)
    assert fill(app, "tiny", "short").run().button(key="promote_confirm").disabled
    assert fill(app, "other", "better on the holdout").run().button(key="promote_confirm").disabled
    fill(app, "tiny", "better on the holdout").run()
    fill(app, "tiny", "better on the holdout").button(key="promote_confirm").click().run()
    assert [(type(job), job.version, job.compared_with) for job in started] == [(Promote, "2", "1")]


def test_an_override_is_chosen_from_the_list_before_anything_starts(home, compared, visit):
    document, started = compared
    document["verdict"] = "worse"
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    app.button(key="open_promote").click().run()
    reason = "the law asks for it since May"
    assert fill(app, "tiny", reason).run().button(key="promote_confirm").disabled
    fill(app, "tiny", reason).selectbox(key="promote_override").set_value("safety_or_law").run()
    fill(app, "tiny", reason).button(key="promote_confirm").click().run()
    assert [(job.override, job.reason) for job in started] == [("safety_or_law", reason)]


def test_a_holdout_that_is_used_up_blocks_the_button(home, compared, visit):
    document, _ = compared
    document["spent"] = True
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    assert app.button(key="open_promote").disabled
    assert any("used up" in each.value for each in app.markdown)


@pytest.fixture
def proposal(compared, monkeypatch):
    """Version 2, proposed by eve."""
    waiting = ProposalView(
        number=7,
        version="2",
        previous="1",
        reason="better in both towns",
        verdict="better",
        override=None,
        person="eve",
        at=now(),
        sentence="The challenger is better.",
        changed=(),
    )
    shown = [waiting]
    monkeypatch.setattr(proposals, "open_proposal", lambda _ws, _name: shown[-1])
    return shown


def test_a_proposal_is_approved_by_another_name_than_its_own(home, compared, proposal, visit):
    """Nobody signs in here: the page takes a name and says that it is not proven."""
    _, started = compared
    app = visit("retrain")
    assert any("eve proposed version 2" in each.value for each in app.info)

    def approve(name):
        app.button(key="open_approve").click()
        app.text_input(key="approve_by").set_value(name)
        return app

    app.button(key="open_approve").click().run()
    assert app.button(key="approve_confirm").disabled
    assert any("not proven" in each.value for each in app.markdown)
    assert approve("Eve").run().button(key="approve_confirm").disabled
    assert not approve("bob").run().button(key="approve_confirm").disabled
    approve("bob").button(key="approve_confirm").click().run()
    assert [(type(job), job.by, job.proposal) for job in started] == [(Approve, "bob", 7)]


def test_a_proposal_that_lapsed_says_why_and_cannot_be_approved(home, proposal, visit):
    proposal.append(replace(proposal[0], changed=("the threshold changed",)))
    app = visit("retrain")
    assert any("lapsed: the threshold changed" in each.value for each in app.warning)
    assert not [each for each in app.button if each.key == "open_approve"]


def test_where_two_are_asked_for_the_button_proposes(home, ws, compared, visit):
    _, started = compared
    adjust(ws, "tiny", "ann", second_person=True)
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    assert app.button(key="open_promote").label == "Propose version 2"
    app.button(key="open_promote").click().run()
    fill(app, "tiny", "better on the holdout").text_input(key="promote_by").set_value("eve").run()
    app.button(key="open_promote").click()
    app.text_input(key="promote_by").set_value("eve")
    fill(app, "tiny", "better on the holdout").button(key="promote_confirm").click().run()
    assert [(type(job), job.by) for job in started] == [(Promote, "eve")]
