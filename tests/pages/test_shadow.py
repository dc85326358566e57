"""Step 4 of the wizard lets the challenger predict beside the champion, and shows how that stands."""

import pytest

from core.messages import Code, Message
from core.model import Canary
from core.services.deployment import canary
from core.services.deployment.canary import CanaryRefused
from core.services.onboarding.adjust import adjust
from core.services.shadow import start, status
from pages._retrain import live, shadow_part

DOCUMENT = {
    "shadow": 1,
    "role": "challenger",
    "model": "tiny",
    "champion": "1",
    "version": "2",
    "state": "running",
    "verdict": "open",
    "sentence": "Open whether version 2 is better than version 1.",
    "since": "2026-01-05T09:07:00+00:00",
    "by": "ann",
    "ended": None,
    "ended_by": None,
    "reason": None,
    "rows": 40,
    "units": 40,
    "differing": 9,
    "waiting": 12,
    "judged_by": "decisions",
    "unit": "row",
    "gain": 0.02,
    "low": -0.1,
    "high": 0.12,
    "progress": 0.4,
    "level": 0.05,
    "finding": None,
}


def test_without_a_shadow_there_is_one_button_that_starts_it(home, visit, compared, monkeypatch):
    calls = []
    monkeypatch.setattr(start, "start", lambda _ws, name, version, **_: calls.append((name, version)))
    at = visit("retrain", step="test")
    at.button(key="start_shadow").click().run()
    assert calls == [("tiny", "2")]


@pytest.mark.parametrize(("progress", "side"), [(0.4, "ct-more"), (-0.7, "ct-less")])
def test_a_running_shadow_shows_how_far_a_claim_is_and_ends_with_a_reason(
    home,
    visit,
    compared,
    monkeypatch,
    progress,
    side,
):
    calls = []
    monkeypatch.setattr(status, "shadow_of", lambda *_: {**DOCUMENT, "progress": progress})
    monkeypatch.setattr(
        start, "end", lambda _ws, _name, version, **args: calls.append((version, args["reason"]))
    )
    at = visit("retrain", step="test")
    drawn = " ".join(element.proto.body for element in at.get("html"))
    assert side in drawn
    assert f"width:{50 * abs(progress):g}%" in drawn
    assert at.button(key="end_shadow").disabled
    at.text_input(key="shadow_reason").input("too slow").run()
    at.button(key="end_shadow").click().run()
    assert calls == [("2", "too slow")]


@pytest.mark.parametrize("verdict", sorted(shadow_part.WORDS))
def test_a_decided_shadow_may_be_started_again(home, visit, compared, monkeypatch, verdict):
    document = {**DOCUMENT, "state": "decided", "verdict": verdict}
    monkeypatch.setattr(status, "shadow_of", lambda *_: document)
    at = visit("retrain", step="test")
    assert "again" in at.button(key="start_shadow").label


def test_health_asks_whether_to_roll_back_only_where_the_guard_shows_it(home, visit, monkeypatch):
    finding = Message(Code.ROLL_BACK, {"evidence": DOCUMENT["sentence"], "level": 0.05}).document()
    asking = {**DOCUMENT, "role": "guard", "state": "decided", "verdict": "better", "finding": finding}
    quiet = {"state": "running", "verdict": "open", "finding": None}
    monkeypatch.setattr(status, "guard", lambda *_: {**asking, **quiet})
    assert not visit("health").warning
    monkeypatch.setattr(status, "guard", lambda *_: asking)
    [card] = visit("health").warning
    assert "Roll back?" in card.value
    assert "at most 5 %" in card.value


def test_why_a_person_ended_it_is_text_and_no_markup(home, visit, compared, monkeypatch):
    ended = {"state": "ended", "ended_by": "eve", "reason": "<img src=x> too slow"}
    monkeypatch.setattr(status, "shadow_of", lambda *_: {**DOCUMENT, **ended})
    drawn = " ".join(element.proto.body for element in visit("retrain", step="test").get("html"))
    assert "It was ended by eve: &lt;img src=x&gt; too slow" in drawn


def test_a_canary_is_set_by_its_share_and_ended_in_the_last_step(home, visit, compared, monkeypatch):
    calls = []
    monkeypatch.setattr(live, "adjust", lambda _ws, name, by, canary: calls.append((name, by, canary)))
    at = visit("retrain", step="promote")
    at.selectbox(key="canary_share").select(0.25).run()
    at.button(key="set_canary").click().run()
    assert calls == [("tiny", "local", Canary("2", 0.25))]
    entry = {"version": "2", "share": 0.25, "by": "eve", "since": "2026-01-05T09:07:00+00:00"}
    monkeypatch.setattr(canary, "of_model", lambda *_: entry)
    at = visit("retrain", step="promote")
    assert any(
        "Version 2 answers 25 % of the ids, always" in each.value and "Set by eve" in each.value
        for each in at.markdown
    )
    at.button(key="end_canary").click().run()
    assert calls[1:] == [("tiny", "local", None)]


def test_a_canary_that_is_refused_says_why(home, visit, compared, monkeypatch):
    def refuse(*_, **_more):
        raise CanaryRefused("Version 2 is blocked.", "Compare it.")

    monkeypatch.setattr(live, "adjust", refuse)
    at = visit("retrain", step="promote")
    at.button(key="set_canary").click().run()
    assert [each.value for each in at.error] == ["Version 2 is blocked. Compare it."]


def test_no_canary_is_offered_where_two_people_must_agree(home, ws, visit, compared):
    adjust(ws, "tiny", "eve", second_person=True)
    assert "set_canary" not in {each.key for each in visit("retrain", step="promote").button}
