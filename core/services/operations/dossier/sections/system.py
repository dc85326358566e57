"""Sections 1 to 4: the system, the decision, how the version was made, its data and labels."""

from datetime import datetime

from core.model import Automation
from core.services.automation.rules import describe
from core.services.experiments.recipes.titles import title
from core.services.operations.dossier import words
from core.services.operations.dossier.evidence import Evidence, moment
from core.services.operations.dossier.sections.section import (
    DEVELOPMENT,
    GOVERNANCE,
    SOUNDNESS,
    facts,
    section,
    table,
)
from core.services.operations.dossier.views import DossierSection
from core.store.tables import AutomaticRun

SEARCH = ("stage", "parameters", "features", "treatment")


def general(evidence: Evidence) -> DossierSection:
    """What the model is."""
    spec, roles = evidence.spec, evidence.spec.roles
    return section(
        1,
        "General description",
        "1 (a) name and version, (c) versions of the software",
        GOVERNANCE,
        (
            f"{spec.name}, version {evidence.version}: {words.state(evidence)}.",
            spec.note,
            f"What experts are told about the classes: {spec.guideline}" if spec.guideline else "",
            (
                "Intended purpose, persons concerned, hardware and interfaces stand in section 12: "
                "the provider writes them."
            ),
        ),
        [
            facts(
                "The model",
                [
                    ("task", spec.task),
                    ("items", spec.item),
                    ("classes", spec.classes),
                    ("label", roles.label),
                    ("inputs", roles.features),
                    ("segments by which it is judged", roles.segments),
                    ("rows belong together by", roles.group),
                    ("name in the registry", spec.registry_name),
                    ("metric of record", spec.metric),
                    ("threshold", spec.threshold),
                ],
            )
        ],
    )


def decision(evidence: Evidence) -> DossierSection:
    """Who decided what, when and why."""
    row = evidence.decision
    if row is None:
        return section(
            2, "The decision", "2 (e) human oversight, 6", GOVERNANCE, ("Nobody decided on this version.",)
        )
    known = row.known or {}
    health = known.get("health") or {}
    return section(
        2,
        "The decision",
        "2 (e) human oversight, 6 changes through the lifecycle",
        GOVERNANCE,
        (f"Version {row.version} was {words.verb(row)}, by {row.person}: {row.reason}",),
        [
            facts(
                "The decision",
                [
                    ("kind", row.kind),
                    ("outcome", row.state),
                    ("by", row.person),
                    ("at", moment(row.created_at)),
                    ("reason", row.reason),
                    ("verdict of the comparison", row.verdict),
                    ("override", words.override(row)),
                    ("second person", row.decided_by),
                    ("what the second person wrote", row.decision),
                    ("decided at", moment(row.decided_at) if row.decided_at else None),
                    ("data went up to", row.data_until),
                ],
            ),
            facts(
                "What was known then",
                [
                    ("in production", known.get("champion")),
                    ("SHA-256 of the version's files", known.get("files")),
                    ("verdict", known.get("verdict")),
                    ("sentence", known.get("sentence")),
                    ("metric of record", known.get("metric")),
                    ("threshold", known.get("threshold")),
                    ("costs", known.get("costs")),
                    ("Health", health.get("sentence")),
                    ("Health was computed at", health.get("computed_at")),
                ],
            ),
        ],
    )


def _automatic(run: AutomaticRun | None) -> str:
    """By whose rule a training began that no person began, and what it came to."""
    if run is None:
        return ""
    rule = Automation(**run.rule)
    set_by = f"{rule.set_by} at {moment(datetime.fromisoformat(rule.set_at))}"
    return (
        f"No person began this training: it began on {run.cause}, by the rule that {set_by} set "
        f"({describe(rule)}). {run.message}"
    ).strip()


def development(evidence: Evidence) -> DossierSection:
    """How the version was made."""
    trial = evidence.trial
    if trial is None:
        return section(
            3,
            "Development of the version",
            "2 (a) methods and steps",
            DEVELOPMENT,
            ("It was trained outside of Caretaker: how, its owners know.",),
        )
    params = trial.params
    search = params.get("search", {})
    return section(
        3,
        "Development of the version",
        "2 (a) methods and steps, (b) design choices",
        f"{DEVELOPMENT}; {SOUNDNESS}",
        (
            f"{title(trial.recipe)}, trained by {trial.created_by} at {moment(trial.created_at)}.",
            _automatic(evidence.automatic),
            f"It is version {params['refit_of']} fitted again on all labels." if "refit_of" in params else "",
        ),
        [
            facts(
                "The experiment",
                [
                    ("recipe", trial.recipe),
                    ("version before", trial.parent_version),
                    ("rows learned from", params.get("rows")),
                    ("duplicates left out", params.get("duplicates")),
                    ("SHA-256 of the training rows", params.get("data")),
                    ("seed", params.get("seed")),
                    *((f"search: {name}", search.get(name)) for name in SEARCH),
                    ("seconds", trial.seconds),
                    ("fingerprint", trial.fingerprint),
                    ("run in the registry", trial.run_id),
                ],
            )
        ],
    )


def data_and_labels(evidence: Evidence) -> DossierSection:
    """Where its data and labels come from."""
    deliveries = [batch for batch in evidence.batches if evidence.is_earlier(batch)]
    revision, trial = evidence.revision, evidence.trial
    many = words.count(len(deliveries), "delivery", "deliveries")
    leak = (trial.params.get("leak") or {}) if trial else {}
    holdout = evidence.holdout
    return section(
        4,
        "Data and labels",
        "2 (d) data requirements: provenance, labelling, cleaning",
        DEVELOPMENT,
        (
            (
                f"{many} of {sum(batch.rows for batch in deliveries):,} rows were taken in by then. "
                "Each is named by a hash of its rows as they were taken in, whatever form the file had."
            ),
            f"Revision {revision.number} froze the labels: {revision.rows:,} rows, {revision.corrected:,} "
            f"corrected by experts, annotations up to number {revision.event_seq}."
            if revision
            else "",
            "The holdout was frozen by row before any of its labels was corrected; training rows that it "
            "shares by key or content are counted below."
            if holdout
            else "",
        ),
        [
            facts(
                "Revision, holdout, leak guard",
                [
                    ("revision", revision.number if revision else None),
                    ("SHA-256 of the revision", revision.content_hash if revision else None),
                    ("cut by", revision.created_by if revision else None),
                    ("cut at", moment(revision.created_at) if revision else None),
                    ("holdout", holdout.number if holdout else None),
                    ("rows of the holdout", holdout.rows if holdout else None),
                    (
                        "first and last of the holdout",
                        f"{holdout.first} to {holdout.last}" if holdout else None,
                    ),
                    ("SHA-256 of its keys", holdout.keys_hash if holdout else None),
                    ("shared rows, by key", leak.get("keys")),
                    ("shared rows, by content", leak.get("contents")),
                ],
            ),
            table(
                "Deliveries",
                ("number", "kind", "rows", "source", "SHA-256", "at"),
                [(b.id, b.kind, b.rows, b.source, b.content_hash, moment(b.created_at)) for b in deliveries],
            ),
            table(
                "Annotations up to the revision",
                ("person", "action", "times", "first", "last"),
                [(w.person, w.action, w.times, moment(w.first), moment(w.last)) for w in evidence.works],
            ),
            table(
                "Searches for wrong labels",
                ("number", "rows", "at"),
                [(s.id, s.rows, moment(s.created_at)) for s in evidence.scans if evidence.is_earlier(s)],
            ),
        ],
    )
