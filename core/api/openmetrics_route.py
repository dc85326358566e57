"""The numbers as OpenMetrics text, for Prometheus and its kin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.services.operations.openmetrics import STATES
from core.services.operations.views import Gauges, ModelGauges

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(slots=True)
class Family:
    """One metric: its name, type, help, and its samples as (suffix, labels, value)."""

    name: str
    kind: str
    about: str
    samples: list[tuple[str, dict[str, str], float]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The text of the family."""
        yield f"# TYPE {self.name} {self.kind}"
        yield f"# HELP {self.name} {_escape(self.about)}"
        for suffix, labels, value in self.samples:
            pairs = ",".join(f'{key}="{_escape(text)}"' for key, text in labels.items())
            yield f"{self.name}{suffix}{'{' + pairs + '}' if pairs else ''} {value:g}"


def text(gauges: Gauges) -> str:
    """The whole document, with its end mark."""
    families = [
        Family("caretaker_worker_alive", "gauge", "1 while the worker lives.", [("", {}, gauges.worker)]),
        Family("caretaker_jobs", "gauge", "Jobs queued or running.", [("", {}, gauges.jobs)]),
        *_of_models(gauges.models),
    ]
    lines = [line for family in families for line in family.lines()]
    return "\n".join([*lines, "# EOF\n"])


def _of_models(models: Iterable[ModelGauges]) -> list[Family]:
    status = Family("caretaker_model_status", "stateset", "The verdict on the model's health.")
    version = Family("caretaker_model_version", "info", "The version in production.")
    metric = Family("caretaker_model_metric", "gauge", "Metric of record: now, and in the reference period.")
    rows = Family("caretaker_log_rows", "gauge", "Rows of the log, and those whose label counts.")
    batches = Family("caretaker_batches", "counter", "Batches that were taken in.")
    rows_in = Family("caretaker_rows", "counter", "Rows that were taken in, corrected ones again.")
    deliveries = Family("caretaker_deliveries", "counter", "Deliveries by door and outcome.")
    guard = Family("caretaker_guard_asks", "gauge", "1 where the version before is shown to be better.")
    for gauges in models:
        model = {"model": gauges.name}
        if gauges.version is not None:
            version.samples.append(("_info", {**model, "version": gauges.version}, 1))
        for kind, (count, total) in gauges.batches.items():
            batches.samples.append(("_total", {**model, "kind": kind}, count))
            rows_in.samples.append(("_total", {**model, "kind": kind}, total))
        for (door, outcome), count in gauges.deliveries.items():
            deliveries.samples.append(("_total", {**model, "door": door, "outcome": outcome}, count))
        if gauges.guard is not None:
            labels = {**model, "version": gauges.guard["champion"], "before": gauges.guard["version"]}
            guard.samples.append(("", labels, gauges.guard["verdict"] == "better"))
        if gauges.health is not None:
            _health(gauges, status, metric, rows)
    return [status, version, metric, rows, batches, rows_in, deliveries, guard]


def _health(gauges: ModelGauges, status: Family, metric: Family, rows: Family) -> None:
    document, model = gauges.health, {"model": gauges.name}
    if document is None:
        return
    for state in STATES:
        labels = {**model, "caretaker_model_status": state}
        status.samples.append(("", labels, state == document["status"]))
    name = {**model, "metric": document["metric"]}
    for period, entry in (("now", document["current"]), ("reference", document["reference"])):
        if entry is not None:
            for value in ("value", "low", "high"):
                labels = {**name, "period": period, "of": value}
                metric.samples.append(("", labels, float(entry[value])))
    for counted in ("rows", "mature"):
        count = document["labels"][counted]
        rows.samples.append(("", {**model, "counted": counted}, count))


def _escape(words: str) -> str:
    return words.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
