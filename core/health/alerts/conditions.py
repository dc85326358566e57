"""What a health document claims at this moment, one condition for one cause.

Nothing is judged anew here: a condition is an alert that the document says is open, a verdict that excludes
chance, or an estimate that lies beyond the tolerance. "Cannot tell" is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.health.alerts.rules import SEVERITIES, Kind, Severity
from core.health.report.document import AlertEntry, HealthDocument
from core.health.report.why_entries import CauseEntry
from core.messages import Code

PERFORMANCE: Final = "performance"
BESIDE: Final = "performance beside"
ESTIMATE: Final = "estimate"
FAULTS: Final = frozenset({"data_fault", "output_fault", "label_fault"})
"""Kinds of causes that have an alert of their own."""
KIND_OF_RULE: Final[dict[str, Kind]] = {
    "data_fault": "data_fault",
    "output_fault": "data_fault",
    "labels": "labels",
    "rows": "volume",
    "guard": "guard",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that asks for action as long as it lasts.

    Attributes:
        keys: what it is, whatever its numbers; several where one cause has several effects.
        kinds: of alerts that it is.
        severity: red or amber.
        code: of its sentence.
        sentence: for people.
        since: start of the chunk with which it began, a day or the number of a row.
    """

    keys: tuple[str, ...]
    kinds: tuple[Kind, ...]
    severity: Severity
    code: str
    sentence: str
    since: str


def conditions(document: HealthDocument) -> list[Condition]:
    """The conditions of a document, the worst first.

    A fall that is explained first of all by a fault, and the fault, are one condition that names both.
    """
    faults = [_of_alert(alert) for alert in document["alerts"] if _is_fault(alert)]
    fall = _fall(document)
    if fall is not None:
        twin = _twin(document["causes"], document["alerts"])
        shared = [fault for fault in faults if fault.keys[0] == twin]
        faults = [fault for fault in faults if fault.keys[0] != twin]
        for fault in shared:
            fall = replace(fall, keys=(*fall.keys, *fault.keys), kinds=(*fall.kinds, *fault.kinds))
    else:
        fall = _beside(document["alerts"])
    raised = [condition for condition in (fall, _estimate(document)) if condition is not None]
    return sorted([*raised, *faults], key=lambda condition: -SEVERITIES[condition.severity])


def newest_data(document: HealthDocument) -> str:
    """Changes when rows or labels that count have come since; a document of the same data is no new look."""
    labels, data = document["labels"], document["data"]
    return f"{data['until']}, {labels['rows']} rows, {labels['mature']} labels, {len(document['chunks'])}"


def _is_fault(alert: AlertEntry) -> bool:
    return alert["closed"] is None and alert["rule"] in KIND_OF_RULE


def _key(alert: AlertEntry) -> str:
    return f"{alert['rule']} {alert.get('feature', '')} {alert['code']}"


def _of_alert(alert: AlertEntry) -> Condition:
    ended = alert["code"] == Code.LOG_ENDED.value
    return Condition(
        keys=(_key(alert),),
        kinds=("freshness" if ended else KIND_OF_RULE[alert["rule"]],),
        severity="red" if alert["severity"] == "red" else "amber",
        code=alert["code"],
        sentence=alert["sentence"],
        since=str(alert["opened"]),
    )


def _fall(document: HealthDocument) -> Condition | None:
    """What the verdict calls worse: no loss is excluded, and the loss is beyond the tolerance."""
    if document["status"] != "red":
        return None
    onset = document["onset"]
    since = onset["date"] if onset else document["current"]["start"] if document["current"] else ""
    return Condition(
        keys=(PERFORMANCE, BESIDE, ESTIMATE),
        kinds=("performance",),
        severity="red",
        code=document["findings"][0]["code"],
        sentence=_without_faults(document),
        since=str(since),
    )


def _without_faults(document: HealthDocument) -> str:
    """The verdict without the sentences of open faults: each is a condition of its own, or the cause."""
    of_faults = {alert["sentence"] for alert in document["alerts"] if _is_fault(alert)}
    return " ".join(f["sentence"] for f in document["findings"] if f["sentence"] not in of_faults)


def _twin(causes: Sequence[CauseEntry], alerts: Sequence[AlertEntry]) -> str | None:
    """Key of the open fault that is the first cause of the fall; None where the first is none."""
    first = next(iter(causes), None)
    if first is None or first["kind"] not in FAULTS or first["share"] <= 0:
        return None
    code = first["parameters"].get("fault", first)["code"]
    same = (
        alert
        for alert in alerts
        if _is_fault(alert) and alert["code"] == code and alert.get("feature") == first.get("feature")
    )
    fault = next(same, None)
    return None if fault is None else _key(fault)


def _beside(alerts: Sequence[AlertEntry]) -> Condition | None:
    """Metrics beside that of record that are worse beyond their bands, all of them as one."""
    open_now = [alert for alert in alerts if alert["closed"] is None and alert["severity"] == "amber"]
    losses = [alert for alert in open_now if alert["rule"] == "performance"]
    if not losses:
        return None
    sentence = " ".join(loss["sentence"] for loss in losses)
    first = losses[0]
    return Condition((BESIDE,), ("performance",), "amber", first["code"], sentence, str(first["opened"]))


def _estimate(document: HealthDocument) -> Condition | None:
    """An estimate beyond the tolerance that its interval and that of the reference period tell apart.

    Only where the verdict rests on it: once labels are known, they speak.
    """
    estimate = Code.ESTIMATE.value
    finding = next((entry for entry in document["findings"] if entry["code"] == estimate), None)
    reference, metric = document["reference"], document["metric"]
    if finding is None or reference is None or document["status"] != "amber":
        return None
    chunks = [chunk for chunk in document["chunks"] if metric in chunk["estimated"]]
    if not chunks or not chunks[-1]["estimated"][metric]["reliable"]:
        return None
    now = chunks[-1]["estimated"][metric]
    loss, apart = reference["value"] - now["value"], now["high"] < reference["low"]
    if document["direction"] == "lower":
        loss, apart = -loss, now["low"] > reference["high"]
    if loss < document["tolerance"] or not apart:
        return None
    start = str(chunks[-1]["start"])
    return Condition((ESTIMATE,), ("estimate",), "amber", finding["code"], finding["sentence"], start)
