"""Send five rows of a draft through a card and show the answer: nothing is stored."""

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
from core.services.onboarding.draft.preview import Looked, cell, examine
from core.services.onboarding.jobs import Try
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
    seen = examine(context.settings, draft.said, Looked())
    made = seen.planned
    if made is None:
        raise DataError("Nothing can be sent through yet.", "Name the model and choose it on the card Model.")
    return {
        "data": lambda: _data(made),
        "labels": lambda: _labels(made),
        "model": lambda: _model(context.settings, seen, made, context.progress),
        "checks": lambda: _checks(seen, made, context.work, context.progress),
    }[context.args.card]()


def _few(made: Plan) -> pd.DataFrame:
    return (made.log if len(made.log) else made.training).head(FEW)


def _answer(sentence: str, rows: pd.DataFrame) -> dict[str, Any]:
    shown = {str(name): [cell(value) for value in rows[name]] for name in rows.columns}
    return {"sentence": sentence, "rows": shown}


def _data(made: Plan) -> dict[str, Any]:
    """As they would be stored: every value under the part that it plays."""
    rows = _few(made)
    named = {name: part for name, part in PARTS.items() if rows[name].notna().any()}
    kept = rows[[*named, *(name for name in rows.columns if not str(name).startswith("_"))]]
    return _answer(f"{FEW} rows were read; every value fits its column.", kept.rename(columns=named))


def _labels(made: Plan) -> dict[str, Any]:
    spec, every = made.spec, pd.concat([made.training, made.log])
    rows = every[every["_label"].notna()].head(FEW)
    shown = pd.DataFrame({"id": rows["_id"], "label": rows["_label"]})
    if spec.classes:
        shown["class number"] = [spec.classes.index(label) + 1 for label in rows["_label"]]
    if rows["_time"].notna().any():
        delay = pd.Timedelta(days=spec.label_delay_days or 0)
        shown["time"] = rows["_time"]
        shown["counts from"] = rows["_label_time"].fillna(rows["_time"] + delay)
    known = f"{int(every['_label'].notna().sum()):,} of {len(every):,} rows have a label."
    return _answer(known, shown)


def _model(settings: Settings, seen: Looked, made: Plan, progress: Progress) -> dict[str, Any]:
    spec, rows = made.spec, _few(made)
    if seen.asked is not None and seen.asked.model is not None:
        name, asked = registry_version(seen.asked.model)
        version = asked or registered.champion(settings, name)
        if version is None:
            raise DataError(f"The model {name!r} has no champion.", "Choose a version.")
        progress(0.4, f"Loading version {version}")
        rows = _answered(spec, load.load_model(settings, name, version, spec.classes), rows)
        said = f"{name} version {version} answered {len(rows)} rows."
    elif seen.asked is not None and seen.asked.train_until is not None:
        progress(0.4, "Training on a few rows")
        learnt = made.training.sample(min(TRIAL_ROWS, len(made.training)), random_state=0)
        rows = _answered(spec, _fitted(spec, learnt), rows)
        said = f"A trial model that learnt from {len(learnt):,} rows answered {len(rows)} others."
    else:
        said = f"What the log says of {len(rows)} rows."
    return _answer(said, _scores(spec, rows))


def _fitted(spec: ModelSpec, rows: pd.DataFrame) -> Any:
    from core.training.recipes import build

    table = features(spec, rows)
    return build(spec.recipe or "", table, spec, 0).fit(table, rows["_label"])


def _answered(spec: ModelSpec, estimator: Any, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**predict_columns(estimator, spec, features(spec, rows)))


def _scores(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows[["_id", "_prediction", "_label"]].rename(columns=PARTS)
    for name, column in zip(spec.classes, score_columns(spec), strict=False):
        if rows[column].notna().any():
            shown[f"score of {name}"] = rows[column].round(3)
    return shown


def _checks(seen: Looked, made: Plan, work: Path, progress: Progress) -> dict[str, Any]:
    """The chunks; for a log that holds its predictions also the verdict, computed in a home of its own."""
    counts = pd.concat([made.training, made.log]).groupby("_chunk")["_label"].agg(["size", "count"])
    shown = pd.DataFrame({"chunk": counts.index, "rows": counts["size"], "with a label": counts["count"]})
    said = f"{len(shown)} chunks of {made.spec.chunk}; the smallest has {int(counts['size'].min()):,} rows."
    silent = made.log["_prediction"].isna().any() or len(made.training)
    if seen.asked is None or silent or len(made.log) > REHEARSED_ROWS:
        return _answer(said, shown)
    progress(0.5, "Rehearsing the check")
    rehearsal = open_workspace(Settings(home=work / "rehearsal"))
    spec = carry_out(rehearsal, replace(seen.asked, by="rehearsal"), made)
    document = monitor.refresh(rehearsal, spec.name)
    rehearsal.engine.dispose()
    return _answer(f"{said} The verdict would be: {document['sentence']}", shown)
