"""The models of a home as a file, always in the same bytes."""

from collections.abc import Sequence
from typing import Any

from core.services.onboarding.connect_model import list_models
from core.services.onboarding.declared.form.secrets import require_no_secret
from core.services.onboarding.declared.form.write_yaml import HEADER, to_yaml
from core.services.onboarding.declared.sections.registry import read_model
from core.store import models
from core.store.engine import reading
from core.store.workspace import Workspace

FORM = 1


def declare(ws: Workspace, names: Sequence[str] = ()) -> str:
    """The file of these models, or of all of them, in the order in which they were connected.

    Raises:
        DataError: there is no such model, or something in one looks like a secret.
    """
    text = as_file(read_models(ws, names))
    require_no_secret(text, "The file that was to be written")
    return text


def read_models(ws: Workspace, names: Sequence[str] = ()) -> dict[str, Any]:
    """Name of a model -> its sections, in the form of the file.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        for name in names:
            models.spec(session, name)
        return {
            spec.name: read_model(session, models.by_id(session, spec.id))
            for spec in list_models(ws)
            if not names or spec.name in names
        }


def as_file(content: dict[str, Any]) -> str:
    """Name of a model -> its sections, as the text of a file."""
    return HEADER + to_yaml({"caretaker": FORM, "models": content})
