"""A nightly job: score a file of rows with the champion and send rows and answers to Caretaker as Parquet.

    MLFLOW_TRACKING_URI=sqlite:///data/mlflow.db CARETAKER_URL=http://127.0.0.1:8501 CARETAKER_TOKEN=ct_... \
    MODEL=churn POSITIVE=yes python batch_job.py rows-2024-05-01.parquet

Run it again after any failure: the same rows are taken in once. Exit code 0 when they are in.
"""

import io
import os
import sys
import time
from pathlib import Path

import httpx
import mlflow
import pandas as pd

MODEL, POSITIVE = os.environ["MODEL"], os.environ["POSITIVE"]
PATIENCE_SECONDS, LOOK_SECONDS = 600.0, 1.0


def scored(rows: pd.DataFrame, uri: str, version: str) -> pd.DataFrame:
    """The rows with what the model says of them."""
    names = mlflow.models.get_model_info(uri).signature.inputs.input_names()
    estimator = mlflow.sklearn.load_model(uri)
    positive = list(estimator.classes_).index(POSITIVE)
    return rows.assign(
        prediction=estimator.predict(rows[names]),
        score=estimator.predict_proba(rows[names])[:, positive],
        model_version=version,
    )


def parquet(rows: pd.DataFrame) -> bytes:
    """The rows as the bytes of a Parquet file."""
    out = io.BytesIO()
    rows.to_parquet(out, index=False)
    return out.getvalue()


def send(caretaker: httpx.Client, file: Path) -> str:
    """Score, send, and wait until the rows are in; gives the state of the delivery."""
    champion = caretaker.get(f"/api/v1/models/{MODEL}/champion").raise_for_status().json()
    rows = scored(pd.read_parquet(file), champion["uri"], champion["version"])
    answer = caretaker.post(
        f"/api/v1/models/{MODEL}/predictions",
        params={"name": file.name},
        content=parquet(rows),
        headers={"Content-Type": "application/vnd.apache.parquet"},
    )
    if answer.is_client_error:
        sys.exit(f"{file.name} was refused: {answer.json()['message']} {answer.json()['hint']}")
    accepted = answer.raise_for_status().json()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = caretaker.get(accepted["status"]).raise_for_status().json()
        if seen["state"] not in {"queued", "running"} or time.monotonic() > deadline:
            break
        time.sleep(LOOK_SECONDS)
    print(f"{file.name}: {seen['state']}, {seen['rows'] or 0} rows {seen['message']}".rstrip())
    return str(seen["state"])


if __name__ == "__main__":
    token = {"Authorization": f"Bearer {os.environ['CARETAKER_TOKEN']}"}
    with httpx.Client(base_url=os.environ["CARETAKER_URL"], headers=token, timeout=120) as client:
        sys.exit(0 if send(client, Path(sys.argv[1])) in {"taken", "known"} else 1)
