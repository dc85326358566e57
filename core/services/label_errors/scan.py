"""The use case "find suspects": read the labelled rows, let models vote, rank, store."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic, process_time
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.errors import DataError
from core.jobs.spec import Progress
from core.label_errors.search import search
from core.label_errors.strategy import Judgement, LabelledRows
from core.model import ModelSpec
from core.services.dataset import features as features_of
from core.services.dataset import rows
from core.services.label_errors.companions import Jury, champion_key, jury
from core.services.label_errors.embeddings import embed, encoder_key
from core.services.label_errors.jobs import On
from core.services.label_errors.labelled_rows import is_countable, labelled_rows
from core.services.label_errors.record import found_rows, month, refused_summary, summary
from core.services.label_errors.votes import collect
from core.stats.arrays import Floats, Ints
from core.stats.folds import groups
from core.store import models
from core.store.annotation import events, suspects, tasks
from core.store.engine import reading, writing
from core.store.workspace import Workspace
from core.tables.values.content_hash import row_hashes

METHOD = "3"
LEAST_ROWS = 50
EXPLAINING_ROWS = 20_000
VOTED = 0.93
"""Share of the time when all models have voted: what comes after is quick."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The rows of a scan."""

    spec: ModelSpec
    frame: pd.DataFrame
    features: pd.DataFrame
    labelled: LabelledRows
    fingerprint: str
    on: On


def scan(ws: Workspace, name: str, on: On, work: Path, progress: Progress) -> dict[str, Any]:
    """Search the labelled rows for wrong labels and store the result; the same data are not searched twice.

    Args:
        ws: the workspace.
        name: of the model.
        on: the training rows only, or the labelled rows of the log as well.
        work: folder for votes that a restarted scan takes up again.
        progress: takes the done fraction and a sentence; may raise to cancel.

    Raises:
        DataError: there are too few labelled rows, or only one label.
    """
    started, spent = monotonic(), process_time()
    progress(0.0, "Reading the labelled rows")
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    scanned = _read_rows(ws, spec, on)
    with reading(ws.engine) as session:
        known = suspects.latest(session, spec.id)
        if known is not None and (
            known.fingerprint != scanned.fingerprint or suspects.is_damaged(session, known)
        ):
            known = None
    if known is not None:
        return {"scan": known.id, "reused": True, **_outcome(known.summary)}
    with threadpool_limits(1):  # teams of threads that share cores burn ten times as much, waiting
        document, rows_found = _find(ws, scanned, work, progress)
    progress(0.98, "Storing")
    document["seconds"] = round(monotonic() - started, 1)
    document["population"] = _population(scanned.labelled)
    document["processor_seconds"] = round(process_time() - spent, 1)
    with writing(ws.engine) as session:
        scan_id = suspects.add(session, spec.id, scanned.fingerprint, document, rows_found)
    return {"scan": scan_id, "reused": False, **_outcome(document)}


