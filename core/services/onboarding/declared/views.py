"""The plan as people and programs read it."""

from typing import Any, Literal

from typing_extensions import TypedDict


class ChangeEntry(TypedDict):
    """One value that would change."""

    key: str
    """Section and key, e.g. checks.metric; of sources and joins with their address or name."""
    before: Any
    """As it is; null where there is nothing."""
    after: Any
    """As it would be."""
    causes: str
    """What the change causes, in a sentence; empty where nothing follows."""


class ProblemEntry(TypedDict):
    """Something that cannot be made."""

    place: str
    """File and line."""
    message: str
    """What it is."""
    hint: str
    """What to do next."""


class ModelPlanEntry(TypedDict):
    """What applying the files would do to one model."""

    model: str
    """Name."""
    action: Literal["create", "change", "keep", "refuse"]
    """Connect it, change it, nothing to do, or something of it cannot be made."""
    changes: list[ChangeEntry]
    """Every value that would change; of a new model what is beyond the defaults of connecting."""
    notes: list[str]
    """What to know, e.g. what was guessed of its columns."""
    problems: list[ProblemEntry]
    """What cannot be made; nothing is applied while there is one."""


class ModelsPlanDocument(TypedDict):
    """What `python -m core plan` prints."""

    fingerprint: str
    """Changes when the files or the models in the home change; `apply --plan` holds to it."""
    models: list[ModelPlanEntry]
    """The models of the files, in their order."""
    untouched: list[str]
    """Models of the home that no file names: they stay as they are."""
