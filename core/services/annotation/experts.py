"""How several experts agree, how good each of them is, and what that suggests where they differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import combinations

import numpy as np
import pandas as pd

from core.annotation.agreement import Agreement, cohen_kappa, krippendorff_alpha
from core.annotation.dawid_skene import Consensus, settle
from core.annotation.events import VOTES, Current, Event
from core.annotation.events import votes as votes_of
from core.annotation.quality import Quality, quality
from core.annotation.rules import RULES, AnnotationRules
from core.annotation.votes import Votes
from core.errors import LabelError
from core.model import ModelSpec
from core.services.annotation.class_rules import evidence
from core.services.annotation.views import (
    AgreementView,
    ExpertsDocument,
    PairView,
    QualityView,
    SuggestedLabel,
)
from core.stats.arrays import Floats
from core.store import models
from core.store.annotation import current, events, suspects
from core.store.engine import reading
from core.store.workspace import Workspace

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def experts(ws: Workspace, name: str, *, named: bool = False) -> ExpertsDocument:
    """Agreement and quality of those who labelled rows of a model, by pseudonyms unless `named`.

    Raises:
        DataError: there is no such model.
        LabelError: fewer than two people have labelled something, or the labels are numbers.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    document = describe(ws, spec, named=named)
    if document is None:
        raise LabelError(
            f"Agreement needs two people who chose classes of {name}.",
            "Take in the labels of another expert: python -m core annotate NAME FILE --by PERSON.",
        )
    return document


def describe(ws: Workspace, spec: ModelSpec, *, named: bool = False) -> ExpertsDocument | None:
    """The same; None with fewer than two people, or where labels are numbers."""
    with reading(ws.engine) as session:
        standing = current.read(session, spec.id)
        opinions = suspects.model_opinions(session, spec.id)
        people = events.people(session, spec.id)
        settled = [row_id for row_id, now in standing.items() if _is_adjudicated(now)]
        history = events.of_rows(session, spec.id, settled)
    for row_id, past in history.items():  # who adjudicates may have voted before
        standing[row_id] = replace(standing[row_id], votes=_as_votes(past))
    votes = read_votes(spec, standing)
    if votes is None or len(votes.people) < 2:  # noqa: PLR2004 -- one agrees with nobody
        return None
    conflicts = {row_id for row_id, now in standing.items() if now.state == "conflict"}
    consensus = settle(votes, probabilities(votes, opinions)) if _is_weighable(votes) else None
    names = {person: person for person in people} if named else pseudonyms(spec.name, people)
    known = [_quality(one, names) for one in quality(votes, consensus)] if consensus else []
    return ExpertsDocument(
        people=len(votes.people),
        conflicts=len(conflicts),
        agreement=_agreement(krippendorff_alpha(votes)),
        pairs=_pairs(votes, names),
        quality=sorted(known, key=lambda one: one["expert"]),
        suggestions=_suggestions(votes, consensus, conflicts) if consensus else [],
        confused=evidence.most_confused(votes),
        rules=evidence.effects(ws, spec, standing),
    )


def _as_votes(past: Sequence[Event]) -> dict[str, dict[str, str | None]]:
    """The labels that people chose themselves, in the form in which they stand in a row's projection."""
    return {person: {"action": "label", "label": label} for person, label in votes_of(past).items()}


def _is_adjudicated(now: Current) -> bool:
    return any(vote["action"] == "adjudicate" for vote in now.votes.values())


def _is_weighable(votes: Votes, rules: AnnotationRules = RULES) -> bool:
    """Whether every person's confusion of every two classes can be computed in time."""
    return len(votes.people) * len(votes.classes) ** 2 <= rules.consensus.most_cells


def pseudonyms(model: str, people: Collection[str]) -> dict[str, str]:
    """Person -> "Expert A": the same for the same people, in an order that says nothing of them.

    >>> sorted(pseudonyms("churn", ["ann", "bob"]).values())
    ['Expert A', 'Expert B']
    """
    drawn = sorted(set(people), key=lambda name: blake2b(f"{model}\0{name}".encode()).digest())
    return {person: f"Expert {_letters(number)}" for number, person in enumerate(drawn)}


