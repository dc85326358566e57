"""The wizard: its state is in the database, its step in the URL; promoting is never one click."""

from dataclasses import replace

import pandas as pd
import pytest

from core.services.annotation import revise
from core.services.deployment import announce, promote, proposals
from core.services.deployment.jobs import Approve, Promote
from core.services.deployment.views import DeploymentView, ProposalView, TargetView
from core.services.experiments import compare, refit, retrain
from core.services.experiments.holdout import ledger
from core.services.experiments.holdout.views import HoldoutBudget
from core.services.experiments.jobs import Freshen, Refit
from core.services.experiments.refit import RefitView
from core.services.onboarding.adjust import adjust
from core.store.types import now
from pages._retrain import steps
from pages._shared import job_panel

DOCUMENT = {
    "champion": "1",
    "challenger": "2",
    "verdict": "better",
    "sentence": "The challenger is better: 0.80 → 0.90.",
    "metric": "roc_auc",
    "metric_label": "Ranking (AUC)",
    "corrected": {
        "roc_auc": {
            "champion": 0.8,
            "challenger": 0.9,
            "difference": 0.1,
            "low": 0.07,
            "high": 0.13,
            "p": 0.001,
        }
    },
    "holdout": {"rows": 200},
    "look": 1,
    "alpha": 0.03,
    "disagreements": 5,
    "reviewed": 0,
    "gates": [{"name": "schema", "passed": True, "detail": "fine"}],
    "ideas": [{"act": "recipe", "sentence": "Try the recipe Trees.", "detail": "extra_trees"}],
}


@pytest.fixture
def compared(ws, monkeypatch):
    """A champion 1, a trained version 2, and their comparison; submitted jobs are collected."""
    champion = DeploymentView("1", None, "first", "first champion", "ann", now(), None)
    board = retrain.leaderboard(ws, "tiny")
    said = ["version", "status", "recipe", "value", "low", "high"]
    board.loc[0, said] = ["2", "trained", "extra_trees", 0.9, 0.88, 0.92]
    document, started = dict(DOCUMENT), []
    monkeypatch.setattr(promote, "champion", lambda _ws, _name: champion)
    monkeypatch.setattr(promote, "deployments", lambda _ws, _name: [champion])
    monkeypatch.setattr(retrain, "leaderboard", lambda _ws, _name: board)
    monkeypatch.setattr(compare, "latest", lambda _ws, _name, _challenger=None: document)
    monkeypatch.setattr(job_panel, "start", lambda _ws, job: started.append(job))
    return document, started


def test_first_step_cuts_a_revision(home, ws, visit):
    app = visit("retrain")
    app.button(key="cut_revision").click().run()
    assert not app.exception
    assert revise.latest(ws, "tiny").number == 1
    assert app.button(key="next_step").label == "Next: Search"


def test_first_step_says_what_came_since_the_champion_learnt(home, visit):
    shown = " ".join(each.proto.body for each in visit("retrain").get("html"))
    for part in ("learnt from", "Can be learnt from now", "Corrected by experts", "Kept apart to compare"):
        assert part in shown


def test_next_turns_the_page(home, ws, visit):
    revise.cut(ws, "tiny", "ann")
    app = visit("retrain")
    assert app.query_params["step"] == "search"
    assert app.button(key="start_retrain")


def test_a_comparison_with_an_earlier_champion_does_not_count(compared):
    document, _ = compared
    other = DeploymentView("7", "1", "promote", "reason", "ann", now(), None)
    assert steps._current(document, other) is None


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


def test_a_used_up_holdout_lets_no_new_version_in_and_offers_fresh_rows(home, compared, visit, monkeypatch):
    document, started = compared
    document["champion"] = "0"  # of an earlier one: version 2 must be compared anew
    known = HoldoutBudget(1, 200, "row 0000000900", "row 0000001099", tuple("3456789"), 7)
    monkeypatch.setattr(ledger, "budget", lambda _ws, _name: known)
    app = visit("retrain")
    app.segmented_control(key="step").set_value("compare").run()
    assert "used up: 7 looks" in app.warning[0].value
    assert app.button(key="start_compare").disabled
    app.button(key="freshen").click().run()
    assert [type(job) for job in started] == [Freshen]


@pytest.fixture
def promoted(compared, monkeypatch):
    """Version 2 was promoted after that comparison; what is in production, and all that was before."""
    retrain.leaderboard(None, "")["at"] = pd.Series([now()], dtype=object)
    change = DeploymentView("2", "1", "promote", "better on the holdout", "eve", now(), None)
    history = [promote.champion(None, ""), change]
    monkeypatch.setattr(promote, "champion", lambda _ws, _name: history[-1])
    monkeypatch.setattr(promote, "deployments", lambda _ws, _name: history)
    return change


def ticks(app):
    """The steps that are behind us."""
    return [each for each in app.segmented_control(key="step").proto.options if "check" in str(each)]


