"""What the database filters, orders and counts is what filtering every scanned row in memory gives."""

import random
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import event
from sqlmodel import select

from core.model import ModelSpec, Roles
from core.services.label_errors import suspect_list
from core.services.label_errors.suspect_list import COLUMNS, SuspectFilter
from core.settings import Settings
from core.store import audit, models
from core.store.annotation import question_batches, suspects, tasks
from core.store.annotation.suspect_query import list_suspect_rows, list_suspects
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.sealed.documents import DamagedDocument
from core.store.tables import Holdout, LabelCurrent, LabelTask, Scan, Suspect
from core.store.workspace import open_workspace

NAME, ROWS = "bookings", 150
SUMMARY = {
    "on": "all",
    "rows": ROWS,
    "flagged": 0,
    "refused": None,
    "errors": None,
    "knowledge": 0.9,
    "models": [],
    "pairs": [],
    "curve": None,
    "changed": None,
    "unjudged": 0,
    "seconds": 1.0,
}
TASKS = (None, None, None, "open", "settled", "conflict", "withdrawn")
CURRENT = (None, None, None, None, "settled", "unsure", "conflict", "flagged")
IDS = ("row-{}", "Row_{}", "row%{}", 'r"{}', "o'{}", "zimmer-ä{}", "50%_{}")
PAIRS = (None, ("a", "b"))
REASONS = (None, "models", "nobody")
SEGMENTS = (None, ("the shop", "City"))
STATES = (None, "new", "sent", "settled", "open")
SEARCHES = (None, "", "R", "_", "%", '"', "'", "ä1", "\\", "nothing")
ORDERS = ("impact", "likelihood")
SENDABLE = (SuspectFilter(pair=("a", "b"), sort="likelihood"), SuspectFilter(search="R", state="sent"))


def scanned_row(rng, rank, row_id):
    reasons = {name: f"{name} say so" for name in ("models", "neighbours") if rng.random() < 0.5}
    segments = {"the shop": rng.choice(["City", "Resort"]), "size": rng.choice(["1", "10"])}
    detail = {"reasons": reasons, **({"segments": segments} if rng.random() < 0.7 else {})}
    given, suggested = rng.choice([("a", "b"), ("b", "a"), ("a", "c")])
    likely = rng.choice([0.25, 0.5, 0.75, 0.1 + rng.random() / 2])  # most of them tie
    return {
        "row_id": row_id,
        "given": given,
        "suggested": suggested,
        "p_error": likely,
        "impact": 1 / rank,
        "rank": rank,
        "flagged": rng.random() < 0.6,
        "reasons": list(reasons.values()),
        "detail": detail,
    }


def fill(session, rng, name):
    """A model with a scan, a holdout, and rows in every state."""
    spec = ModelSpec(0, name, "binary", "record", ("a", "b"), Roles("y"), "m", "roc_auc", 0.02, "month")
    model_id = models.add(session, spec).id
    ids = [rng.choice(IDS).format(number) for number in range(ROWS)]
    rows = [scanned_row(rng, rank + 1, row_id) for rank, row_id in enumerate(ids)]
    suspects.add(session, model_id, "older", SUMMARY, rows[:9])
    suspects.add(session, model_id, "newest", SUMMARY, rng.sample(rows, ROWS))
    for row_id in ids:
        task, current = rng.choice(TASKS), rng.choice(CURRENT)
        if task is not None:
            task = "withdrawn" if task == "settled" and current is None else task
            rest = {"kind": "suspect", "priority": 1.0, "state": task}
            session.add(LabelTask(model_id=model_id, row_id=row_id, **rest))
        if current is not None:
            session.add(LabelCurrent(model_id=model_id, row_id=row_id, state=current))
    for number in (1, 2):
        apart = [row_id for row_id in ids if rng.random() < 0.3]
        frozen = Holdout(model_id=model_id, number=number, keys_hash=str(number), first="a", last="b")
        holdouts.add(session, frozen, dict.fromkeys(apart, "a"))


@pytest.fixture(params=["sqlite-1", "sqlite-2", "postgres-3"])
def ws(request, tmp_path):
    database, _, seed = request.param.partition("-")
    url = request.getfixturevalue("postgres") if database == "postgres" else None
    ws = open_workspace(Settings(home=tmp_path, database_url=url) if url else Settings(home=tmp_path))
    rng = random.Random(int(seed))
    with writing(ws.engine) as session:
        for name in ("another", NAME):
            fill(session, rng, name)
    yield ws
    ws.engine.dispose()


