"""One section of a model's file: how it is read from the home, and made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.jobs.job import Job
from core.model import ModelSpec
from core.settings import Settings
from core.store.engine import StoreSession


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction in which a section is made.

    Attributes:
        by: who asks for it; `file`: of which file, both for the record.
    """

    session: StoreSession
    settings: Settings
    name: str
    by: str
    file: str


def nothing_to_prepare(_settings: Settings, _spec: ModelSpec, _before: Any, wish: Any) -> Any:
    """A wish that needs nothing outside of the transaction."""
    return wish


def no_jobs(_spec: ModelSpec, _before: Any, _wish: Any, _by: str) -> tuple[Any, tuple[Job, ...]] | None:
    """A section that is made in the transaction."""
    return None


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes:
        read: what the home has, in the form of the file, every key of it.
        apply: make what is wished; refuses with a `CaretakerError` what cannot be.
        prepare: what looks at files or databases, before the transaction, of what is not as it was;
            gives what `apply` gets.
        jobs: for what only a job can make: what will be there, and the jobs; None where there are none.
        causes: key -> what a change of it causes; "" for all others.
    """

    read: Callable[[StoreSession, ModelSpec], Any]
    apply: Callable[[Change, Any], None]
    prepare: Callable[[Settings, ModelSpec, Any, Any], Any] = nothing_to_prepare
    jobs: Callable[[ModelSpec, Any, Any, str], tuple[Any, tuple[Job, ...]] | None] = no_jobs
    causes: Mapping[str, str] = field(default_factory=dict)
