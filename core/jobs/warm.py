"""Imported once, by the process from which the steps are forked: loads the heavy libraries for all."""

import gc
from contextlib import suppress
from importlib import import_module

NAMES = (
    "pandas",
    "pyarrow.parquet",
    "duckdb",
    "sqlmodel",
    "alembic.command",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "skops.io",
    "mlflow.sklearn",
)

# Looking for garbage while a million objects are made for good costs a tenth of the time; frozen, they
# also stay in memory pages that all steps share.
gc.disable()
for _name in NAMES:
    import_module(_name)
with suppress(AttributeError):
    # Before MLflow writes a model it reads the metadata of every installed package, half a second once a
    # process; a release that does it elsewhere does it later.
    import_module("mlflow.utils.requirements_utils")._init_packages_to_modules_map()  # noqa: SLF001
gc.freeze()
gc.enable()
