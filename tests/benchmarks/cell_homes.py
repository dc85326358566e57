"""One home of a made model: deliveries of every form are written, brought to their doors, and expected."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd

from core.access import LOCAL
from core.api.routes import doors
from core.errors import DataError
from core.jobs import client as client_of_jobs
from core.jobs.job import from_json
from core.jobs.spec import quiet
from core.services.dataset import rows
from core.services.ingestion import api_tokens, receive_delivery, sources
from core.services.ingestion.ingest import ingest, ingest_frame
from core.services.ingestion.jobs import Deliver
from core.services.ingestion.polling.poll import poll
from core.services.onboarding.connect_model import connect
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from tests.api.conftest import Client, Jobs
from tests.benchmarks import cell_columns as make
from tests.benchmarks import cell_files as files
from tests.benchmarks.cell_columns import Column, Rng, pick

ROWS, FIRST = 12, 60
FEATURES = ("x", "n", "price", "town", "note", "flag", *(f"emb_{at}" for at in range(files.PLACES)))
PLACES = {"id": "_id", "day": "_time", "known": "_label_time", "p": "_score_1", "said": "_prediction"}
PLACES |= {"y": "_given", "build": "_version"}
FORMS = ("csv", "jsonl", "parquet", "sqlite", "duckdb", "arrow", "source")
FORMS += ("http csv", "http jsonl", "http json", "http parquet")
TASKS = ("binary", "multiclass", "regression")
MEDIA = {"csv": "text/csv", "csv.gz": "text/csv", "jsonl": "application/x-ndjson", "json": "application/json"}
MEDIA |= {"parquet": "application/vnd.apache.parquet"}


@dataclass
class Delivery:
    """What is sent, and its place in the home's history."""

    number: int
    form: str
    kind: str
    columns: dict[str, Column]
    bases: list[datetime]
    broken: tuple[str, int] | None = None

    @property
    def name(self) -> str:
        """Of its file or table."""
        return f"{self.form.replace(' ', '-')}-{self.number}"


