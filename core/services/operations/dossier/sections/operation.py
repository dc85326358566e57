"""Sections 9 to 13: oversight, changes, monitoring, what the provider adds, the proof of the log."""

from core.services.operations.dossier import words
from core.services.operations.dossier.evidence import Evidence, moment
from core.services.operations.dossier.sections.section import GOVERNANCE, WATCH, facts, section, table
from core.services.operations.dossier.views import DossierLog, DossierSection
from core.store.tables import Deployment

CHANGE = (
    "version",
    "in place of",
    "kind",
    "outcome",
    "by",
    "at",
    "reason",
    "verdict",
    "override",
    "second person",
)
MISSING = (
    ("intended purpose, and by whom it is to be used", "1 (a)"),
    ("name and address of the provider", "1 (a)"),
    ("hardware, interfaces, instructions for use", "1 (b) to (h)"),
    ("cybersecurity measures outside of Caretaker", "2 (h)"),
    ("risk management system", "5"),
    ("harmonised standards that were applied", "7"),
    ("EU declaration of conformity", "8"),
)
"""What no record of a model can hold: the provider writes it."""


def oversight(evidence: Evidence) -> DossierSection:
    """Who may decide, and every override and rollback."""
    marked = [row for row in evidence.deployments if row.override or row.kind == "rollback"]
    second = "asks" if evidence.spec.second_person else "does not ask"
    return section(
        9,
        "Human oversight, overrides and rollbacks",
        "2 (e) human oversight",
        GOVERNANCE,
        (
            f"The model {second} for a second person before a promotion.",
            (
                "A verdict of worse or cannot tell is promoted only as an override of a kind, with a written "
                "reason; it is marked for ever."
            ),
        ),
        [table("Overrides and rollbacks", CHANGE, map(_change, marked))],
    )


def _change(row: Deployment) -> tuple[object, ...]:
    place = (row.version, row.previous, row.kind, row.state, row.person, moment(row.created_at), row.reason)
    return (*place, row.verdict, words.override(row), row.decided_by)


def changes(evidence: Evidence) -> DossierSection:
    """Everything that was changed through its life."""
    entries = [row for row in evidence.entries if row.action != "ingest"]
    return section(
        10,
        "Changes through its life",
        "6 relevant changes through the lifecycle",
        GOVERNANCE,
        ("Every deployment, and every entry of the log but deliveries (section 4).",),
        [
            table("Deployments", CHANGE, map(_change, evidence.deployments)),
            table(
                "The log",
                ("number", "at", "by", "action", "what"),
                [(row.id, moment(row.created_at), row.person, row.action, row.body) for row in entries],
            ),
        ],
    )


def monitoring(evidence: Evidence) -> DossierSection:
    """How it is watched, and who was told of the decision."""
    health = evidence.health or {}
    findings = [(finding.get("code"), finding.get("sentence")) for finding in health.get("findings", [])]
    targets = [
        (row.target, row.state, row.attempts, row.message, moment(row.changed_at))
        for row in evidence.announcements
    ]
    return section(
        11,
        "Monitoring",
        "3 monitoring and control, 9 post-market monitoring",
        WATCH,
        (
            f"Health as computed at {health['computed_at']}: {health['sentence']}"
            if health
            else "Health was not computed yet.",
        ),
        [
            facts(
                "How it is watched",
                [
                    ("metric", evidence.spec.metric),
                    ("loss that may pass", evidence.spec.tolerance),
                    ("periods", evidence.spec.chunk),
                    ("reference period", evidence.spec.reference),
                    ("status", health.get("status")),
                ],
            ),
            table("Findings", ("code", "finding"), findings),
            table("Deploy targets", ("target", "state", "tries", "message", "at"), targets),
        ],
    )


def provider(_evidence: Evidence) -> DossierSection:
    """What only the provider can say."""
    return section(
        12,
        "What the provider adds",
        "1, 2 (h), 5, 7, 8",
        GOVERNANCE,
        ("The record of a model does not hold the following; the provider adds it to this file.",),
        [table("To be added", ("what", "Annex IV"), MISSING)],
    )


def proof(log: DossierLog) -> DossierSection:
    """The proof that the record is what was written."""
    return section(
        13,
        "Proof of the record",
        "2 (g) test logs, 3",
        GOVERNANCE,
        (
            log["sentence"],
            (
                "`dossier verify FILE` checks the signature of this file, and whether the log has the link "
                "below: while it has, nothing up to it was changed, taken away or slipped in."
            ),
        ),
        [
            facts("The newest link", [("number", log["seq"]), ("SHA-256", log["hash"])]),
            table("Not as it was written", ("fault",), [(fault,) for fault in log["faults"]]),
        ],
    )
