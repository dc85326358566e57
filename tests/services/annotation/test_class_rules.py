"""A rule from conflicts: proposed by one, adopted by another, in the guideline and the record, and judged."""

from datetime import timedelta

import pytest

from core.access import LOCAL, Person
from core.annotation.events import Event, EventRecord
from core.cli.app import main
from core.errors import AccessError, LabelError
from core.services.annotation import experts
from core.services.annotation.class_rules import proposals
from core.services.annotation.class_rules.examples import examples
from core.services.operations import history
from core.store import audit
from core.store.annotation import current, events, tasks
from core.store.chain.verify import verify
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout
from core.store.types import now
from tests import seed

NAME, PAIR = "bookings", ("kept", "canceled")
EXPERT = frozenset({"expert"})
ANN, BOB, CIS = (Person(name, EXPERT) for name in ("ann@home.org", "bob@home.org", "cis@home.org"))
RULE = "A booking is kept where the guest <b>paid</b> for one night."


def vote(ws, labels, *, days=0):
    """Labels of both people of each row, so many days from now."""
    model_id = seed.the_spec(ws, NAME).id
    made = [
        EventRecord(Event(f"{person.name} {row}", row, person.name, "label", now() + timedelta(days), label))
        for row, both in labels.items()
        for person, label in zip((ANN, BOB), both, strict=True)
    ]
    with writing(ws.engine) as session:
        events.append(session, model_id, made)
        current.project(session, model_id, [*labels])


@pytest.fixture
def ws(tmp_path):
    """Ann and Bob differ on 12 of 30 rows, which somebody else settled."""
    ws = seed.records(tmp_path, 70)
    model_id = seed.the_spec(ws, NAME).id
    vote(ws, {f"r{n}": ("kept", "canceled" if n < 12 else "kept") for n in range(30)}, days=-1)
    with writing(ws.engine) as session:
        rows = [f"r{n}" for n in range(12)]
        ruled = [Event(f"cis {row}", row, CIS.name, "adjudicate", now(), "kept") for row in rows]
        events.append(session, model_id, [EventRecord(event) for event in ruled])
        current.project(session, model_id, rows)
    yield ws
    ws.engine.dispose()


def test_another_expert_agrees_and_the_guideline_and_the_record_have_it(ws):
    proposals.propose(ws, NAME, PAIR[::-1], f" {RULE}\n", ANN)
    (card,) = proposals.cards(ws, NAME, ANN)
    assert (card.classes, card.sentence, card.may_adopt, card.alone) == (PAIR, RULE, False, False)
    with pytest.raises(LabelError, match="several experts"):
        proposals.adopt(ws, NAME, card.number, Person("Ann@home.org ", EXPERT))
    assert proposals.cards(ws, NAME, BOB)[0].may_adopt
    proposals.adopt(ws, NAME, card.number, BOB)
    spec = seed.the_spec(ws, NAME)
    assert spec.guideline == f"kept or canceled: {RULE}"
    with reading(ws.engine) as session:
        (entry,) = audit.entries(session, spec.id, actions={"change settings"})
    assert verify(ws.engine).faults == ()
    assert entry.body == {"before": {"guideline": ""}, "after": {"guideline": spec.guideline}}
    (card,) = proposals.cards(ws, NAME, ANN)
    assert (card.proposed_by, card.adopted_by, card.in_guideline) == (ANN.name, BOB.name, True)
    lines = history.timeline(ws, NAME).query("kind == 'guideline'")["sentence"]
    assert [line.split(" to tell")[0] for line in lines] == [
        "A rule was proposed",
        f"The guideline got the rule, proposed by {ANN.name},",
    ]
    with pytest.raises(LabelError, match="does not wait"):
        proposals.adopt(ws, NAME, card.number, CIS)


def test_without_sign_in_one_person_adopts_it_and_a_newer_sentence_stands_in_its_place(ws):
    proposals.propose(ws, NAME, PAIR, "The first one.", LOCAL)
    (old,) = proposals.cards(ws, NAME, LOCAL)
    proposals.propose(ws, NAME, PAIR, RULE, LOCAL)
    (card,) = proposals.cards(ws, NAME, LOCAL)
    assert (card.sentence, card.may_adopt, card.alone) == (RULE, True, True)
    with pytest.raises(LabelError, match="does not wait"):
        proposals.adopt(ws, NAME, old.number, LOCAL)
    assert RULE in proposals.adopt(ws, NAME, card.number, LOCAL).guideline


def test_what_is_no_rule_is_refused(ws):
    for text, classes in ((" \n", PAIR), ("x" * 301, PAIR), (RULE, ("kept", "lost")), (RULE, ("kept",) * 2)):
        with pytest.raises(LabelError):
            proposals.propose(ws, NAME, classes, text, ANN)
    with pytest.raises(AccessError):
        proposals.propose(ws, NAME, PAIR, RULE, Person("eve", frozenset({"stakeholder"})))
    assert proposals.cards(ws, NAME, ANN) == []


def test_rows_from_before_and_after_are_told_apart(ws, monkeypatch, capsys):
    proposals.propose(ws, NAME, PAIR, RULE, ANN)
    proposals.adopt(ws, NAME, proposals.cards(ws, NAME, BOB)[0].number, BOB)
    vote(ws, {"r0": ("kept", "kept")})  # changed since, and settled by somebody else: as it was before
    assert experts.experts(ws, NAME)["rules"][0]["after"]["rows"] == 0
    vote(ws, {f"r{n}": ("kept", "kept") for n in range(30, 70)})
    (effect,) = experts.experts(ws, NAME)["rules"]
    assert (effect["before"]["value"], effect["before"]["rows"]) == (12 / 30, 30)
    assert (effect["after"]["value"], effect["after"]["rows"], effect["change"]) == (0, 40, "less")
    monkeypatch.setenv("CARETAKER_HOME", str(ws.settings.home))
    assert main(["agreement", NAME]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Experts confuse kept and canceled: 12 rows have both labels." in lines
    assert lines[-1].endswith(
        "on 40 % of 30 rows before (25 to 58 %), on 0 % of 40 since (0 to 9 %). They differ less."
    )


def test_examples_are_the_newest_that_everybody_may_see(ws):
    model_id = seed.the_spec(ws, NAME).id
    with writing(ws.engine) as session:
        blind, still_open = tasks.of_rows(session, model_id, ["r11", "r10"])
        blind.blind, still_open.state = True, "open"
        session.add_all([blind, still_open])
        apart = Holdout(model_id=model_id, number=1, rows=1, keys_hash="h", first="r9", last="r9")
        holdouts.add(session, apart, {"r9": "kept"})
    by_class = examples(ws, NAME, PAIR)
    assert by_class["canceled"] == []
    assert len(by_class["kept"]) == 6
    rows = {one.item["row_id"] for one in by_class["kept"]}
    assert rows <= {f"r{n}" for n in range(9)}
    assert {(one.other, one.votes) for one in by_class["kept"]} == {(1, 2)}
