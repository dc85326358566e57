"""The holdout in use: frozen at first, replaced by rows that nobody has looked at or learnt from, used up."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import RetrainError
from core.model import ModelSpec
from core.services.annotation.revise import cut
from core.services.annotation.views import RevisionView
from core.services.experiments.holdout.views import FreshenDocument
from core.services.experiments.trial_data import Frozen, content_columns, labels_known_at, read_frozen
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import holdouts, trials
from core.store.ingestion import batches
from core.store.tables import Holdout
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.training.split import Window


def freeze(ws: Workspace, name: str, by: str) -> tuple[ModelSpec, RevisionView, Holdout, Frozen]:
    """Cut a revision and make sure that there is a holdout.

    Raises:
        RetrainError: too few labelled rows.
    """
    revision = cut(ws, name, by)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        upto = batches.newest(session, spec.id)
    frozen = Frozen(revision.id, 0, upto, labels_known_at(spec))
    holdout = ensure_holdout(ws, spec, frozen, by)
    return spec, revision, holdout, replace(frozen, holdout=holdout.id or 0)


def ensure_holdout(ws: Workspace, spec: ModelSpec, frozen: Frozen, by: str) -> Holdout:
    """The holdout in use, or a fresh one: at first, and when enough newer labelled rows have come.

    Args:
        ws: where to keep it.
        spec: the model.
        frozen: which rows are known.
        by: who caused it.
    """
    from core.training.comparison.holdout_budget import is_spent
    from core.training.split import RULES, newer_rows, newest_window

    current, looks, after = _current(ws, spec)
    frame = read_frozen(ws, spec, frozen, [])
    if current is None:
        return _add(ws, spec, newest_window(frame), by, {})
    size = RULES.enough if is_spent(looks + 1) else max(RULES.enough, current.rows)
    window = _fresh(ws, spec, frozen, after) if newer_rows(frame, after) >= size else None
    if window is None:
        return current
    why = {"replaces": current.number, "looks": looks, "why": "newer labelled rows have come"}
    return _add(ws, spec, window, by, why)


def freshen(ws: Workspace, name: str, by: str) -> FreshenDocument:
    """Freeze a new holdout of the newest labelled rows; its ledger begins at the first look.

    They come after everything that a version has learnt from and that a comparison has looked at, and none
    equals in content a row before them. Earlier comparisons keep their holdout.

    Raises:
        RetrainError: there is no holdout yet, or too few newer labelled rows.
    """
    from core.training.split import RULES, newer_rows

    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        upto = batches.newest(session, spec.id)
    frozen = Frozen(0, 0, upto, labels_known_at(spec))
    current, looks, after = _current(ws, spec)
    if current is None:
        raise RetrainError("No holdout was frozen yet.", "Retrain first: that freezes one.")
    window = _fresh(ws, spec, frozen, after)
    if window is None:
        newer = newer_rows(read_frozen(ws, spec, frozen, []), after)
        raise RetrainError(
            f"{newer:,} labelled rows are newer than all that was learnt from or looked at, copies of older "
            f"rows among them; a holdout needs {RULES.enough}.",
            "Send labels for newer rows, or wait until they have come.",
        )
    why = {"replaces": current.number, "looks": looks, "why": "asked for"}
    holdout = _add(ws, spec, window, by, why)
    return FreshenDocument(
        holdout={"number": holdout.number, "rows": holdout.rows, "from": holdout.first, "to": holdout.last},
        replaces=current.number,
        looks=looks,
        left_out=window.left_out,
    )


def _current(ws: Workspace, spec: ModelSpec) -> tuple[Holdout | None, int, str]:
    """The holdout in use, the looks at it, and the place after which nothing was learnt or looked at."""
    with reading(ws.engine) as session:
        current = holdouts.latest(session, spec.id)
        if current is None:
            return None, 0, ""
        looks = len(holdouts.looks(session, current.id or 0))
        learnt = [str(trial.params.get("until", "")) for trial in trials.list_trials(session, spec.id)]
    return current, looks, max(current.last, *learnt) if learnt else current.last


def _fresh(ws: Workspace, spec: ModelSpec, frozen: Frozen, place: str) -> "Window | None":
    from core.training.split import fresh_window

    content = content_columns(spec)
    return fresh_window(read_frozen(ws, spec, frozen, content), place, content)


def _add(ws: Workspace, spec: ModelSpec, window: "Window", by: str, why: dict[str, Any]) -> Holdout:
    from core.training.fingerprint import digest

    new = Holdout(
        model_id=spec.id,
        number=0,
        keys_hash=digest(sorted(window.row_ids)),
        first=window.first,
        last=window.last,
    )
    with writing(ws.engine) as session:
        holdout = holdouts.add(session, new, window.labels)
        if holdout is new:
            body = {"number": holdout.number, "rows": len(window.row_ids), "from": window.first}
            more = {**why, "left_out": window.left_out} if why else {}
            audit.add(session, spec.id, by, "holdout", {**body, "to": window.last, **more})
        return holdout
