"""Put a dossier together: the answers, the sections, the proof of the log."""

from core.services.operations.dossier import questions, verify, words
from core.services.operations.dossier.evidence import Evidence, read
from core.services.operations.dossier.sections import operation, system, validation
from core.services.operations.dossier.views import DossierDocument, DossierLog
from core.store.chain.verify import ChainReport
from core.store.types import now
from core.store.workspace import Workspace

FORMAT = 1


def document(ws: Workspace, name: str, version: str | None = None, *, by: str) -> DossierDocument:
    """The dossier of a version; None: of the one in production. The log is computed anew for it.

    Raises:
        DataError: there is no such model or version.
    """
    log = describe_log(verify.verify(ws))
    return compose(read(ws, name, version), log, by)


def describe_log(report: ChainReport) -> DossierLog:
    """The proof of the log as it stands in a dossier."""
    return DossierLog(
        since=report.since,
        before=report.before,
        rows=report.rows,
        seq=report.head.seq,
        hash=report.head.hash,
        faults=[fault.sentence for fault in report.faults],
        sentence=verify.summarize(report),
    )


def compose(evidence: Evidence, log: DossierLog, by: str) -> DossierDocument:
    """The document of what was read."""
    return DossierDocument(
        format=FORMAT,
        model=evidence.spec.name,
        version=evidence.version,
        state=words.state(evidence),
        decided_at=evidence.at.isoformat() if evidence.decision else None,
        made_at=now().isoformat(),
        made_by=by,
        questions=questions.ask_all(evidence),
        sections=[*(part(evidence) for part in PARTS), operation.proof(log)],
        log=log,
    )


PARTS = (
    system.general,
    system.decision,
    system.development,
    system.data_and_labels,
    validation.tests,
    validation.metrics,
    validation.limits,
    validation.alternatives,
    operation.oversight,
    operation.changes,
    operation.monitoring,
    operation.provider,
)
"""In the order of their numbers."""
