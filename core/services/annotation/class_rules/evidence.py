"""Which two classes experts confuse most, and how far they agree on two classes before and after a rule."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from core.annotation.class_pairs import most_confused as pairs
from core.annotation.class_pairs.differences import Differing, change, differing
from core.annotation.events import OPINIONS, Current, Event, votes
from core.annotation.rules import RULES, AnnotationRules
from core.annotation.votes import Votes
from core.model import ModelSpec
from core.services.annotation.class_rules.views import ConfusedView, DifferView, RuleEffect, SideView
from core.stats.arrays import Counts
from core.store.annotation import class_rules, events
from core.store.annotation.class_rules import ClassRule
from core.store.engine import reading
from core.store.workspace import Workspace


def most_confused(cast: Votes) -> ConfusedView | None:
    """The pair of classes that is confused most, if any two people differ."""
    pair = pairs.most_confused(cast)
    if pair is None:
        return None
    sides = [
        SideView(label=label, rows=one.rows, value=one.value, low=one.low, high=one.high, chance=one.chance)
        for label, one in zip(pair.classes, pair.sides, strict=bool(pair.sides))
    ]
    return ConfusedView(
        classes=[*pair.classes], rows=pair.rows, differ=pair.differ, sides=sides, named=pair.named
    )


def effects(ws: Workspace, spec: ModelSpec, standing: Mapping[str, Current]) -> list[RuleEffect]:
    """How far experts agree before and after each rule that was adopted, the newest first.

    Args:
        ws: the stores.
        spec: the model.
        standing: what holds for its rows.
    """
    with reading(ws.engine) as session:
        rules = [rule for rule in class_rules.list_rules(session, spec.id) if rule.adopted_at]
        rows = _rows(standing, {label for rule in rules for label in rule.classes})
        history = events.of_rows(session, spec.id, rows)
    return [_effect(rule, rule.adopted_at, history) for rule in rules if rule.adopted_at]


def _rows(
    standing: Mapping[str, Current], labels: Iterable[str], rules: AnnotationRules = RULES
) -> list[str]:
    """The newest rows of which several people said something, and one of them one of these labels."""
    labels = frozenset(labels)
    several = [
        row_id
        for row_id, now in standing.items()
        if len(now.votes) > 1 and any(vote["label"] in labels for vote in now.votes.values())
    ]
    several.sort(key=lambda row_id: (standing[row_id].updated_at, row_id), reverse=True)
    return several[: rules.consensus.most_rows]


def _effect(rule: ClassRule, moment: datetime, history: Mapping[str, Sequence[Event]]) -> RuleEffect:
    """Rows as they stood when the rule was adopted, beside those of which nobody had an opinion then."""
    then = {row_id: [event for event in past if event.at <= moment] for row_id, past in history.items()}
    fresh = [row_id for row_id, past in then.items() if not any(e.action in OPINIONS for e in past)]
    before = differing(_counts(then.values(), rule.classes))
    after = differing(_counts([history[row_id] for row_id in fresh], rule.classes))
    return RuleEffect(
        number=rule.number,
        classes=[*rule.classes],
        adopted_at=moment.isoformat(),
        before=_view(before),
        after=_view(after),
        change=change(before, after),
    )


def _counts(rows: Iterable[Sequence[Event]], classes: tuple[str, str]) -> Counts:
    """(n, 2) votes for either class, of the rows with votes for no other."""
    labels = [[*votes(past).values()] for past in rows]
    own = [[one.count(label) for label in classes] for one in labels if {*one} <= {*classes}]
    return np.array(own, dtype=np.int64).reshape(-1, 2)


def _view(known: Differing) -> DifferView:
    return DifferView(value=known.value, low=known.low, high=known.high, rows=known.rows)
