"""Send five rows of a draft through a card and show what comes out: nothing is stored."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import DataError
from core.jobs.spec import Progress, StepContext
from core.lake.rows_view import score_columns
from core.model import ModelSpec
from core.registry import load
from core.registry import models as registered
from core.services.dataset import features
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import carry_out
from core.services.onboarding.draft import record
from core.services.onboarding.draft.preview import LookState, cell, examine
from core.services.onboarding.jobs import Try
from core.services.onboarding.own_classes import require_own_classes
from core.services.onboarding.plan import Plan, registry_version
from core.services.scoring import predict_columns
from core.settings import Settings
from core.store.workspace import open_workspace

FEW = 5
TRIAL_ROWS, REHEARSED_ROWS = 1_000, 200_000
PARTS = {"_id": "id", "_time": "time", "_label": "label", "_prediction": "prediction", "_version": "version"}


def send_through(context: StepContext[Try]) -> dict[str, Any]:
    """Five rows of the draft sent through the card: a sentence and the rows as they come out.

    Raises:
        DataError: the rows do not fit, or an earlier card is not ready.
    """
    with context.workspace() as ws:
        draft = record.load(ws, context.args.draft)
    if draft is None:
        raise DataError("This draft is gone.", "Begin a new one in Setup.")
    context.progress(0.1, "Reading the rows")
    state = examine(context.settings, draft.entries, LookState())
    made = state.planned
    if made is None:
        raise DataError("Nothing can be sent through yet.", "Name the model and choose it on the card Model.")
    return {
        "data": lambda: _data(made),
        "labels": lambda: _labels(made),
        "model": lambda: _model(context.settings, state, made, context.progress),
        "checks": lambda: _checks(state, made, context.work, context.progress),
    }[context.args.card]()


def _few(made: Plan) -> pd.DataFrame:
    return (made.log if len(made.log) else made.training).head(FEW)


def _document(sentence: str, rows: pd.DataFrame) -> dict[str, Any]:
    values = {str(name): [cell(value) for value in rows[name]] for name in rows.columns}
    return {"sentence": sentence, "rows": values}


def _data(made: Plan) -> dict[str, Any]:
    """As they would be stored: every value under the part that it plays."""
    rows = _few(made)
    named = {name: part for name, part in PARTS.items() if rows[name].notna().any()}
    columns = rows[[*named, *(name for name in rows.columns if not str(name).startswith("_"))]]
    return _document(f"{FEW} rows were read; every value fits its column.", columns.rename(columns=named))


def _labels(made: Plan) -> dict[str, Any]:
    spec, every = made.spec, pd.concat([made.training, made.log])
    rows = every[every["_label"].notna()].head(FEW)
    table = pd.DataFrame({"id": rows["_id"], "label": rows["_label"]})
    if spec.classes:
        table["class number"] = [spec.classes.index(label) + 1 for label in rows["_label"]]
    if rows["_time"].notna().any():
        delay = pd.Timedelta(days=spec.label_delay_days or 0)
        table["time"] = rows["_time"]
        table["counts from"] = rows["_label_time"].fillna(rows["_time"] + delay)
    known = f"{int(every['_label'].notna().sum()):,} of {len(every):,} rows have a label."
    return _document(known, table)


def _model(settings: Settings, state: LookState, made: Plan, progress: Progress) -> dict[str, Any]:
    spec, rows = made.spec, _few(made)
    if state.request is not None and state.request.model is not None:
        name, version_asked = registry_version(state.request.model)
        version = version_asked or registered.champion(settings, name)
        if version is None:
            raise DataError(f"The model {name!r} has no champion.", "Choose a version.")
        progress(0.4, f"Loading version {version}")
        estimator = load.load_model(settings, spec, version)
        require_own_classes(spec, estimator, rows, f"Version {version} of {name}")
        rows = _predict(spec, estimator, rows)
        sentence = f"{name} version {version} predicted {len(rows)} rows."
    elif state.request is not None and state.request.train_until is not None:
        progress(0.4, "Training on a few rows")
        learnt = made.training.sample(min(TRIAL_ROWS, len(made.training)), random_state=0)
        rows = _predict(spec, _fit(spec, learnt), rows)
        sentence = f"A trial model that learnt from {len(learnt):,} rows predicted {len(rows)} others."
    else:
        sentence = f"What the log says of {len(rows)} rows."
    return _document(sentence, _scores(spec, rows))


def _fit(spec: ModelSpec, rows: pd.DataFrame) -> Any:
    from core.training.recipes import build

    table = features(spec, rows)
    return build(spec.recipe or "", table, spec, 0).fit(table, rows["_label"])


def _predict(spec: ModelSpec, estimator: Any, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**predict_columns(estimator, spec, features(spec, rows)))


def _scores(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    table = rows[["_id", "_prediction", "_label"]].rename(columns=PARTS)
    for name, column in zip(spec.classes, score_columns(spec), strict=False):
        if rows[column].notna().any():
            table[f"score of {name}"] = rows[column].round(3)
    return table


def _checks(state: LookState, made: Plan, work: Path, progress: Progress) -> dict[str, Any]:
    """The chunks; for a log that holds its predictions also the verdict, computed in a home of its own."""
    counts = pd.concat([made.training, made.log]).groupby("_chunk")["_label"].agg(["size", "count"])
    table = pd.DataFrame({"chunk": counts.index, "rows": counts["size"], "with a label": counts["count"]})
    sentence = (
        f"{len(table)} chunks of {made.spec.chunk}; the smallest has {int(counts['size'].min()):,} rows."
    )
    silent = made.log["_prediction"].isna().any() or len(made.training)
    if state.request is None or silent or len(made.log) > REHEARSED_ROWS:
        return _document(sentence, table)
    progress(0.5, "Rehearsing the check")
    rehearsal = open_workspace(Settings(home=work / "rehearsal"))
    spec = carry_out(rehearsal, replace(state.request, by="rehearsal"), made)
    document = monitor.refresh(rehearsal, spec.name)
    rehearsal.engine.dispose()
    return _document(f"{sentence} The verdict would be: {document['sentence']}", table)