def _letters(number: int) -> str:
    """A to Z, then AA, AB.

    >>> [_letters(number) for number in (0, 25, 26, 52)]
    ['A', 'Z', 'AA', 'BA']
    """
    first, last = divmod(number, len(LETTERS))
    return (_letters(first - 1) if first else "") + LETTERS[last]


def read_votes(
    spec: ModelSpec, standing: Mapping[str, Current], rules: AnnotationRules = RULES
) -> Votes | None:
    """The labels that people chose, of the newest rows, those with several first; None without any."""
    by_row = {
        row_id: {
            person: vote["label"]
            for person, vote in now.votes.items()
            if vote["action"] in VOTES and vote["label"] in spec.classes
        }
        for row_id, now in standing.items()
    }
    rows = sorted(
        (row_id for row_id in by_row if by_row[row_id]),
        key=lambda row_id: (len(by_row[row_id]) > 1, standing[row_id].updated_at, row_id),
        reverse=True,
    )[: rules.consensus.most_rows]
    if not rows:
        return None
    votes = [(row_id, person, str(label)) for row_id in rows for person, label in by_row[row_id].items()]
    row_ids, people, labels = zip(*votes, strict=True)
    return Votes.from_names(row_ids, people, labels, spec.classes)


def probabilities(votes: Votes, opinions: pd.DataFrame, rules: AnnotationRules = RULES) -> Floats | None:
    """(n, K) what the models think of rows with votes; NaN where they say nothing, None without them.

    Of a row is known how likely its label before any expert's is wrong, and which class is likeliest then.

    Args:
        votes: of the rows.
        opinions: `row_id`, `given`, `suggested` and `prior`, the probability of an error.
        rules: how much of that is the suggested class's.
    """
    known = opinions[opinions["given"].isin(votes.classes) & opinions["suggested"].isin(votes.classes)]
    known = known.set_index("row_id").reindex(list(votes.row_ids))
    error = known["prior"].to_numpy(dtype=float)
    if np.isnan(error).all():
        return None
    n, K = len(votes.row_ids), len(votes.classes)
    others = max(K - 2, 1)
    share = rules.consensus.suggested if K > 2 else 1.0  # noqa: PLR2004 -- of two classes it is the other
    p = np.repeat(error[:, None] * (1 - share) / others, K, axis=1)
    rows, classes = np.arange(n), pd.Index(votes.classes)
    some = ~np.isnan(error)
    p[rows[some], classes.get_indexer(known["suggested"][some])] = (error * share)[some]
    p[rows[some], classes.get_indexer(known["given"][some])] = (1 - error)[some]
    normalised: Floats = p / p.sum(axis=1, keepdims=True)
    return normalised


def _pairs(votes: Votes, names: Mapping[str, str], rules: AnnotationRules = RULES) -> list[PairView]:
    """Each two who share rows; of very many people those who labelled most."""
    busy = np.argsort(-votes.by_person, kind="stable")[: rules.agreement.most_people].tolist()
    pairs = [
        PairView(
            experts=sorted(names[votes.people[person]] for person in pair),
            **_agreement(cohen_kappa(votes, pair)),
        )
        for pair in combinations(busy, 2)
    ]
    shared = [pair for pair in pairs if pair["rows"]]
    return sorted(shared, key=lambda pair: (-pair["rows"], pair["experts"]))


def _agreement(known: Agreement) -> AgreementView:
    return AgreementView(value=known.value, low=known.low, high=known.high, rows=known.rows)


def _quality(one: Quality, names: Mapping[str, str]) -> QualityView:
    value, low, high = (one.value, one.low, one.high) if one.known else (None, None, None)
    return QualityView(expert=names[one.person], value=value, low=low, high=high, rows=one.n)


def _suggestions(votes: Votes, consensus: Consensus, conflicts: Collection[str]) -> list[SuggestedLabel]:
    likeliest = consensus.posterior.argmax(axis=1)
    return [
        SuggestedLabel(
            row_id=row_id,
            label=votes.classes[likeliest[row]],
            probability=float(consensus.posterior[row, likeliest[row]]),
        )
        for row, row_id in enumerate(votes.row_ids)
        if row_id in conflicts
    ]
