"""Compute the log anew: whether every row that decisions rest on is what was written."""

from core.store.chain import verify as chain
from core.store.chain.verify import ChainReport
from core.store.workspace import Workspace


def verify(ws: Workspace) -> ChainReport:
    """Every link and every row anew, in one moment of the database."""
    return chain.verify(ws.engine)


def summarize(report: ChainReport) -> str:
    """What came of it, in one sentence."""
    faults = len(report.faults) + report.more
    since = f"chained since {report.since[:16].replace('T', ' ')} UTC"
    before = f", when {report.before:,} rows were there already" if report.before else ""
    if not faults:
        return f"All {report.rows:,} rows are what was written, {since}{before}."
    return f"{faults:,} {'place is' if faults == 1 else 'places are'} not what was written, {since}{before}."
