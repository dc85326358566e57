"""Whether a registered model's classes are those of the labels: what is written otherwise is asked for."""

from dataclasses import replace
from typing import Any

import pandas as pd

from core.errors import SchemaError
from core.model import ModelSpec
from core.registry.foreign import Foreign
from core.services.dataset import features
from core.tables.roles.meanings import require_meanings
from core.tables.table import Table
from core.tables.values.classes import class_spellings

MOST_SHOWN = 2_000
"""Rows that are predicted to show which meaning is right more often: shares within two points."""


def require_own_classes(spec: ModelSpec, estimator: Any, rows: pd.DataFrame, title: str) -> None:
    """Ask what the classes of a registered model mean where they are no class in any spelling.

    Args:
        spec: the model, with what was said its names mean.
        estimator: as `core.registry.load.load_model` gives it.
        rows: canonical rows, of which those with a label show which meaning is right more often.
        title: names the version in messages.

    Raises:
        UnsureRole: they could be the classes under other names.
        SchemaError: they are others.
    """
    foreign = isinstance(estimator, Foreign)
    own = [str(name) for name in (estimator.own_classes if foreign else getattr(estimator, "classes_", ()))]
    same = class_spellings(own, spec.classes)
    strange = [name for name in own if name not in spec.classes and name not in same]
    if not spec.classes or not strange:
        return
    if len(own) == len(strange) == len(spec.classes):
        labelled = rows[rows["_label"].notna()].head(MOST_SHOWN)
        ask = estimator.own_decisions if foreign else estimator.predict
        decided = list(map(str, ask(features(spec, labelled)))) if len(labelled) else []
        # every name once more without a label, so that it is asked about all of them
        table = pd.DataFrame(
            {"predict": [*decided, *own], "label": [*labelled["_label"], *[None] * len(own)]}
        )
        roles = replace(spec.roles, prediction="predict", label="label", means={})
        require_meanings(Table(table, title), replace(spec, roles=roles))
    raise SchemaError(
        f"{title} knows the classes {', '.join(own[:8])}; the labels are {', '.join(spec.classes[:8])}.",
        "Connect it with the label that it was trained for, or say what each of its names means: "
        f"{' '.join(f'--means {name}=CLASS' for name in strange[:8])}.",
    )