def every_row(ws):
    """Each row that may be shown, best first, with its state: read whole, row by row."""
    with reading(ws.engine) as session:
        model_id = models.spec(session, NAME).id
        scan = suspects.latest(session, model_id)
        rows = session.exec(select(Suspect).where(Suspect.scan_id == scan.id).order_by(Suspect.rank)).all()
        tasks = session.exec(select(LabelTask).where(LabelTask.model_id == model_id)).all()
        current = session.exec(select(LabelCurrent).where(LabelCurrent.model_id == model_id)).all()
        apart = set(holdouts.labels(session, holdouts.latest(session, model_id).id))
    task_states = {task.row_id: task.state for task in tasks}
    label_states = {label.row_id: label.state for label in current}
    pairs = [(row, state(task_states.get(row.row_id), label_states.get(row.row_id))) for row in rows]
    return [(row, now) for row, now in pairs if now == "settled" or row.row_id not in apart]


def state(task_state, label_state):
    if label_state == "settled":
        return "settled"
    return "sent" if task_state in {"open", "conflict"} or label_state is not None else "new"


def in_memory(rows, which):
    """The list as it is filtered and ordered without a database."""
    records = [
        {**row.model_dump(), "id": row.row_id, "state": now}
        for row, now in rows
        if row.flagged
        and which.pair in (None, (row.given, row.suggested))
        and (which.reason is None or which.reason in row.detail["reasons"])
        and (
            which.segment is None or row.detail.get("segments", {}).get(which.segment[0]) == which.segment[1]
        )
        and (which.state in (None, now) or (which.state == "open" and now != "settled"))
        and (which.search or "") in row.row_id
    ]
    frame = pd.DataFrame(records, columns=COLUMNS)
    if which.sort == "likelihood":
        frame = frame.sort_values(["p_error", "rank"], ascending=[False, True], ignore_index=True)
    return frame


def likeliest(rows):
    """The same rows, the likeliest error first."""
    return sorted(rows, key=lambda row: (-row[0].p_error, row[0].rank))


def filters():
    for pair, reason, segment, now, sort in product(PAIRS, REASONS, SEGMENTS, STATES, ORDERS):
        yield SuspectFilter(pair=pair, reason=reason, segment=segment, state=now, sort=sort)
    for search, now, sort in product(SEARCHES, (None, "new"), ORDERS):
        yield SuspectFilter(search=search, state=now, sort=sort)
    yield SuspectFilter(segment=("size", "1"), search="o")


def test_every_filter_in_every_order_lists_and_counts_the_same_rows(ws):
    rows = every_row(ws)
    lengths = set()
    for which in filters():
        expected = in_memory(rows, which)
        assert_frame_equal(suspect_list.suspects(ws, NAME, which), expected)
        counts = (len(expected), int((expected["state"] == "new").sum()))
        assert suspect_list.count_suspects(ws, NAME, which) == counts
        lengths.add(len(expected))
    assert min(lengths) == 0
    assert max(lengths) > ROWS / 3


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_is_the_beginning_of_the_list_wherever_it_ends_among_ties(ws, sort):
    which = SuspectFilter(sort=sort)
    expected = in_memory(every_row(ws), which)
    for limit in (*range(25), len(expected) - 1, len(expected), len(expected) + 1):
        page = suspect_list.suspects(ws, NAME, which, limit=limit)
        assert list(page["id"]) == list(expected["id"].head(limit))
        assert list(page["rank"]) == list(expected["rank"].head(limit))


def test_the_export_holds_every_visible_row_best_first(ws):
    expected = [row for row, _ in every_row(ws)]
    table = suspect_list.export(ws, NAME, sort="impact")
    assert table["id"].tolist() == [row.row_id for row in expected]
    assert table["reasons"].tolist() == [" | ".join(row.reasons) for row in expected]
    assert suspect_list.export(ws, NAME, top=9, sort="impact")["id"].tolist() == table["id"].tolist()[:9]


