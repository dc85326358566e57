"""The record: every decision about a model, oldest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from core.model import Automation
from core.services.alerts import history as alerts
from core.services.automation.rules import describe
from core.services.deployment.reasons import OVERRIDES
from core.services.experiments.recipes.titles import title
from core.services.experiments.replay import policies, replay
from core.services.label_errors.sampling import unlabelled
from core.store import audit, models
from core.store.annotation import activity, blind_samples, class_rules, revisions, suspects
from core.store.engine import reading
from core.store.experiments import (
    automatic_runs,
    comparisons,
    deployments,
    holdouts,
    outbox,
    shadows,
    trials,
)
from core.store.tables import Audit, Deployment, Holdout, Revision, Scan
from core.store.workspace import Workspace

COLUMNS = ["at", "kind", "sentence", "person", "reference"]
NOBODY = "Caretaker"
ANSWERS = {
    "label": "labelled",
    "import": "imported labels for",
    "skip": "skipped",
    "unsure": "was unsure about",
    "flag": "flagged",
    "note": "wrote notes on",
    "undo": "took back",
    "adjudicate": "settled conflicts on",
}
SOURCES = {
    "add source": "Data come from",
    "pause source": "Paused:",
    "resume source": "Looked at again:",
    "remove source": "Data no longer come from",
}
AUTOMATIC = {automatic_runs.BEGAN, automatic_runs.ENDED}
OUTCOMES = {
    "waits": "version {version} waits for a person",
    "promoted": "version {version} was promoted",
    "nothing_new": "nothing new",
    "stopped": "stopped",
    "failed": "failed",
}
TEXTS = {"guideline", "class_notes", "costs"}
"""Settings that are told by their name: what they say is long."""

MOST = 100_000
"""Deliveries that are read: all of them."""

Entry = tuple[datetime, str, str, str, str]


def timeline(ws: Workspace, name: str) -> pd.DataFrame:
    """Promotions, revisions, holdouts, trials, comparisons, shadows, annotations and more, in order of time.

    Columns: at (UTC), kind, sentence, person, reference (the version, the run, the number). Only SQL.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        entries: list[Entry] = [
            *map(_deployment, deployments.list_concluded(session, model)),
            *map(_proposal, audit.entries(session, model, actions={"propose"})),
            *map(_revision, revisions.list_revisions(session, model)),
            *map(_holdout, holdouts.list_holdouts(session, model)),
            *_trials(trials.list_outlines(session, model)),
            *map(_comparison, comparisons.list_sentences(session, model)),
            *map(_scan, suspects.scans(session, model)),
            *map(_source, audit.entries(session, model, actions=SOURCES)),
            *map(_settings, audit.entries(session, model, actions={"change settings"})),
            *map(_automatic, audit.entries(session, model, actions=AUTOMATIC)),
            *map(_take_over, audit.entries(session, model, actions={"take over"})),
            *map(_class_rule, audit.entries(session, model, actions=class_rules.ACTIONS)),
            *map(_shadow, audit.entries(session, model, actions=shadows.ACTIONS)),
            *map(_replay, audit.entries(session, model, actions={replay.ACTION, policies.ACTION})),
            *map(_target, audit.entries(session, model, actions=outbox.ACTIONS)),
            *map(_blind_sample, audit.entries(session, model, actions={blind_samples.ACTION})),
            *map(_first_labels, audit.entries(session, model, actions={unlabelled.ACTION})),
            *_other_labels(audit.entries(session, model, MOST, actions={"ingest"})),
            *map(_annotation_entries, activity.days_of_work(session, model)),
            *alerts.entries(session, model),
        ]
    frame = pd.DataFrame(entries, columns=COLUMNS)
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return frame.sort_values("at", kind="stable", ignore_index=True)


