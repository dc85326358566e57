"""Predictions of a server on their way into the log: collected in memory, written as files, delivered once.

A file that was written is delivered after any crash, and taken in once: deliveries are known by their bytes.
What was predicted since the last file is lost with a killed process: at most `EVERY_SECONDS`.
"""

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pandas as pd
import structlog

from core.errors import CaretakerError, DataError
from core.services.ingestion.receive_delivery import Body, make_room, receive
from core.store.engine import OUT_OF_REACH
from core.store.workspace import Workspace
from core.trouble import explain_failures

EVERY_SECONDS = 10.0
"""Each file is a delivery with a job of its own; health is looked at by days, not by seconds."""
MOST_ROWS = 50_000
"""Rows in memory, after which a file is written without waiting."""
WRITER = "serve"
log = structlog.get_logger()


@dataclass(slots=True)
class PredictionOutbox:
    """The rows of one model; `pictures`: whether cells hold bytes, which JSON cannot."""

    ws: Workspace
    name: str
    folder: Path
    pictures: bool = False
    _frames: list[pd.DataFrame] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, frames: Sequence[pd.DataFrame]) -> None:
        """Take rows in the columns of a delivery."""
        with self._lock:
            self._frames += frames
            full = sum(map(len, self._frames)) >= MOST_ROWS
        if full:
            self.write()

    def write(self) -> None:
        """Write what was taken since the last file."""
        with self._lock:
            frames, self._frames = self._frames, []
        if not frames:
            return
        table = pd.concat(frames, ignore_index=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{uuid4()}.partial"
        if self.pictures:
            table.to_parquet(partial, index=False)
        else:
            table.to_json(partial, orient="records", lines=True, date_format="iso", double_precision=15)
        partial.rename(partial.with_suffix(".parquet" if self.pictures else ".jsonl"))

    def send(self) -> None:
        """Deliver the files that are there, oldest first; one that is refused is put aside and logged.

        A file goes once its delivery is in line: what is handed over is a second name of it, as `receive`
        moves what it takes before it puts the job in line.
        """
        waiting = (path for path in self.folder.glob("*") if path.suffix in {".jsonl", ".parquet"})
        for path in sorted(waiting, key=lambda path: path.stat().st_mtime):
            try:
                with self._second_name(path) as second:
                    body = Body(second, sha256(path.read_bytes()).hexdigest())
                    receive(self.ws, self.name, body, "predictions", WRITER)
            except DataError as error:
                log.warning("predictions were refused", model=self.name, file=path.name, reason=str(error))
                path.rename(path.with_suffix(".refused"))
            else:
                path.unlink()

    @contextmanager
    def _second_name(self, path: Path) -> Iterator[Path]:
        folder = self.folder / "sending"
        shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed
        folder.mkdir()
        os.link(path, folder / path.name)
        try:
            yield folder / path.name
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def run(self, stop: threading.Event) -> None:
        """Write and send until `stop` is set, and once more then."""
        last = False
        while not last:
            last = stop.wait(EVERY_SECONDS)
            try:
                with explain_failures(self.ws.settings.home):
                    self.write()
                    make_room(self.ws)
                    self.send()
            except (CaretakerError, *OUT_OF_REACH, OSError) as error:
                log.warning("predictions wait", model=self.name, reason=str(error))