def test_after_a_promotion_the_wizard_says_what_was_promoted(home, ws, promoted, visit):
    """The person who promoted must not be told that there is nothing to promote."""
    app = visit("retrain")
    assert not app.exception
    assert app.segmented_control(key="step").value == "promote"
    assert len(ticks(app)) == 5
    said = app.success[0].value
    for part in ("Version 2 is live", "by eve", "in place of version 1", f"{promoted.at:%H:%M} UTC"):
        assert part in said
    assert app.button(key="roll_back").label == "Undo: back to version 1"
    assert not any("nothing to promote" in each.value for each in app.markdown)
    app.segmented_control(key="step").set_value("test").run()
    assert any("1 of 1 test passed" in each.value for each in app.markdown)


def test_new_work_begins_the_next_round(home, ws, promoted, visit):
    revise.cut(ws, "tiny", "ann")
    app = visit("retrain")
    assert len(ticks(app)) == 1
    app.segmented_control(key="step").set_value("promote").run()
    assert "Version 2 is live" in app.success[0].value
    assert any("Nothing else is ready" in each.value for each in app.markdown)


@pytest.mark.parametrize(("state", "said"), [("intended", "not confirmed yet"), ("refused", "was refused")])
def test_a_promotion_that_is_not_done_is_not_called_live(home, compared, visit, monkeypatch, state, said):
    change = DeploymentView("2", "1", "promote", "better", "eve", now(), None, state)
    monkeypatch.setattr(promote, "newest", lambda _ws, _name: change)
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    assert any(said in each.value for each in [*app.info, *app.warning])
    assert not app.success


def test_the_chosen_version_stays_chosen_in_the_steps_that_follow(home, compared, visit, monkeypatch):
    """Promoting another version than the one whose comparison was read would be the worst of mistakes."""
    board = retrain.leaderboard(None, "")
    board.loc[1] = {**board.loc[0], "version": "3"}
    monkeypatch.setattr(
        compare, "latest", lambda _ws, _name, version=None: {**DOCUMENT, "challenger": version or "3"}
    )
    app = visit("retrain")
    app.segmented_control(key="step").set_value("compare").run()
    assert app.selectbox(key="challenger").value == "3"
    app.selectbox(key="challenger").set_value("2").run()
    app.segmented_control(key="step").set_value("test").run()
    app.segmented_control(key="step").set_value("promote").run()
    assert app.button(key="open_promote").label == "Promote version 2"


def test_a_failed_test_blocks_the_button(home, compared, visit):
    document, _ = compared
    document["gates"] = [{"name": "leak", "passed": False, "detail": "3 shared keys"}]
    app = visit("retrain")
    app.segmented_control(key="step").set_value("promote").run()
    assert app.button(key="open_promote").disabled


def test_an_idea_can_be_tried_at_once(home, compared, visit):
    app = visit("retrain")
    app.button(key="try_extra_trees").click().run()
    assert not app.exception
    assert app.segmented_control(key="step").value == "search"


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


@pytest.mark.parametrize(
    ("state", "said"), [("waiting", "promoted, but not confirmed live"), ("live", "is live since")]
)
def test_only_a_target_that_confirmed_makes_a_version_live(home, promoted, visit, monkeypatch, state, said):
    target = TargetView("tills", "2", state, "It answered HTTP 503.", 3, now(), now())
    monkeypatch.setattr(announce, "targets_of", lambda _ws, _name: [target])
    app = visit("retrain")
    assert not app.exception
    assert any(said in each.value for each in [*app.success, *app.warning])
    assert any("tills" in each.value and "HTTP 503" in each.value for each in app.markdown)
    assert [each.key for each in app.button if each.key == "tell_again"] == (
        ["tell_again"] if state == "waiting" else []
    )


@pytest.mark.parametrize("passed", [True, False])
def test_a_refit_is_promoted_only_if_it_passed(home, promoted, compared, visit, monkeypatch, passed):
    _, started = compared
    gates = [{"name": "agrees as a refit does", "passed": passed, "detail": "differs by 1 %"}]
    made = RefitView("2", "3", "trained", passed, gates, now())
    monkeypatch.setattr(refit, "newest", lambda _ws, _name: made)
    monkeypatch.setattr(refit, "is_possible", lambda _ws, _name: True)
    app = visit("retrain")
    assert not app.exception
    assert app.button(key="open_refit").disabled is not passed
    if not passed:
        return
    app.button(key="open_refit").click().run()
    assert app.button(key="refit_confirm").disabled
    app.button(key="open_refit").click()
    app.text_input(key="refit_name").set_value("tiny").run()
    app.button(key="open_refit").click()
    app.text_input(key="refit_name").set_value("tiny")
    app.button(key="refit_confirm").click().run()
    assert [(type(job), job.version, job.compared_with) for job in started] == [(Promote, "3", "2")]


def test_a_refit_is_offered_after_a_promotion(home, promoted, compared, visit, monkeypatch):
    _, started = compared
    monkeypatch.setattr(refit, "is_possible", lambda _ws, _name: True)
    app = visit("retrain")
    app.button(key="start_refit").click().run()
    assert [type(job) for job in started] == [Refit]
