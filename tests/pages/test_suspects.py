"""The Suspects page: what was found, filters in the URL, sending, answering beside the card."""

import pytest

from core.services.annotation import annotate
from core.services.label_errors import suspect_feedback, suspect_list
from core.store import models
from core.store.annotation import suspects
from core.store.engine import writing

SUMMARY = {
    "on": "all",
    "rows": 400,
    "flagged": 3,
    "refused": None,
    "errors": {"value": 3.0, "low": 1.0, "high": 6.0, "reviewed": 0},
    "knowledge": 0.9,
    "models": [],
    "pairs": [["no", "yes", 2, 1.8], ["yes", "no", 1, 0.7]],
    "curve": {"answers": [0, 1, 3], "fixed": [0, 0.9, 2.5], "low": [0, 0.5, 1], "high": [0, 1, 3]},
    "changed": None,
    "unjudged": 0,
    "seconds": 1.0,
}


def found(rank, given, suggested, p_error):
    return {
        "row_id": f"row-{rank}",
        "given": given,
        "suggested": suggested,
        "p_error": p_error,
        "impact": 1 / rank,
        "rank": rank,
        "flagged": True,
        "reasons": [f"reason {rank}"],
        "detail": {
            "reasons": {"models": f"reason {rank}"},
            "votes": [["Trees", suggested, 0.9]],
            "neighbours": [],
        },
    }


ROWS = (found(1, "no", "yes", 0.9), found(2, "no", "yes", 0.95), found(3, "yes", "no", 0.7))


def scanned(ws, *rows, **changed):
    with writing(ws.engine) as session:
        spec = models.spec(session, "tiny")
        suspects.add(session, spec.id, "fingerprint", {**SUMMARY, **changed}, rows or ROWS)


@pytest.fixture
def scan(ws):
    scanned(ws)


def test_counts_table_and_card(home, scan, visit):
    app = visit("suspects")
    assert not app.exception
    assert "3 of 400 labels look wrong" in app.markdown[0].value
    assert "We think yes (95 %)" in " ".join(each.value for each in app.header)
    assert app.button(key="send_to_relabel").label == "Send 40 to Relabel: about 3 min"


def test_what_stands_in_the_data_is_shown_as_it_is_written(home, ws, visit):
    picture = "![p](http://elsewhere/p.png)"
    row = found(1, "no", picture, 0.9)
    row["detail"]["reasons"] = {"models": f"The models say {picture}"}
    scanned(ws, row)
    app = visit("suspects")
    shown = [text.value for text in (*app.markdown, *app.header)] + [button.label for button in app.button]
    named = [text for text in shown if "elsewhere" in text]
    assert len(named) == 4  # the opinion, the reason, the vote, the button that agrees
    assert [text for text in named if picture in text] == []


def test_a_filter_narrows_the_list(home, scan, visit):
    app = visit("suspects")
    app.selectbox(key="pair").set_value("yes → no").run()
    assert any("1 of the listed are new" in each.value for each in app.markdown)


def drawn_bar(app):
    return " ".join(element.proto.body for element in app.get("html"))


def test_a_bar_says_how_far_the_number_is_and_a_button_asks_about_as_many_random_rows(home, ws, visit):
    counted = {"rows": 400, "low": 2, "high": 60, "drawn": 30, "left": 45, "progress": 0.4}
    scanned(ws, counted=counted)
    app = visit("suspects")
    assert "By 30 random rows 2 to 60 of 400 labels are wrong" in drawn_bar(app)
    assert "width:40%" in drawn_bar(app)
    assert "About 45 random rows more are expected to decide it. It may be looked at" in drawn_bar(app)
    app.button(key="send_random").click().run()
    assert not app.exception
    assert annotate.progress(ws, "tiny").total == 3


def test_a_decided_number_asks_for_nothing(home, ws, visit):
    counted = {"rows": 400, "low": 2, "high": 9, "drawn": 300, "left": 0, "progress": 1.0}
    scanned(ws, counted=counted, decided=310)
    app = visit("suspects")
    assert "Near enough after 310 answers: 2 to 9 of 400 labels are wrong." in drawn_bar(app)
    assert "send_random" not in [button.key for button in app.button]


def test_for_a_chosen_pair_the_bar_says_whether_its_classes_are_mixed_up(home, ws, visit):
    now = {"rows": 200, "low": 0, "high": 9, "drawn": 90, "left": 0, "progress": -1.0}
    scanned(ws, mixed_up=[[["no", "yes"], now]])
    app = visit("suspects")
    assert "mixed up" not in drawn_bar(app)
    app.selectbox(key="pair").set_value("yes → no").run()
    assert "no and yes are not mixed up more than usual: of 200 labels of the two 0 to 4 %" in drawn_bar(app)


def test_sending_fills_the_queue(home, ws, scan, visit):
    app = visit("suspects")
    app.number_input(key="send_number").set_value(3).run()
    app.number_input(key="send_experts").set_value(2).run()
    app.button(key="send_to_relabel").click().run()
    assert not app.exception
    assert annotate.progress(ws, "tiny").total == 3
    desks = [annotate.open_desk(ws, "tiny", person, f"tab of {person}") for person in ("ann", "bob", "cid")]
    assert [len(annotate.lease(ws, desk, [], 9)) for desk in desks] == [3, 3, 0]


@pytest.mark.parametrize(("choice", "changed"), [("agree", 1), ("keep", 0), ("unsure", 0)])
def test_an_answer_beside_the_card_is_an_event(home, ws, scan, choice, changed):
    suspect_feedback.give(ws, "tiny", "row-1", choice, "ann")
    after = annotate.progress(ws, "tiny")
    assert after.changed == changed
    assert after.unsure == (choice == "unsure")
    state = list(suspect_list.suspects(ws, "tiny", suspect_list.SuspectFilter(search="row-1"))["state"])
    assert state == (["sent"] if choice == "unsure" else ["settled"])


def test_every_answer_is_acknowledged(home, ws, scan, visit):
    """An unsure answer leaves the card as it was: without a word the button would seem dead."""
    app = visit("suspects")
    app.button(key="answer_unsure").click().run()
    assert [each.value for each in app.toast] == ["Saved for row row-2: Unsure."]


def test_when_suspects_cannot_be_found_the_page_says_why(home, ws, visit):
    scanned(ws, refused="No model is better than chance here.")
    app = visit("suspects")
    assert any("better than chance" in each.value for each in app.markdown)
    assert app.button(key="start_scan").label == "Find suspects again"
