"""A small model that grew worse, written straight into the stores, and a registry that lives in memory."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.errors import PromotionRefused, RegistryError
from core.jobs.spec import StepContext
from core.lake.paths import chunk_file, training_file
from core.lake.write import write_rows
from core.model import ModelSpec, Roles
from core.registry.trials import Logged
from core.services.experiments.jobs import Retrain
from core.settings import Settings
from core.store import models
from core.store.annotation.events import append
from core.store.engine import writing
from core.store.experiments import deployments
from core.store.tables import Batch, LabelCurrent
from core.store.workspace import open_workspace

ROWS, TRAINED, CHUNK = 1100, 300, 100
NAME = "m"


def make(home, *, rows=ROWS, trained=TRAINED):
    """A workspace with one model: y follows a; the champion learned that it follows b."""
    ws = open_workspace(Settings(home=home))
    roles = Roles(label="y", id="id", features=("a", "b", "town"), segments=("town",))
    plain = ModelSpec(
        0, NAME, "binary", "record", ("no", "yes"), roles, NAME, "roc_auc", 0.02, str(CHUNK),
        recipe="logistic_regression",
    )  # fmt: skip
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
        deployments.record_first(session, spec.id, "1", person="tester", data_until="300")
    frame = table(rows)
    add(ws, spec, "training", frame.head(trained))
    if rows > trained:
        add(ws, spec, "predictions", frame.iloc[trained:])
    return ws, spec


def make_numbers(home, growth=None):
    """The same with numbers: the champion learned that y follows b; answers of experts are texts.

    With a growth there is a row a day, and the numbers are none below 0 and grow by that share in a year.
    """
    ws = open_workspace(Settings(home=home))
    time = None if growth is None else "at"
    roles = Roles(label="y", id="id", time=time, features=("a", "b", "town"), segments=("town",))
    plain = ModelSpec(
        0, NAME, "regression", "record", (), roles, NAME, "mae", 5.0, str(CHUNK), recipe="ridge"
    )  # fmt: skip
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
        deployments.record_first(session, spec.id, "1", person="tester", data_until="300")
    frame = table(ROWS).drop(columns=["_score_0", "_score_1"])
    rng = np.random.default_rng(1)
    frame["_label"] = 100 + 30 * frame["a"] + rng.normal(scale=5, size=ROWS)
    frame["_prediction"] = 100 + 10 * frame["a"] + 8 * frame["b"]
    if growth is not None:
        days = pd.to_timedelta(np.arange(ROWS), "D")
        frame["_time"] = (pd.Timestamp("2020-01-01") + days).astype("datetime64[us]")
        frame["_label"] = frame["_label"].clip(lower=0) * (1 + growth) ** (np.arange(ROWS) / 365)
    add(ws, spec, "training", frame.head(TRAINED))
    add(ws, spec, "predictions", frame.iloc[TRAINED:])
    return ws, spec


def table(rows, seed=0):
    """Canonical rows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, rows)
    frame = pd.DataFrame({"a": y + rng.normal(scale=0.7, size=rows), "b": rng.normal(size=rows)})
    score = 1 / (1 + np.exp(-(frame["b"] + 0.5 * frame["a"])))
    label = np.array(["no", "yes"], dtype=object)[y]
    return frame.assign(
        town=pd.Series(rng.choice(["x", "z"], rows), dtype=object),
        _id=[f"r{n}" for n in range(rows)],
        _time=pd.NaT,
        _seq=range(rows),
        _chunk=[f"rows-{n // CHUNK:06d}" for n in range(rows)],
        _prediction=np.where(score > 0.5, "yes", "no"),
        _score_0=1 - score,
        _score_1=score,
        _label=label,
        _label_time=pd.NaT,
        _version="1",
    ).astype({"_time": "datetime64[us]", "_label_time": "datetime64[us]"})


def add(ws, spec, kind, frame, content="c"):
    """Take a batch in."""
    content = f"{content}-{kind}-{len(frame)}"
    if kind == "training":
        write_rows(training_file(ws.settings, spec.id, content), frame, spec)
    else:
        for chunk, part in frame.groupby("_chunk"):
            write_rows(chunk_file(ws.settings, spec.id, kind, chunk, content), part, spec)
    with writing(ws.engine) as session:
        chunks = sorted(frame["_chunk"].unique())
        session.add(
            Batch(
                model_id=spec.id,
                kind=kind,
                content_hash=content,
                source="test",
                rows=len(frame),
                chunks=chunks,
            )
        )


def settle(ws, spec, labels):
    """Experts settle these labels."""
    from core.annotation.events import Event, EventRecord
    from core.store.types import now

    with writing(ws.engine) as session:
        new = [
            EventRecord(
                Event(f"u-{i}-{label}", i, "ann", "label", now(), label=label, note=None, supersedes=None)
            )
            for i, label in labels.items()
        ]
        append(session, spec.id, new)
        for i, label in labels.items():
            session.merge(LabelCurrent(model_id=spec.id, row_id=i, label=label, state="settled"))


