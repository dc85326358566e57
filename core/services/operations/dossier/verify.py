"""Compute the log anew, and check a dossier against it."""

from pathlib import Path

from core.services.operations.dossier import file as dossier_file
from core.services.operations.dossier.file import FileReport
from core.store.chain import verify as chain
from core.store.chain.verify import ChainReport
from core.store.workspace import Workspace


def verify(ws: Workspace) -> ChainReport:
    """Every link and every row anew, in one moment of the database."""
    return chain.verify(ws.engine)


def verify_file(ws: Workspace, path: Path) -> tuple[FileReport, ChainReport]:
    """The file's signature, and whether the log still has the link that the file names.

    A file of another home is checked by itself; its log is elsewhere.

    Raises:
        UnreadableFile: it is no dossier.
    """
    report = dossier_file.check(ws.settings, path)
    return report, chain.verify(ws.engine, (report.head,) if report.is_ours else ())


def summarize(report: ChainReport) -> str:
    """What came of computing the log anew, in one sentence."""
    faults = len(report.faults) + report.more
    since = f"chained since {report.since[:16].replace('T', ' ')} UTC"
    before = f", when {report.before:,} rows were there already" if report.before else ""
    if not faults:
        return f"All {report.rows:,} rows of the log are what was written, {since}{before}."
    places = "place of the log is" if faults == 1 else "places of the log are"
    return f"{faults:,} {places} not what was written, {since}{before}."


def summarize_file(report: FileReport) -> str:
    """What came of checking a file, in one sentence."""
    what = f"The dossier of {report.model}, version {report.version}, made {report.made_at[:16]} UTC"
    if report.faults:
        return f"{what}, is not what was signed: {' '.join(report.faults)}"
    if report.is_ours:
        return f"{what}, is what this home signed (key {report.key})."
    return (
        f"{what}, is what the holder of key {report.key} signed, which is not this home: compare the key "
        "with its owner's, and verify it there."
    )
