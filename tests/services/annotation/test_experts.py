"""Where experts differ somebody settles, with what votes and models suggest; names stay hidden by default."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.annotation.events import Event, EventRecord
from core.annotation.rules import RULES
from core.annotation.votes import Votes
from core.cli.app import main
from core.errors import LabelError
from core.services.annotation import conflicts, experts
from core.services.label_errors import suspect_list
from core.services.label_errors.learn import learn
from core.store.annotation import current, events, suspects
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout
from core.store.types import now
from tests import seed
from tests.documents import errors_of

ROWS, NAME = 60, "bookings"
GIVEN = {f"r{n}": ("kept", "canceled")[n % 2] for n in range(ROWS)}
OTHER = {"kept": "canceled", "canceled": "kept"}
SUMMARY = {
    "on": "all", "rows": ROWS, "flagged": 0, "refused": None, "knowledge": 0.9, "models": [], "pairs": [],
    "errors": {"value": 3.0, "low": 1.0, "high": 6.0, "reviewed": 0}, "changed": None, "unjudged": 0,
    "curve": None, "seconds": 1.0,
}  # fmt: skip


def vote(ws, person, labels):
    """Label events of one person, row by row."""
    model_id = seed.the_spec(ws, NAME).id
    with writing(ws.engine) as session:
        made = [Event(f"{person} {row}", row, person, "label", now(), label) for row, label in labels.items()]
        events.append(session, model_id, [EventRecord(event) for event in made])
        current.project(session, model_id, list(labels))


@pytest.fixture
def ws(tmp_path):
    """Models that doubt every sixth label, which is wrong; ann sees that, bob seldom."""
    ws = seed.records(tmp_path, ROWS)
    rows = [
        {
            "row_id": row, "given": label, "suggested": OTHER[label], "rank": n + 1, "flagged": False,
            "p_error": 0.95 if n % 6 == 0 else 0.03, "prior": 0.95 if n % 6 == 0 else 0.03, "impact": 0.1,
            "reasons": [], "detail": {"reasons": {}},
        }
        for n, (row, label) in enumerate(GIVEN.items())
    ]  # fmt: skip
    model_id = seed.the_spec(ws, NAME).id
    with writing(ws.engine) as session:
        suspects.add(session, model_id, "fingerprint", SUMMARY, rows)
    truth = {row: OTHER[label] if n % 6 == 0 else label for n, (row, label) in enumerate(GIVEN.items())}
    vote(ws, "ann", truth)
    vote(
        ws,
        "bob",
        {row: OTHER[label] if n % 4 == 0 else label for n, (row, label) in enumerate(truth.items())},
    )
    yield ws
    ws.engine.dispose()


def test_who_is_right_more_often_is_known_by_a_letter_and_by_name_only_where_asked_for(ws):
    document = experts.experts(ws, NAME, named=True)
    shares = {one["expert"]: one["value"] for one in document["quality"]}
    assert shares["ann"] > 0.95
    assert shares["bob"] == pytest.approx(0.75, abs=0.05)
    hidden = experts.experts(ws, NAME)
    assert [one["expert"] for one in hidden["quality"]] == ["Expert A", "Expert B"]
    assert "ann" not in str(hidden)
    assert hidden["pairs"][0]["value"] == pytest.approx(0.4)  # by hand: .75 equal, .58 by chance
    assert hidden["agreement"]["rows"] == ROWS


def test_a_conflict_is_suggested_shown_without_names_and_settled_with_a_reason(ws):
    learn(ws, NAME)
    waiting = conflicts.list_conflicts(ws, NAME)
    assert len(waiting) == suspect_list.latest(ws, NAME).experts["conflicts"] == ROWS // 4
    row = next(row for row in waiting if row != "r0")
    conflict = conflicts.open_conflict(ws, NAME, row)
    assert {one.expert for one in conflict.votes} == {"Expert A", "Expert B"}
    model_id = seed.the_spec(ws, NAME).id
    with reading(ws.engine) as session:
        votes = current.of_rows(session, model_id, [row])[row].votes
    assert conflict.suggestion["label"] == votes["ann"]["label"] == conflict.labels[0]
    assert conflict.suggestion["probability"] > 0.8
    with pytest.raises(LabelError, match="reason"):
        conflicts.settle_conflict(ws, NAME, row, "kept", " ", "eve")
    conflicts.settle_conflict(ws, NAME, row, "kept", "the guest came", "eve")
    assert row not in conflicts.list_conflicts(ws, NAME)
    with reading(ws.engine) as session:
        assert events.corrections(session, model_id)[row] == "kept"
    with pytest.raises(LabelError, match="Nobody differs"):
        conflicts.settle_conflict(ws, NAME, row, "kept", "once more", "eve")


def test_an_adjudication_is_no_vote(ws):
    """Who settles has seen the votes: as one more of them they would count twice."""
    before = experts.experts(ws, NAME)
    conflicts.settle_conflict(ws, NAME, conflicts.list_conflicts(ws, NAME)[0], "kept", "seen", "eve")
    after = experts.experts(ws, NAME)
    assert after["people"] == before["people"] == 2
    assert after["agreement"] == before["agreement"]


def test_who_adjudicates_keeps_their_own_vote(ws):
    """Of two experts one settles: without that vote a settled conflict would look as if nobody differed."""
    before = experts.experts(ws, NAME)["agreement"]
    for row in conflicts.list_conflicts(ws, NAME):
        conflicts.settle_conflict(ws, NAME, row, "kept", "looked again", "ann")
    assert experts.experts(ws, NAME)["agreement"] == before


def test_rows_kept_apart_for_comparisons_are_suggested_by_votes_alone(ws):
    """What the models think of them is for nobody to see."""
    model_id = seed.the_spec(ws, NAME).id
    row = conflicts.list_conflicts(ws, NAME)[0]
    with writing(ws.engine) as session:
        known = suspects.model_opinions(session, model_id)
        holdouts.add(
            session,
            Holdout(model_id=model_id, number=1, rows=1, keys_hash="h", first="r0", last="r9"),
            {row: "kept"},
        )
        left = suspects.model_opinions(session, model_id)
    assert set(known["row_id"]) - set(left["row_id"]) == {row}


def test_rows_settled_before_the_search_say_nothing_of_the_models(ws):
    model_id = seed.the_spec(ws, NAME).id
    with writing(ws.engine) as session:
        rows = [
            {"row_id": row, "given": GIVEN[row], "suggested": OTHER[GIVEN[row]], "rank": n, "flagged": False,
             "p_error": 0.5, "prior": 0.5, "impact": 0.1, "reasons": [], "detail": {}}
            for n, row in enumerate(GIVEN)
        ]  # fmt: skip
        suspects.add(session, model_id, "later", SUMMARY, rows)
        left = suspects.model_opinions(session, model_id)
    assert sorted(left["row_id"]) == sorted(conflicts.list_conflicts(ws, NAME))


def test_the_command_tells_it_in_sentences_or_one_document(ws, monkeypatch, capsys):
    monkeypatch.setenv("CARETAKER_HOME", str(ws.settings.home))
    assert main(["agreement", NAME, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert errors_of("agreement", document) == []
    assert document["agreement"]["rows"] == ROWS
    assert main(["agreement", NAME, "--names"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 experts agree by .")
    assert lines[1].startswith("ann and bob: kappa .40 (")
    assert lines[-1] == "15 rows wait on Relabel for somebody who settles them."


def test_too_many_people_and_classes_agree_but_are_not_weighed(ws, monkeypatch):
    few = replace(RULES, consensus=replace(RULES.consensus, most_cells=7))
    monkeypatch.setattr(experts._is_weighable, "__defaults__", (few,))
    document = experts.experts(ws, NAME)
    assert document["quality"] == document["suggestions"] == []
    assert document["agreement"]["rows"] == ROWS


def test_one_person_agrees_with_nobody(tmp_path):
    ws = seed.records(tmp_path, 4)
    vote(ws, "ann", {"r0": "kept"})
    with pytest.raises(LabelError, match="two people"):
        experts.experts(ws, NAME)
    ws.engine.dispose()


def test_what_models_think_of_a_row_is_one_less_the_error_for_its_label():
    votes = Votes.from_names(["r", "s", "t"], ["ann"] * 3, list("abc"), tuple("abc"))
    opinions = pd.DataFrame(
        {"row_id": ["s", "r"], "given": ["b", "a"], "suggested": ["c", "b"], "prior": [0.1, 0.5]}
    )
    p = experts.probabilities(votes, opinions)
    assert np.allclose(p[:2], [[0.5, 0.45, 0.05], [0.01, 0.9, 0.09]])
    assert np.isnan(p[2]).all()
    assert experts.probabilities(votes, opinions[:0]) is None
