"""Settled items of two classes that somebody took for the other: what a rule has to tell apart."""

from core.annotation.events import votes
from core.annotation.rules import RULES, PairRules
from core.services.annotation.class_rules.views import RuleExample
from core.services.annotation.items import payload
from core.store import models
from core.store.annotation import current, events
from core.store.engine import reading
from core.store.workspace import Workspace


def examples(
    ws: Workspace, name: str, classes: tuple[str, str], rules: PairRules = RULES.pairs
) -> dict[str, list[RuleExample]]:
    """Class -> its newest settled items that somebody took for the other class, six at most.

    None of rows that are kept apart for comparisons, are asked blind, or wait for further people: what others
    chose of them is for nobody to see.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = {one: current.newest_examples(session, spec.id, one, rules.newest) for one in classes}
        history = events.of_rows(session, spec.id, [row_id for own in rows.values() for row_id in own])
    cast = {row_id: [*votes(past).values()] for row_id, past in history.items()}
    other = {classes[0]: classes[1], classes[1]: classes[0]}
    rows = {
        one: [row_id for row_id in own if other[one] in cast.get(row_id, ())][: rules.examples]
        for one, own in rows.items()
    }
    items = payload(ws, spec, [row_id for own in rows.values() for row_id in own])
    by_row = {item["row_id"]: item for item in items}
    return {
        one: [
            RuleExample(by_row[row_id], cast[row_id].count(other[one]), len(cast[row_id]))
            for row_id in own
            if row_id in by_row
        ]
        for one, own in rows.items()
    }
