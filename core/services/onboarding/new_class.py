"""Add a class to a model: rows that have it count from then on, and experts can choose it."""

from dataclasses import replace

from core.errors import DataError
from core.model import ModelSpec
from core.store import audit, models
from core.store.engine import StoreSession, writing
from core.store.workspace import Workspace

LONGEST = 200


def add_class(ws: Workspace, name: str, new: str, by: str) -> ModelSpec:
    """The model with one more class, last; what it was trained on and said before stays as it was.

    Every chunk is counted anew by the next check.

    Raises:
        DataError: there is no such model, it has the class already, or it has two classes or none.
    """
    with writing(ws.engine) as session:
        return extend_classes(session, name, new, by)


def extend_classes(session: StoreSession, name: str, new: str, by: str, file: str = "") -> ModelSpec:
    """The same in a transaction that is open; `file` is the one of models as code that asks for it.

    Raises:
        DataError: as `add_class` does.
    """
    spec = models.spec(session, name, to_change=True)
    if new in spec.classes:
        raise DataError(f"{name} has the class {new!r} already.", "There is nothing to do.")
    if not new.strip() or len(new) > LONGEST:
        raise DataError(f"{new!r} cannot be a class.", f"Use 1 to {LONGEST} letters.")
    if spec.task != "multiclass":
        raise DataError(
            f"{name} is a {spec.task} model: a further class makes it another task.",
            "Connect it under a new name with --task multiclass.",
        )
    changed = replace(spec, classes=(*spec.classes, new))
    models.replace(session, changed)
    audit.add(session, spec.id, by, "class", {"added": new} | ({"file": file} if file else {}))
    return changed
