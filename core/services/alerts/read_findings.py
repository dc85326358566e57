"""New findings -> alerts: once for each finding, with what people are to be told in the same transaction."""

from datetime import datetime, timedelta
from typing import Any, cast

from core.health.alerts import life_cycle
from core.health.alerts.conditions import Condition, conditions, newest_data
from core.health.alerts.life_cycle import Change
from core.health.alerts.rules import AlertRules
from core.health.report.document import FORMAT, HealthDocument
from core.model import ModelSpec
from core.services.alerts import texts
from core.services.alerts.routes import rules_from
from core.store import models
from core.store.alerts import outbox, records
from core.store.engine import reading, writing
from core.store.monitoring import findings
from core.store.tables import Alert
from core.store.workspace import Workspace

BY = "Caretaker"


def read_due(ws: Workspace, moment: datetime) -> list[str]:
    """Read every finding that the alerts do not know; gives the names of those models."""
    with reading(ws.engine) as session:
        due = records.models_to_read(session, moment)
    return [name for number in due if (name := read_finding(ws, number, moment)) is not None]


def read_finding(ws: Workspace, model_id: int, moment: datetime) -> str | None:
    """What the newest finding makes of the alerts of a model; gives its name, or None if it cannot be read.

    A finding that an older Caretaker wrote is waited for: it is being computed anew.
    """
    with writing(ws.engine) as session:
        models.lock(session, model_id)
        fingerprint, body = findings.fingerprint(session, model_id), findings.read(session, model_id)
        if fingerprint is None or body is None or body.get("format") != FORMAT:
            return None
        document, spec = cast("HealthDocument", body), models.by_id(session, model_id)
        rules, before = rules_from(records.rules(session, model_id)), records.reading_of(session, model_id)
        data = newest_data(document)
        rows = records.list_live(session, model_id, moment - timedelta(hours=rules.cool_down_hours))
        changes = life_cycle.advance(
            [_alert(row) for row in rows],
            conditions(document),
            moment,
            new_data=before is None or before.data != data,
            rules=rules,
        )
        by_number = {row.id: row for row in rows}
        for change in changes:
            row = by_number[change.alert.id] if change.alert is not None else None
            _apply(session, spec, rules, change, row or _new(model_id, change, moment), document, moment)
        records.note_reading(session, model_id, fingerprint, data)
    return spec.name


def _alert(row: Alert) -> life_cycle.Alert:
    return life_cycle.Alert(
        id=row.id or 0,
        keys=tuple(row.keys),
        kinds=tuple(row.kinds),  # type: ignore[arg-type]
        severity=row.severity,  # type: ignore[arg-type]
        sentence=row.sentence,
        state=row.state,  # type: ignore[arg-type]
        absent=row.absent,
        closed_at=row.closed_at,
        snoozed_until=row.snoozed_until,
    )


def _new(model_id: int, change: Change, moment: datetime) -> Alert:
    condition = cast("Condition", change.condition)
    return Alert(
        model_id=model_id,
        keys=[],
        kinds=[],
        severity=condition.severity,
        code=condition.code,
        sentence=condition.sentence,
        since=condition.since,
        opened_at=moment,
    )


def _apply(
    session: Any,
    spec: ModelSpec,
    rules: AlertRules,
    change: Change,
    row: Alert,
    document: HealthDocument,
    moment: datetime,
) -> None:
    """The alert as it is now, its event, and what is to be sent of it."""
    if change.condition is not None:
        _take_over(row, change.condition)
    if change.action == "absent":
        row.absent += 1
    if change.action in {"closed", "merged"}:
        row.state, row.closed_at = "closed", moment
    elif change.action == "reopened" or change.tell:
        row.state, row.closed_at, row.snoozed_until = "open", None, None
    if change.action in {"continues", "absent"}:
        session.add(row)
        return
    event = records.add_event(session, row, change.action, BY, {"sentence": row.sentence, "code": row.code})
    if change.action == "reopened":
        outbox.withdraw_end(session, row.id or 0)
    if change.tell:
        kinds, severity = _alert(row).kinds, _alert(row).severity
        recipients = [route.destination for route in rules.routes if route.takes(kinds, severity)]
        kind = "opened" if change.action == "reopened" else change.action
        outbox.write(session, event, recipients, kind, texts.write(spec, row, kind, document), moment)
    elif change.action == "closed":
        later = moment + timedelta(hours=rules.cool_down_hours)
        recipients = outbox.recipients_of(session, row.id or 0)
        outbox.write(session, event, recipients, "closed", texts.write(spec, row, "closed", None), later)


def _take_over(row: Alert, condition: Condition) -> None:
    """What the condition says now; the severity is the highest since the alert opened."""
    row.keys = list(dict.fromkeys([*condition.keys, *row.keys]))
    row.kinds = list(dict.fromkeys([*condition.kinds, *row.kinds]))
    row.sentence, row.code, row.absent = condition.sentence, condition.code, 0
    row.severity = "red" if "red" in {row.severity, condition.severity} else "amber"
