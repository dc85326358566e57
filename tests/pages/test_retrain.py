"""The wizard: its state is in the database, its step in the URL; promoting is never one click."""

from types import SimpleNamespace

import pytest

from core.services.annotation import revise
from core.services.deployment import announce, promote
from core.services.deployment.jobs import Promote
from core.services.deployment.views import DeploymentView, TargetView
from core.services.experiments import compare, refit, retrain
from core.services.experiments.holdout import ledger
from core.services.experiments.holdout.views import HoldoutBudget
from core.services.experiments.jobs import Freshen, Refit
from core.services.experiments.recipes.titles import AS_CHAMPION
from core.services.experiments.refit import RefitView
from core.store.types import now
from pages._retrain import steps


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


def test_what_a_search_made_of_the_champion_is_offered_as_it_is(home, ws, visit, monkeypatch):
    made = SimpleNamespace(title="Linear regression, the newest 25 % of the rows")
    monkeypatch.setattr(retrain, "read_champion", lambda _ws, _name: made)
    revise.cut(ws, "tiny", "ann")
    app = visit("retrain")
    assert app.button_group(key="recipes").value == [AS_CHAMPION]
    assert any(f"The champion is: {made.title}." in text.value for text in app.markdown)


def test_a_comparison_with_an_earlier_champion_does_not_count(compared):
    document, _ = compared
    other = DeploymentView("7", "1", "promote", "reason", "ann", now(), None)
    assert steps._current(document, other) is None


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
    document, _ = compared
    board = retrain.leaderboard(None, "")
    board.loc[1] = {**board.loc[0], "version": "3"}
    monkeypatch.setattr(
        compare, "latest", lambda _ws, _name, version=None: {**document, "challenger": version or "3"}
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