def _deployment(row: Deployment) -> Entry:
    verb = {
        "first": f"Version {row.version} went into production as the first champion",
        "promote": f"Version {row.version} was promoted in place of version {row.previous}",
        "rollback": f"Rolled back from version {row.previous} to version {row.version}",
    }[row.kind]
    override = f" by override ({OVERRIDES[row.override]})" if row.override else ""
    why = f": {row.decision}" if row.decision else ""
    outcome = {
        "done": f"; approved by {row.decided_by}{why}" if row.decided_by else "",
        "refused": " - refused",
        "declined": f" - declined by {row.decided_by}{why}",
        "lapsed": f" - proposed, and lapsed{why}",
    }[row.state]
    kind = "promotion" if row.kind == "promote" else row.kind
    at = row.decided_at or row.created_at
    return at, kind, f"{verb}{override}: {row.reason}{outcome}", row.person, row.version


def _proposal(row: Audit) -> Entry:
    override = f" by override ({OVERRIDES[row.body['override']]})" if row.body["override"] else ""
    sentence = (
        f"Version {row.body['version']} was proposed in place of version {row.body['previous']}{override}, "
        f"for a second person to decide: {row.body['reason']}"
    )
    return row.created_at, "proposal", sentence, row.person, row.body["version"]


def describe_revision(row: Revision) -> str:
    """What a revision holds, in a sentence."""
    return f"Revision {row.number}: {row.rows:,} labelled rows, {row.corrected:,} corrected"


def _revision(row: Revision) -> Entry:
    return row.created_at, "revision", describe_revision(row), row.created_by, row.content_hash[:12]


def _holdout(row: Holdout) -> Entry:
    sentence = f"Holdout {row.number} frozen: {row.rows:,} rows from {_day(row.first)} to {_day(row.last)}"
    return row.created_at, "holdout", sentence, NOBODY, row.keys_hash[:12]


def _day(place: str) -> str:
    """The day of a moment; a number of a row stays."""
    return place.split("T", maxsplit=1)[0]


def _trials(rows: Sequence[Any]) -> Iterator[Entry]:
    """Of thousands of trials: the title of each recipe is looked up once."""
    titles = {recipe: title(recipe) for recipe in {row.recipe for row in rows}}
    for row in rows:
        made = f", version {row.version}" if row.version else ""
        failed = f": {row.error}" if row.error else ""
        refit = f"Refit of version {row.refit_of} on all labels"
        what = refit if row.refit_of else f"Trial of {titles[row.recipe]}"
        sentence = f"{what}: {row.status}{made}{failed}"
        yield row.created_at, "trial", sentence, row.created_by, row.run_id or row.fingerprint[:12]


def _comparison(row: Any) -> Entry:
    sentence = f"Version {row.challenger} against {row.champion}, look {row.look}: {row.sentence}"
    return row.created_at, "comparison", sentence, row.created_by, row.challenger


def _scan(row: Scan) -> Entry:
    return row.created_at, "scan", f"Looked for suspected labels in {row.rows:,} rows", NOBODY, str(row.id)


def _source(row: Audit) -> Entry:
    sentence = f"{SOURCES[row.action]} {row.body['address']}{_by_file(row)}"
    return row.created_at, "source", sentence, row.person, str(row.body["source"])


def _settings(row: Audit) -> Entry:
    """What was changed, from what to what; long texts are named only."""
    before, after = row.body["before"], row.body["after"]
    changed = [
        name.replace("_", " ")
        if name in TEXTS
        else f"{name} {_setting(before[name])} → {_setting(after[name])}"
        for name in before
    ]
    sentence = f"Settings changed{_by_file(row)}: {', '.join(changed)}"
    return row.created_at, "settings", sentence, row.person, "settings"


def _by_file(row: Audit) -> str:
    """Where models are code: the file that asked for it."""
    return f" by {row.body['file']}" if row.body.get("file") else ""


def _setting(value: Any) -> str:
    """A setting as people write it.

    >>> _setting(None), _setting(0.2), _setting(["2020-01", "2020-03"])
    ('none', '0.2', '2020-01 to 2020-03')
    """
    if value is None:
        return "none"
    if isinstance(value, dict) and "every_days" in value:
        return f"({describe(Automation(**value))})"
    return " to ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _automatic(row: Audit) -> Entry:
    """A training by itself: by whose rule it began, and what became of it."""
    body, rule = row.body, Automation(**row.body["rule"])
    if row.action == automatic_runs.BEGAN:
        by = f"by the rule of {rule.set_by} ({describe(rule)})"
        began = f"Training began on {body['cause']}, {by}"
        return row.created_at, "automation", began, row.person, str(body["run"])
    outcome = OUTCOMES[body["outcome"]].format(version=body["version"])
    sentence = f"Training by itself on {body['cause']}: {outcome}. {body['message']}".strip()
    return row.created_at, "automation", sentence, row.person, body["version"] or str(body["run"])


