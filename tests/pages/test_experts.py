"""Relabel, where several experts labelled the same rows: who differs is not named, and a reason settles."""

import pytest

from core.annotation.events import Event, EventRecord
from core.services.label_errors.learn import learn
from core.store import models
from core.store.annotation import current, events, suspects
from core.store.engine import reading, writing
from core.store.types import now
from tests.pages.test_suspects import SUMMARY, found


@pytest.fixture
def differing(ws):
    """Ann and Bob agree on row-2 and differ on row-1."""
    rows = [found(1, "no", "yes", 0.9) | {"prior": 0.9}, found(2, "no", "yes", 0.1) | {"prior": 0.1}]
    labels = {("ann", "row-1"): "yes", ("bob", "row-1"): "no", ("ann", "row-2"): "no", ("bob", "row-2"): "no"}
    with writing(ws.engine) as session:
        model_id = models.spec(session, "tiny").id
        cast = [
            EventRecord(Event(f"{person} {row}", row, person, "label", now(), label))
            for (person, row), label in labels.items()
        ]
        suspects.add(session, model_id, "fingerprint", SUMMARY, rows)
        events.append(session, model_id, cast)
        current.project(session, model_id, ["row-1", "row-2"])
    return model_id


def texts(app):
    return " ".join(each.value for each in app.markdown)


def test_a_conflict_is_settled_without_names(home, ws, differing, visit):
    app = visit("relabel")
    assert not app.exception
    assert "- Expert A:" in texts(app)
    assert "ann" not in texts(app)
    app.button(key="conflict_settle").click().run()
    assert "A conflict is settled with a reason." in app.error[0].value
    app.text_input(key="conflict_reason").set_value("the guest came")
    app.selectbox(key="conflict_label").set_value("yes")
    app.button(key="conflict_settle").click().run()
    with reading(ws.engine) as session:
        assert current.conflicts(session, differing, 9) == []
        assert events.corrections(session, differing)["row-1"] == "yes"


def test_names_come_when_they_are_asked_for(home, differing, visit):
    app = visit("relabel")
    app.toggle(key="conflict_names").set_value(True).run()
    assert "- ann: yes" in texts(app).replace("\u2068", "").replace("\u2069", "")


def test_of_few_labels_nobody_is_judged(home, ws, differing, visit):
    learn(ws, "tiny")
    written = texts(visit("relabel"))
    assert "2 experts agree by" in written
    assert "Expert A: cannot be told yet of 2 labels." in written


@pytest.fixture
def confused(ws):
    """Ann and Bob chose both classes for six rows, which somebody settled, and agree on one."""
    rows = [found(n, "no", "yes", 0.9) | {"prior": 0.9} for n in range(1, 8)]
    both = {("ann", n): "yes" for n in range(1, 8)} | {
        ("bob", n): "no" if n < 7 else "yes" for n in range(1, 8)
    }
    with writing(ws.engine) as session:
        model_id = models.spec(session, "tiny").id
        cast = [
            Event(f"{who} {n}", f"row-{n}", who, "label", now(), label) for (who, n), label in both.items()
        ]
        cast += [Event(f"cis {n}", f"row-{n}", "cis", "adjudicate", now(), "yes") for n in range(1, 7)]
        suspects.add(session, model_id, "fingerprint", SUMMARY, rows)
        events.append(session, model_id, [EventRecord(event) for event in cast])
        current.project(session, model_id, [f"row-{n}" for n in range(1, 8)])
    learn(ws, "tiny")
    return model_id


def test_a_rule_is_proposed_and_adopted_beside_examples_and_is_read_letter_by_letter(
    home, ws, confused, visit
):
    app = visit("relabel")
    assert not app.exception
    assert "Experts confuse no and yes: 6 rows have both labels." in texts(app)
    assert [each.value for each in app.caption].count("1 of 2 chose no") == 6
    app.button(key="class_rule_propose").click().run()
    assert "A rule is one sentence" in app.error[0].value
    app.text_input(key="class_rule_sentence").set_value("<b>Yes</b> is *late*.")
    app.button(key="class_rule_propose").click().run()
    assert r"\<b\>Yes\</b\> is \*late\*." in texts(app)
    adopt = next(each for each in app.button if each.key.startswith("class_rule_adopt"))
    assert adopt.label == "Adopt it alone"
    adopt.click().run()
    assert not app.exception
    assert any("local proposed and adopted it alone" in each.value for each in app.caption)
    with reading(ws.engine) as session:
        assert models.spec(session, "tiny").guideline == "no or yes: <b>Yes</b> is *late*."
