"""A service that answers with the champion and tells Caretaker what it answered.

    MLFLOW_TRACKING_URI=sqlite:///data/mlflow.db CARETAKER_URL=http://127.0.0.1:8501 CARETAKER_TOKEN=ct_... \
    MODEL=churn POSITIVE=yes uvicorn fastapi_service:app

It asks Caretaker every few seconds which version is in production and loads it when that changes; requests
are answered meanwhile. Every answer goes into an outbox: a file of rows is written, sent, and deleted when
Caretaker has it. The same bytes are sent until they are confirmed, which is safe: they are taken in once.
"""

import json
import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import mlflow
import pandas as pd
from fastapi import FastAPI, HTTPException

MODEL, POSITIVE = os.environ["MODEL"], os.environ["POSITIVE"]
EVERY_SECONDS = float(os.environ.get("EVERY_SECONDS", "5"))
OUTBOX = Path(os.environ.get("OUTBOX", "outbox"))
SAFE, NOT_YET = (200, 202), (401, 403, 404, 408, 429)
log = logging.getLogger("uvicorn.error")


@dataclass
class Served:
    """The version that answers now."""

    version: str = ""
    estimator: Any = None
    features: list[str] = field(default_factory=list)


class Champion:
    """Follows what is in production."""

    def __init__(self, caretaker: httpx.Client) -> None:
        self.caretaker = caretaker
        self.now = Served()

    def follow(self) -> None:
        """Load the champion if it is another one than the one that answers."""
        answer = self.caretaker.get(f"/api/v1/models/{MODEL}/champion").raise_for_status().json()
        if answer["version"] == self.now.version:
            return
        inputs = mlflow.models.get_model_info(answer["uri"]).signature.inputs
        estimator = mlflow.sklearn.load_model(answer["uri"])
        self.now = Served(answer["version"], estimator, inputs.input_names())  # one assignment: never half
        log.info("version %s of %s answers from now on", self.now.version, MODEL)


class Outbox:
    """Rows on their way to Caretaker."""

    def __init__(self, caretaker: httpx.Client, folder: Path) -> None:
        self.caretaker = caretaker
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._rows: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Keep rows until the next sending."""
        with self._lock:
            self._rows += rows

    def send(self) -> None:
        """Write what came since the last time into a file, then send every file that is there."""
        with self._lock:
            rows, self._rows = self._rows, []
        if rows:
            partial = self.folder / f"{uuid4()}.partial"
            partial.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            partial.rename(partial.with_suffix(".ndjson"))
        for file in sorted(self.folder.glob("*.ndjson"), key=lambda path: path.stat().st_mtime):
            self._post(file)

    def _post(self, file: Path) -> None:
        answer = self.caretaker.post(
            f"/api/v1/models/{MODEL}/predictions",
            content=file.read_bytes(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        if answer.status_code in SAFE:
            file.unlink()
        elif answer.status_code in NOT_YET or answer.is_server_error:
            log.warning("will send %s again: %s", file.name, answer.text)
        else:  # these rows will never be taken: put them aside for a person
            file.rename(file.with_suffix(".refused"))
            log.error("%s was refused: %s", file.name, answer.text)


def keep_up(champion: Champion, outbox: Outbox, ended: threading.Event) -> None:
    """Until the end: follow the champion, send what was answered. A failure is tried again next time."""
    while True:
        last = ended.wait(EVERY_SECONDS)
        for act in (champion.follow, outbox.send):
            try:
                act()
            except (httpx.HTTPError, mlflow.MlflowException, OSError) as error:
                log.warning("will try again: %s", error)
        if last:
            return


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Follow the champion and send answers in the background; send the rest at the end."""
    headers = {"Authorization": f"Bearer {os.environ['CARETAKER_TOKEN']}"}
    with httpx.Client(base_url=os.environ["CARETAKER_URL"], headers=headers, timeout=30) as caretaker:
        app.state.champion, app.state.outbox = Champion(caretaker), Outbox(caretaker, OUTBOX)
        app.state.champion.follow()
        ended = threading.Event()
        work = threading.Thread(target=keep_up, args=(app.state.champion, app.state.outbox, ended))
        work.start()
        yield
        ended.set()
        work.join()


app = FastAPI(lifespan=lifespan)


@app.post("/predict")
def predict(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer for rows that hold the features, an `id` and a `day`; what else they hold is passed on."""
    served: Served = app.state.champion.now  # one version for the whole request
    missing = sorted({name for row in rows for name in (*served.features, "id", "day") if name not in row})
    if not rows or missing:
        raise HTTPException(422, f"Rows need {', '.join(missing) or 'at least one'}.")
    table = pd.DataFrame(rows)[served.features]
    positive = list(served.estimator.classes_).index(POSITIVE)
    scores = served.estimator.predict_proba(table)[:, positive]
    said = [
        {"prediction": str(answer), "score": float(score), "model_version": served.version}
        for answer, score in zip(served.estimator.predict(table), scores, strict=True)
    ]
    app.state.outbox.add([row | answer for row, answer in zip(rows, said, strict=True)])
    return said


@app.get("/version")
def version() -> dict[str, str]:
    """Which version answers."""
    return {"version": app.state.champion.now.version}