def _outcome(document: dict[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in ("rows", "flagged", "refused")}


def _read_rows(ws: Workspace, spec: ModelSpec, on: On) -> Scanned:
    frame = rows(ws, spec, part="training" if on == "training" else "all")
    with reading(ws.engine) as session:
        settled_labels = events.corrections(session, spec.id)
        audited = tasks.rows_of_kind(session, spec.id, "audit")
    # labels of the log that came early are a biased sample: a cancellation is known sooner than a stay
    countable = frame["_label"].notna() & ((frame["_part"] == "training") | frame["_mature"].astype(bool))
    frame = frame[countable & is_countable(spec, frame["_label"])].reset_index(drop=True)
    if len(frame) < LEAST_ROWS or frame["_label"].nunique() < 2:  # noqa: PLR2004
        raise DataError(
            f"Only {len(frame)} labelled rows of {frame['_label'].nunique()} labels can be searched.",
            f"It takes {LEAST_ROWS} labelled rows of two labels; take in more labels first.",
        )
    table = features_of(spec, frame)
    hashes = row_hashes(table)
    settled, drawn = (frame["_id"].isin(list(ids)).to_numpy(dtype=bool) for ids in (settled_labels, audited))
    labelled = labelled_rows(spec, frame, settled, drawn, groups(hashes))
    return Scanned(spec, frame, table, labelled, _fingerprint(ws, spec, labelled, hashes, frame, on), on)


def _fingerprint(
    ws: Workspace,
    spec: ModelSpec,
    labelled: LabelledRows,
    hashes: npt.NDArray[np.uint64],
    frame: pd.DataFrame,
    on: On,
) -> str:
    """Of everything that the result depends on: rows, labels, annotations, models, method."""
    digest = hashlib.sha256(
        f"{METHOD} {on} {spec.classes} {champion_key(ws, spec)}{encoder_key(spec)}".encode()
    )
    ids = np.asarray(pd.util.hash_array(np.asarray(labelled.ids, dtype=object)))
    moments = pd.util.hash_pandas_object(frame["_time"], index=False).to_numpy()
    vectors = frame[list(spec.roles.embedding)].to_numpy()
    for part in (ids, hashes, moments, vectors, labelled.given_labels, labelled.current, labelled.settled):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _population(labelled: LabelledRows) -> str:
    """Of the rows and their given labels: a sample of one population says nothing of another."""
    labels = labelled.texts(labelled.given_labels)
    hashes = [
        np.asarray(pd.util.hash_array(np.asarray(part, dtype=object))) for part in (labelled.ids, labels)
    ]
    pairs = np.stack(hashes)[:, np.argsort(hashes[0], kind="stable")]
    return hashlib.sha256(np.ascontiguousarray(pairs).tobytes()).hexdigest()


def _find(
    ws: Workspace, scanned: Scanned, work: Path, progress: Progress
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    encoded = 0.05

    def encoding(done: float, message: str) -> None:
        nonlocal encoded
        encoded = 0.05 + 0.5 * done
        progress(encoded, message)

    embedded = embed(ws, scanned.spec, scanned.frame, encoding)
    members = jury(ws, scanned.spec, scanned.frame, embedded)
    labelled = scanned.labelled

    def voting(done: float, message: str) -> None:
        progress(min(VOTED, encoded + (VOTED - encoded) * done), message)

    votes = collect(members, labelled, work, scanned.fingerprint, voting)
    beside = {
        "left_out": [{"name": name, "seconds": spent} for name, spent in votes.left_out.items()],
        "encoder": None if embedded is None else embedded.source,
    }
    progress(VOTED, "Weighing the votes")
    judgement = labelled.judge(votes.shuffled, votes.local, members.vectors)
    if judgement.refused is not None:
        return refused_summary(scanned.on, judgement) | beside, []
    changed = month(judgement.changed.start)
    result = search(
        judgement,
        members.vectors,
        contributions=_contributions(members, scanned, judgement, progress),
        features=tuple(map(str, _read_by_champion(members).columns)),
        changed=changed,
    )
    document = summary(scanned.on, judgement, result, changed) | beside
    return document, found_rows(scanned.spec, scanned.frame, judgement, result)


def _contributions(
    members: Jury, scanned: Scanned, judgement: Judgement, progress: Progress
) -> Callable[[Ints], Floats | None] | None:
    if scanned.spec.item != "record" or not judgement.BY_FEATURE:
        return None
    progress(0.95, "Looking for the features that speak for the suggestion")
    rng, table = np.random.default_rng(0), _read_by_champion(members)
    learnt = np.sort(rng.permutation(np.arange(len(table)))[:EXPLAINING_ROWS])
    model = clone(members.contenders[0].estimator)
    model.fit(table.iloc[learnt], scanned.labelled.targets[learnt])
    return partial(judgement.contributions, model, table)


def _read_by_champion(members: Jury) -> pd.DataFrame:
    """What the champion reads of the rows; it always votes on a table."""
    return cast("pd.DataFrame", members.contenders[0].features)
