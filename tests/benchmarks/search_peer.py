"""AutoGluon on the very rows of a search: the same rows to learn from, the same holdout, as many minutes.

AutoGluon has needs of its own, so that it runs in an environment of its own, whose Python is named:
`python -m venv DIR; DIR/bin/pip install 'autogluon.tabular[lightgbm,xgboost,catboost]'`.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from core.services.experiments.holdout.freeze import freeze
from core.services.experiments.trial_data import load
from core.services.spec_metrics import metrics_of
from core.settings import Settings
from core.stats.predictions import Predictions
from core.store.workspace import open_workspace
from core.training.tasks import task_of

PEER = """
import json, sys
import pandas as pd
from autogluon.tabular import TabularPredictor
task = json.loads(sys.argv[1])
learn, unseen = pd.read_parquet(task["learn"]), pd.read_parquet(task["unseen"])
how = {"problem_type": task["type"], "eval_metric": task["metric"], "path": task["path"]}
predictor = TabularPredictor("label", verbosity=0, **how)
predictor.fit(learn, time_limit=60 * task["minutes"], presets="medium_quality")
numbers = task["type"] == "regression"
made = predictor.predict(unseen).to_frame() if numbers else predictor.predict_proba(unseen)
made.columns = made.columns.map(str)
made.to_parquet(task["made"])
print(json.dumps([predictor.model_best, len(predictor.model_names())]))
"""
METRICS = {
    "mae": "mean_absolute_error",
    "rmse": "root_mean_squared_error",
    "accuracy": "accuracy",
    "f1": "f1",
    "roc_auc": "roc_auc",
    "log_loss": "log_loss",
}


def score(python, home, name, minutes):
    """AutoGluon's value of the metric of record on the holdout, its best model and how many it made.

    Args:
        python: of the environment with AutoGluon.
        home: of the model, whose search is over.
        name: of the model.
        minutes: that it may take, in the quality "medium".
    """
    ws = open_workspace(Settings(home=home))
    try:
        spec, _, _, frozen = freeze(ws, name, "peer")
        data = load(ws, spec, frozen)
    finally:
        ws.engine.dispose()
    learn, unseen = data.training.rows, data.holdout_rows
    kind = task_of(spec.classes, spec.threshold)
    with tempfile.TemporaryDirectory() as folder:
        files = {what: str(Path(folder) / f"{what}.parquet") for what in ("learn", "unseen", "made")}
        data.X(learn).assign(label=learn["_label"].to_numpy()).to_parquet(files["learn"])
        data.X(unseen).to_parquet(files["unseen"])
        task = {
            **files,
            "type": spec.task,
            "metric": METRICS[spec.metric],
            "minutes": minutes,
            "path": str(Path(folder) / "models"),
        }
        run = subprocess.run(
            [python, "-c", PEER, json.dumps(task)],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise RuntimeError(run.stderr[-2000:])
        made = pd.read_parquet(files["made"])
    # a class that no row to learn from has gets no chance
    outputs = made.reindex(columns=list(spec.classes), fill_value=0.0) if spec.classes else made.iloc[:, 0]
    predictions = Predictions.from_outputs(outputs.to_numpy(dtype=float), spec.threshold)
    value = metrics_of(spec)[spec.metric].of_rows(kind.truth(unseen["_label"]), predictions)
    return value, *json.loads(run.stdout.splitlines()[-1])
