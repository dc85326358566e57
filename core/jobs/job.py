"""What a job is: frozen arguments, and beside them the steps by which the worker does it.

A room declares its jobs in `jobs.py`, which imports nothing heavy: a page submits the arguments, and only the
worker calls the steps, which import what they need. The name of a job and the names of its arguments stand in
the tables of the job library, where jobs of an older version wait: they stay as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from types import ModuleType
from typing import Any, ClassVar, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.errors import CaretakerError
from core.jobs.spec import StepContext

SUBMIT_AGAIN = "An older or newer version of Caretaker put it in line: start the job again."


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job; it may be killed at any moment and run again.

    Attributes:
        function: takes a `StepContext`, returns a small JSON document.
        weight: its share of the time of the whole job, beside the weights of the other steps.
    """

    function: Callable[[StepContext[Any]], dict[str, Any]]
    weight: float


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of a kind of job without its arguments.

    Attributes:
        name: of the kind in the job library's tables, e.g. "retrain".
        title: what people read, e.g. "Retrain".
        quick: does not wait behind the heavy jobs.
        does: further jobs whose work this one does as well, or in whose way it stands.
        steps: in order; `step` adds them.
    """

    name: str
    title: str
    quick: bool
    does: "tuple[type[Job], ...]"
    steps: list[Step] = field(default_factory=list)

    def span(self, index: int) -> tuple[float, float]:
        """From which fraction of the job to which the step at `index` runs."""
        weights = [step.weight for step in self.steps]
        return sum(weights[:index]) / sum(weights), sum(weights[: index + 1]) / sum(weights)


@dataclass(frozen=True, slots=True)
class Job:
    """The arguments of a job; a subclass is declared with `job`."""

    declaration: ClassVar[Declaration]

    def models(self) -> tuple[str, ...]:
        """Names of the models that the job is about."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelJob(Job):
    """The arguments of a job about one model.

    Attributes:
        model: name of the model.
    """

    model: str

    def models(self) -> tuple[str, ...]:
        """The name of the model."""
        return (self.model,)


Jobs: TypeAlias = Mapping[str, type[Job]]
AJob = TypeVar("AJob", bound=Job)
AModelJob = TypeVar("AModelJob", bound=ModelJob)
StepFunction: TypeAlias = Callable[[StepContext[AJob]], dict[str, Any]]


def job(
    name: str, title: str, *, quick: bool = False, does: tuple[type[Job], ...] = ()
) -> Callable[[type[AJob]], type[AJob]]:
    """Declare the dataclass below as the arguments of a job; `Declaration` says what each word means."""

    def declare(arguments: type[AJob]) -> type[AJob]:
        arguments.declaration = Declaration(name, title, quick, does)
        return arguments

    return declare


def step(of: type[AJob], *, weight: float = 1.0) -> Callable[[StepFunction[AJob]], StepFunction[AJob]]:
    """Make the function below the next step of the job."""

    def add(function: StepFunction[AJob]) -> StepFunction[AJob]:
        of.declaration.steps.append(Step(function, weight))
        return function

    return add


def declared_jobs(*modules: ModuleType) -> Jobs:
    """The jobs that these modules declare, by the names of their kinds."""
    return {
        value.declaration.name: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Job) and "declaration" in vars(value)
    }


def from_json(kind: type[AJob], document: Mapping[str, Any]) -> AJob:
    """The arguments of a job as the job library keeps them.

    Raises:
        CaretakerError: an argument is missing, unknown or of another type.
    """
    title, known = kind.declaration.title, {argument.name: argument for argument in fields(kind)}
    for name in document:
        if name not in known:
            raise CaretakerError(f"{title}: the argument {name!r} is not known.", SUBMIT_AGAIN)
    for name, argument in known.items():
        if argument.default is MISSING and argument.default_factory is MISSING and name not in document:
            raise CaretakerError(f"{title}: the argument {name!r} is missing.", SUBMIT_AGAIN)
    try:
        arguments: AJob = _adapter(kind).validate_python(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CaretakerError(f"{title}: the argument {where!r}: {first['msg']}.", SUBMIT_AGAIN) from error
    return arguments


def to_json(arguments: Job) -> dict[str, Any]:
    """The arguments as the job library keeps them: `from_json` gives them back."""
    document: dict[str, Any] = _adapter(type(arguments)).dump_python(arguments, mode="json")
    return document


_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def does_work_of(running: Job, kind: type[Job], model: str = "") -> bool:
    """Whether a job does the work of that kind for the model, or stands in its way: a second one must wait.

    It may do it as one of its steps. Without a model, whether it does that work at all.
    """
    does = (type(running), *running.declaration.does)
    return issubclass(kind, does) and (not model or model in running.models())