def context(ws, work, job=Retrain, step_state=None, **args):
    """What a step is given."""
    return StepContext(
        ws.settings,
        "job-1",
        job(**{"model": NAME, "by": "eve", **args}),
        step_state or {},
        work,
        lambda _f, _m: None,
    )


class Killed(BaseException):
    """kill -9, as far as Python can tell."""


def dying(where):
    """What dies at one place."""

    def die(place):
        if place == where:
            raise Killed

    return die


@dataclass
class Registry:
    """The registry in memory: runs by fingerprint, one alias; `dies` is called before and after each act."""

    runs: dict = field(default_factory=dict)
    models: dict = field(default_factory=dict)
    alias: str | None = "1"
    dies: object = lambda _where: None

    def log_trial(self, _settings, record):
        """Log once for each fingerprint."""
        import skops.io

        self.dies("before log")
        if record.fingerprint not in self.runs:
            version = str(len(self.runs) + 2)
            self.runs[record.fingerprint] = Logged(f"run-{version}", version)
            types = skops.io.get_untrusted_types(file=record.estimator)
            self.models[version] = skops.io.load(record.estimator, trusted=types)
        self.dies("after log")
        return self.runs[record.fingerprint]

    def load_model(self, settings, spec, version):
        """The model of a version, whatever its flavour."""
        return self.load_estimator(settings, spec.registry_name, version)

    def load_estimator(self, _settings, _name, version):
        """The model of a version; version 1 is somewhere else."""
        if version not in self.models:
            raise RegistryError(f"no version {version}", "none")
        return self.models[version]

    def load_apart(self, _settings, _name, version, rows):
        """A process of its own, as if it had been started."""
        from core.registry.apart.load import LoadedApart

        model = self.load_estimator(None, None, version)
        outputs = getattr(model, "predict_proba", model.predict)(rows).tolist()
        return LoadedApart(outputs=outputs, packages=40, seconds=1.0, memory=300_000_000, model=20_000_000)

    def files_hash(self, _settings, _name, version):
        """Of its files: there are none."""
        return f"files of {version}"

    def champion(self, _settings, _name):
        """Where the alias is."""
        return self.alias

    def set_champion(self, _settings, _name, version, expected):
        """Move the alias from where it is expected."""
        self.dies("before alias")
        if self.alias not in {expected, version}:
            raise PromotionRefused("moved", "compare again")
        self.alias = version
        self.dies("after alias")


def install(monkeypatch):
    """Put a registry in memory in the place of MLflow; few rows are asked one by one, however slowly."""
    import core.registry.apart.load
    import core.registry.load
    from core.services import version_predictions
    from core.services.deployment import promote
    from core.services.experiments import comparison_inputs, register_trial
    from core.training.comparison import gates

    fake = Registry()
    quick = replace(gates.RULES, calls=5, fewest_calls=2, singles=3, slowest=60.0)
    monkeypatch.setattr(gates, "RULES", quick)
    monkeypatch.setattr(register_trial, "log_trial", fake.log_trial)
    monkeypatch.setattr(comparison_inputs, "load_model", fake.load_model)
    monkeypatch.setattr(version_predictions, "load_model", fake.load_model)
    monkeypatch.setattr(core.registry.load, "load_estimator", fake.load_estimator)
    monkeypatch.setattr(core.registry.load, "load_model", fake.load_model)
    monkeypatch.setattr(core.registry.apart.load, "load_apart", fake.load_apart)
    monkeypatch.setattr(promote, "registry", fake)
    return fake


def run_retrain(ws, work, **args):
    """The three steps of the job, as a worker runs them; gives the merged state."""
    from core.services.experiments import register_trial, train_steps

    state = {}
    for step in (train_steps.prepare, train_steps.fit, register_trial.register):
        state |= step(context(ws, work, step_state=dict(state), **args))
    return state


def run_search(ws, work, monkeypatch, most=3, job_id="job-1", **args):
    """The four steps of a search that ends after so many experiments of its own; gives the merged state."""
    from core.services.experiments import register_trial
    from core.services.experiments.jobs import Search
    from core.services.experiments.search import finalists, search_steps
    from core.services.experiments.search.board import Board

    monkeypatch.setattr(Board, "is_enough", lambda b: sum(r.mine for r in b.results.values()) >= most)
    state = {}
    for step in (search_steps.prepare, search_steps.search, finalists.fit, register_trial.register):
        ctx = context(ws, work, job=Search, step_state=dict(state), **{"parts": ("sources",), **args})
        object.__setattr__(ctx, "job_id", job_id)
        state |= step(ctx)
    return state
