"""Where the files of a fitted experiment wait to be registered: the model, what it predicted, an example."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.jobs.spec import StepContext
from core.lake import prediction_cache
from core.model import ModelSpec
from core.registry import files

if TYPE_CHECKING:
    import pandas as pd

    from core.stats.predictions import Predictions

FOLD_PREDICTIONS = "fold_predictions.parquet"


def folder_of(ctx: StepContext[Any], item: dict[str, Any]) -> Path:
    """The folder of one experiment."""
    return ctx.work / f"trial-{item['trial']}"


def write_fit(folder: Path, estimator: Any, examples: "pd.DataFrame") -> None:
    """The fitted estimator, and some rows as it reads them."""
    from core.registry.package import example_rows

    folder.mkdir(parents=True, exist_ok=True)
    example_rows(examples).to_parquet(folder / "example.parquet", index=False)
    files.save(estimator, folder / "model.skops")


def write_predictions(
    path: Path, spec: ModelSpec, row_ids: "pd.Series[str] | list[str]", predictions: "Predictions"
) -> None:
    """What was predicted for some rows, as comparisons read it."""
    table = prediction_cache.table(spec, row_ids, predictions.outputs, predictions.predicted)
    table.to_parquet(path, index=False)


def write_document(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON document; a crash leaves the old one or the new one."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(document))
    partial.replace(path)
