"""What a search is offered of the joined sources: derivations, and the steps that carry them out."""

from collections.abc import Iterable

from core.model import JoinedSource, ModelSpec
from core.services.experiments.joins import kept_rows
from core.settings import Settings
from core.training.search.derivations import Derivation, ReadyStep


def joined_derivations(spec: ModelSpec) -> list[Derivation]:
    """One for each source, with all its columns."""
    return [_derivation(source) for source in spec.joined]


def _derivation(source: JoinedSource) -> Derivation:
    columns = tuple(f"{source.name}.{column}" for column in source.columns)
    return Derivation("joined", columns, source.name, source.digest)


def ready_steps(settings: Settings, spec: ModelSpec) -> dict[str, ReadyStep]:
    """Digest -> the step that adds the columns of a source.

    Raises:
        StoreError: the rows of a source are gone.
    """
    steps = {}
    for source in spec.joined:
        step = kept_rows.read(settings, spec, source)
        steps[source.digest] = ReadyStep(step, numeric=step.numbers, categorical=step.kinds)
    return steps


def with_newest(spec: ModelSpec, features: Iterable[Derivation]) -> tuple[Derivation, ...]:
    """The derivations, those of a source with its newest rows; of sources that are joined no more, none."""
    names = {source.name for source in spec.joined}
    return renew(spec, (one for one in features if one.kind != "joined" or one.name in names))


def renew(spec: ModelSpec, features: Iterable[Derivation]) -> tuple[Derivation, ...]:
    """The derivations, those of a source with its newest rows; one that is joined no more stays as it was."""
    newest = {source.name: _derivation(source) for source in spec.joined}
    return tuple(newest.get(one.name, one) if one.kind == "joined" else one for one in features)
