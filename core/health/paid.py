"""What a change costs in money for each period, where costs of decisions are said."""

from statistics import median

from core.health.findings import Findings
from core.health.performance.money import Money, difference
from core.messages import Code, Message
from core.stats.measures.cost_matrix import NAME as COST


def money(findings: Findings, chunk: str) -> Money | None:
    """What decisions cost more now than in the reference period; None without costs or measured rows.

    Args:
        findings: with the newest measured chunks, and how many rows a usual chunk has.
        chunk: "month", or the number of rows in a chunk.
    """
    cost, window = findings.metrics.get(COST), findings.window
    if cost is None or window is None or COST not in window.realised or COST not in window.before:
        return None
    rows = round(median(entry.chunk.profile.n for entry in findings.chunks))
    return Money.of_rows(difference(window.before[COST], window.realised[COST]), rows, chunk, cost.counted_in)


def money_messages(paid: Money | None) -> list[Message]:
    """The change in money as a finding, whatever the verdict; none without costs."""
    if paid is None:
        return []
    return [Message(Code.MONEY, {"change": paid.change, "per": paid.per, "span": paid.span})]