@pytest.mark.parametrize("number", [1, 4, 5, 20, 40, 500])
@pytest.mark.parametrize("which", SENDABLE)
def test_what_is_sent_are_the_new_ones_of_the_list_then_the_next_and_random_others(ws, which, number):
    rows = likeliest(every_row(ws))
    new = [row.row_id for row, now in rows if now == "new"]
    on_list = in_memory(rows, which)
    first = [row_id for row_id, now in zip(on_list["id"], on_list["state"], strict=True) if now == "new"]
    ordered = [*first, *(row_id for row_id in new if row_id not in first)]
    waiting = open_questions(ws)

    suspect_list.send(ws, NAME, replace(which, flagged=True), "ada", number)
    body = newest_batch(ws)
    drawn = [body["rows"][place] for place in body["drawn"]]
    picks = [row_id for row_id in body["rows"] if row_id not in drawn]
    assert picks == [row_id for row_id in ordered if row_id not in drawn][: number - number // 5]
    assert len(set(drawn) - waiting) == min(number // 5, ROWS - len(waiting) - len(picks))
    assert set(picks) <= open_questions(ws)


def open_questions(ws):
    with reading(ws.engine) as session:
        states = tasks.states(session, models.spec(session, NAME).id)
    return {row_id for row_id, state in states.items() if state in {"open", "conflict"}}


def newest_batch(ws):
    with reading(ws.engine) as session:
        model_id = models.spec(session, NAME).id
        return audit.entries(session, model_id, 1, actions={question_batches.ACTION})[0].body


def test_random_rows_are_drawn_as_long_as_there_is_one(ws):
    """More are wanted than there are: every row comes once, also those kept apart for comparisons."""
    with reading(ws.engine) as session:
        scan = suspects.latest(session, models.spec(session, NAME).id)
        ids = set(suspects.scores(session, scan)["row_id"])
    suspect_list.send_random(ws, NAME, "ada", 500)
    body = newest_batch(ws)
    assert sorted(body["rows"]) == sorted(ids)
    assert body["drawn"] == list(range(len(ids)))
    assert suspect_list.send_random(ws, NAME, "ada", 500) == 0


def test_a_search_for_what_no_id_can_hold_finds_nothing(ws):
    """A NUL comes from nowhere but an address typed by hand; PostgreSQL refuses it in any text."""
    assert suspect_list.suspects(ws, NAME, SuspectFilter(search="\x00")).empty
    assert suspect_list.count_suspects(ws, NAME, SuspectFilter(search="\x00")) == (0, 0)


def test_the_oracle_sees_every_state_and_a_holdout(ws):
    rows = every_row(ws)
    assert {now for _, now in rows} == {"new", "sent", "settled"}
    with reading(ws.engine) as session:
        scans = session.exec(select(Scan)).all()
    assert len(scans) == 4
    assert 0 < len(rows) < ROWS


@pytest.mark.parametrize(("sort", "index"), [("impact", "flagged_rank"), ("likelihood", "flagged_error")])
def test_a_page_walks_an_index_of_the_suspects_in_its_order(ws, sort, index):
    """Without it the database would look at every scanned row, or sort every suspect, to draw 200."""
    assert f"ix_suspect_{index}" in plan(ws, SuspectFilter(sort=sort))


def plan(ws, which):
    """How the database goes about the last query of a page."""
    queries = []

    @event.listens_for(ws.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, values, _context, _many):
        queries.append((statement, values))

    suspect_list.suspects(ws, NAME, which, limit=5)
    event.remove(ws.engine, "before_cursor_execute", note)
    with ws.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {queries[-1][0]}", queries[-1][1])
        else:  # it would read a table of 150 rows at once
            for other in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                connection.exec_driver_sql(f"SET enable_{other} = off")
            steps = connection.exec_driver_sql(f"EXPLAIN {queries[-1][0]}", queries[-1][1])
        return "\n".join(str(step) for step in steps)


def test_a_row_that_a_disk_changed_is_refused_and_one_that_was_learnt_from_is_not(ws):
    with writing(ws.engine) as session:
        scan = suspects.latest(session, models.spec(session, NAME).id)
        rows = suspects.scores(session, scan).assign(p_error=0.5, rank=range(1, ROWS + 1))
        suspects.update_scores(session, scan, rows.astype({"impact": float}))
    with reading(ws.engine) as session:
        assert not suspects.is_damaged(session, scan)
        [first] = list_suspects(session, scan, limit=1)
    for change in ({"p_error": 0.25}, {"given": "c"}, {"flagged": not first.suspect.flagged}, {"prior": 0.1}):
        with writing(ws.engine) as session:
            row = session.get(Suspect, (scan.id, first.suspect.row_id))
            before = {name: getattr(row, name) for name in change}
            row.sqlmodel_update(change)
        with reading(ws.engine) as session:
            assert suspects.is_damaged(session, scan)
            for read in (list_suspects, list_suspect_rows):
                with pytest.raises(DamagedDocument, match=r"^Row .* is not what was written") as refused:
                    read(session, scan)
        assert "Search anew" in refused.value.hint
        with writing(ws.engine) as session:
            session.get(Suspect, (scan.id, first.suspect.row_id)).sqlmodel_update(before)
    with writing(ws.engine) as session:  # as a row of before
        session.get(Suspect, (scan.id, first.suspect.row_id)).sqlmodel_update({"digest": None, "rank": 7})
    with reading(ws.engine) as session:
        assert not suspects.is_damaged(session, scan)