def _take_over(row: Audit) -> Entry:
    number = row.body["items"]
    whose = "another tab" if row.body["from"] == row.person else row.body["from"]
    sentence = (
        f"{row.person} took over {number:,} {'item' if number == 1 else 'items'} to relabel from {whose}"
    )
    return row.created_at, "take-over", sentence, row.person, "take over"


def _class_rule(row: Audit) -> Entry:
    body = row.body
    apart = f"{' from '.join(body['classes'])}: {body['sentence']}"
    if row.action == class_rules.PROPOSED:
        return row.created_at, "guideline", f"A rule was proposed to tell {apart}", row.person, "guideline"
    by = f", proposed by {body['proposer']}," if body["proposer"] != row.person else ""
    sentence = f"The guideline got the rule{by} to tell {apart}"
    return row.created_at, "guideline", sentence, row.person, "guideline"


def _shadow(row: Audit) -> Entry:
    """A challenger beside the champion, or the version before as a guard: begun, or over with the reason."""
    body = row.body
    guard = body["role"] == "guard"
    who = f"Version {body['version']}{', the one before,' if guard else ''}"
    sentence = {
        "start shadow": f"{who} predicts what comes beside version {body['champion']}",
        "shadow decided": f"Shown of version {body['version']} beside version {body['champion']}",
        "shadow ended": f"{who} predicts no longer beside version {body['champion']}",
        "shadow lapsed": f"{who} predicts no longer beside version {body['champion']}",
    }[row.action]
    why = f": {body['reason']}" if body.get("reason") else ""
    kind = "guard" if guard else "shadow"
    return row.created_at, kind, f"{sentence}{why}", row.person, body["version"]


def _replay(row: Audit) -> Entry:
    if row.action == policies.ACTION:
        return row.created_at, "replay", row.body["sentence"], row.person, "policies"
    return row.created_at, "replay", row.body["sentence"], row.person, row.body["version"]


def _target(row: Audit) -> Entry:
    if row.action == outbox.AGAIN:
        names = ", ".join(row.body["targets"])
        sentence = f"Told again of version {row.body['version']}: {names}"
    else:
        state = row.action.removeprefix("target ")
        sentence = f"{row.body['target']}, version {row.body['version']}: {state}. {row.body['message']}"
    return row.created_at, "deploy target", sentence, row.person, row.body["version"]


def _blind_sample(row: Audit) -> Entry:
    sample = blind_samples.BlindSample.from_json(row.body)
    sentence = (
        f"A blind sample of {len(sample.rows):,} labels was asked for, of {sample.period} and the "
        "reference period"
    )
    return row.created_at, "blind sample", sentence, row.person, sample.last


def _first_labels(row: Audit) -> Entry:
    count, of = row.body["questions"], row.body["of"]
    sentence = f"Labels of {count:,} of {of:,} rows without one were asked for, the least sure first"
    return row.created_at, "first labels", sentence, row.person, ""


def _other_labels(rows: Sequence[Audit]) -> Iterator[Entry]:
    """Deliveries that gave rows another label than before; those of earlier versions did not count them."""
    for row in rows:
        if changed := row.body.get("changed"):
            source, of = row.body["source"], row.body["labelled"]
            sentence = f"{source} gave {changed:,} rows another label than before, of {of:,} labelled"
            yield row.created_at, "labels replaced", sentence, row.person, row.body["content_hash"]


def _annotation_entries(row: activity.DayOfWork) -> Entry:
    items: Any = "item" if row.times == 1 else "items"
    sentence = f"{row.person} {ANSWERS[row.action]} {row.times:,} {items}"
    return row.last, "answers", sentence, row.person, row.action