@dataclass
class Home:
    """One model, the rows that it must hold, and what went wrong."""

    folder: Path
    task: str
    rng: Rng
    counts: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    late: dict[str, Any] = field(default_factory=dict)
    older: list[Delivery] = field(default_factory=list)

    def connect(self) -> None:
        """The first rows, through `add`, and the doors of the home."""
        urls = {"lite": f"sqlite:///{self.folder}/lite.db", "duck": f"duckdb:///{self.folder}/duck.db"}
        self.settings = Settings(home=self.folder / "home", connections=urls)
        self.ws = open_workspace(self.settings)
        first = self.delivery(0, pick(self.rng, ["csv", "jsonl", "parquet"]), FIRST, first=True)
        said = {"p": "score"} if self.task == "binary" else {"said": "prediction"}
        wanted = RequestedRoles(
            "y", self.task, "id", "day", label_available_at="known", version="build", group="team",
            include=FEATURES,
            positive="yes" if self.task == "binary" else None, segments=(),
            **{role: name for name, role in said.items()},
        )  # fmt: skip
        march = ("2019-03-01", "2019-03-31")
        request = ConnectRequest("shop", wanted, self.write(first), chunk="month", reference=march)
        self.spec = connect(self.ws, request)
        self.expect(first)
        self.token, self.jobs = api_tokens.create(self.ws, "shop", "cells", LOCAL), Jobs()
        self.client = Client(doors(lambda: self.ws))

    def delivery(self, number: int, form: str, count: int = ROWS, *, first: bool = False) -> Delivery:
        """New rows of one month."""
        rng, typed = self.rng, "csv" if first else form.removeprefix("http ").replace("source", "sqlite")
        year, month = (2019, 3) if first else (2020 + int(rng.integers(3)), 1 + int(rng.integers(12)))
        begin = datetime(year, month, 2)
        bases = [begin + timedelta(microseconds=int(rng.integers(25 * 86_400 * 10**6))) for _ in range(count)]
        columns = self._columns(make.ids(rng, number * 1000, count, typed), bases, typed)
        if first and self.task != "regression":  # it decides how the classes are called
            plain = {name: columns[name].stored for name in ("y", "said") if name in columns}
            columns |= {name: Column(cells, cells) for name, cells in plain.items()}
        return Delivery(number, form, "predictions", columns, bases)

    def _columns(self, ids: Column, bases: list[datetime], form: str) -> dict[str, Column]:
        rng, count = self.rng, len(bases)
        columns = {"id": ids, "day": make.moments(rng, bases, form)}
        columns |= {name: make.numbers(rng, count, form) for name in ("x", "n", "price")}
        columns |= {name: make.texts(rng, count, form) for name in ("town", "note", "build", "team")}
        columns |= {"flag": make.flags(rng, count, form), **files.vector(rng, count)}
        known = make.moments(rng, [base + timedelta(days=2) for base in bases], form)
        columns |= {"known": known.with_blanks(rng, form, words=known.kind is None)}
        return columns | self._outcomes(count, form)

    def _outcomes(self, count: int, form: str) -> dict[str, Column]:
        rng = self.rng
        if self.task == "binary":
            return {"y": make.yes_or_no(rng, count, form), "p": make.probabilities(rng, count)}
        if self.task == "multiclass":
            return {"y": make.classes(rng, count, form), "said": make.classes(rng, count, form, blanks=False)}
        said = [float(value) for value in rng.normal(size=count)]
        return {"y": make.amounts(rng, count, form), "said": Column(said, said)}

    def correction(self, number: int, form: str) -> Delivery:
        """Rows of before with other values at the same time; some of them are new."""
        before = pick(self.rng, self.older)
        typed = form.removeprefix("http ").replace("source", "sqlite")
        ids = Column([f" {row_id}" for row_id in before.columns["id"].stored], before.columns["id"].stored)
        return replace(before, number=number, form=form, broken=None,
                       columns=self._columns(ids, before.bases, typed))  # fmt: skip

    def labels(self, number: int, form: str) -> Delivery:
        """Labels of rows that are there."""
        ids = [row_id for row_id in pick(self.rng, self.older).columns["id"].stored if row_id in self.rows]
        typed = form.removeprefix("http ").replace("source", "sqlite")
        known = make.moments(self.rng, [datetime(2023, 5, 4, 3, 2, 1)] * len(ids), typed)
        outcome = {**self._outcomes(len(ids), typed)}["y"]
        filled = [at for at, value in enumerate(outcome.stored) if value is not None]
        columns = {"id": Column(ids, ids), "y": outcome, "known": known}
        return Delivery(number, form, "labels", {
            name: Column([c.sent[at] for at in filled], [c.stored[at] for at in filled], c.kind)
            for name, c in columns.items()
        }, [])  # fmt: skip

    def with_broken_row(self, delivery: Delivery) -> Delivery:
        """One row that does not fit."""
        at = int(self.rng.integers(len(delivery.bases)))
        faults: list[tuple[str, Any]] = [
            ("x", "abc"), ("n", "1,234.5"), ("day", "31/12/2020"), ("day", None), ("known", "soon"),
            ("day", "2020-02-31"), ("price", "Infinity"), ("id", None), ("day", "1850-01-01"),
        ]  # fmt: skip
        faults += [("p", "1.7"), ("p", "")] if self.task == "binary" else [("said", "?")]
        name, cell = pick(self.rng, faults)
        columns = delivery.columns | {name: delivery.columns[name].broken(at, cell)}
        return replace(delivery, columns=columns, broken=(name, at))

    def write(self, delivery: Delivery) -> Path:
        """The delivery as a file."""
        form = delivery.form.removeprefix("http ")
        makers = {"csv": files.as_csv, "jsonl": files.as_lines, "json": files.as_document}
        ending, content = makers.get(form, files.as_parquet)(self.rng, delivery.columns)
        path = self.folder / f"{delivery.name}.{ending}"
        path.write_bytes(content)
        return path

    def expect(self, delivery: Delivery) -> None:
        """What the rows of the delivery must be from now on."""
        stored = {name: column.stored for name, column in delivery.columns.items()}
        for at, row_id in enumerate(stored["id"]):
            if delivery.broken is not None and at == delivery.broken[1]:
                continue
            row = {name: cells[at] for name, cells in stored.items() if name != "id"}
            if delivery.kind == "labels":
                self.late[row_id] = row["y"]
                self.rows[row_id] |= {"y": row["y"], "from": delivery.name}
            else:
                row["y"] = self.late.get(row_id) if row["y"] is None else row["y"]
                self.rows[row_id] = row | {"from": delivery.name}

    def send(self, delivery: Delivery) -> Callable[[Any], Any]:
        """Bring it to the door; what is given takes it in, in whichever process."""
        form, kind = delivery.form, delivery.kind
        if form == "source":
            marks = Column([delivery.number] * len(delivery.columns["id"].sent), [])
            files.into_sqlite(self.folder / "lite.db", f"source-{kind}", {**delivery.columns, "mark": marks})
            source = self.source(f"source-{kind}", kind)
            return lambda ws: look(ws, source)
        if form == "sqlite":
            files.into_sqlite(self.folder / "lite.db", delivery.name, delivery.columns)
            return lambda ws: ingest(ws, "shop", [f"sql:lite/{delivery.name}"], kind)[0]
        if form == "duckdb":
            files.into_duckdb(self.rng, self.folder / "duck.db", delivery.name, delivery.columns)
            return lambda ws: ingest(ws, "shop", [f"sql:duck/{delivery.name}"], kind)[0]
        if form == "arrow":
            table = files.as_arrow(self.rng, delivery.columns, lists=False)
            frame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
            return lambda ws: ingest_frame(ws, "shop", frame, "a table", kind)
        path = self.write(delivery)
        if form.startswith("http"):
            return self.post(path, delivery)
        return lambda ws: ingest(ws, "shop", [path], kind)[0]

    def source(self, table: str, kind: str) -> int:
        """The source of a table, added when it is first looked at."""
        address = f"sql:lite/{table}"
        known = {view.address: view.id for view in sources.list_sources(self.ws, "shop")}
        if address not in known:
            return sources.add(self.ws, "shop", address, kind, watermark_column="mark", by="cells").id
        return known[address]

    def post(self, path: Path, delivery: Delivery) -> Callable[[Any], Any]:
        """Send the body as a program does; the worker's part is given back."""
        ending = path.name.partition(".")[2]
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": MEDIA[ending]}
        headers |= {"Content-Encoding": "gzip"} if ending.endswith(".gz") else {}
        before = set(self.jobs.jobs)
        with patch.object(client_of_jobs, "submit", self.jobs.submit), \
                patch.object(client_of_jobs, "jobs_with_prefix", self.jobs.begun_with):  # fmt: skip
            reply = self.client.post(
                f"/api/v1/models/shop/{delivery.kind}", content=path.read_bytes(), headers=headers
            )
        if reply.is_error:
            body = reply.json()
            raise (DataError if reply.is_client_error else RuntimeError)(str(body), "")
        waiting = [job for name, job in self.jobs.jobs.items() if name not in before]
        if not waiting:
            return lambda _: None
        job = from_json(Deliver, waiting[0].args)
        return lambda ws: receive_delivery.accept(ws, job, quiet)


def look(ws: Any, source: int) -> None:
    """What a source has is taken in; a refusal is raised, as the other doors do."""
    poll(ws, source)
    message = next(view.message for view in sources.list_sources(ws, "shop") if view.id == source)
    if message:
        raise DataError(message, "")


def stored(home: Home, ids: set[str] | None = None) -> dict[str, dict[str, Any]]:
    """The rows of the lake by id, as Python values."""
    frame = rows(home.ws, home.spec, **({} if ids is None else {"ids": sorted(ids)}))
    names = [name for name in cell_names(home.task) if name != "id"]
    columns = {name: frame[PLACES.get(name, name)].astype(object) for name in names}
    cells = {name: column.where(column.notna(), None).tolist() for name, column in columns.items()}
    return {row_id: {name: cells[name][at] for name in names} for at, row_id in enumerate(frame["_id"])}


def cell_names(task: str) -> list[str]:
    return ["id", "day", "known", *FEATURES, "team", "build", "y", "p" if task == "binary" else "said"]
