"""The report: the Health page as one HTML file that needs nothing else, and as CSV."""

from collections.abc import Sequence
from html import escape

from core.charts.chunks import timeline_table
from core.charts.heat import segments
from core.charts.theme import PALETTE, STATUS_ICON
from core.charts.timeline import Promotion, timeline
from core.charts.waterfall import account
from core.health.performance import formatting
from core.health.report.data_entry import describe
from core.health.report.document import HealthDocument
from core.health.report.step_entries import describe_worth
from core.health.status import STATUS_WORD, Status
from core.tables.csv_export import to_csv

STYLE = """
body { background: %(ground)s; color: %(ink)s; font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;
       max-width: 46rem; padding: 0 1rem; }
svg { max-width: 100%%; height: auto; }
.status { border-left: .4rem solid %(status)s; padding-left: 1rem; font-size: 1.15rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
small { color: %(quiet)s; }
"""


def csv(document: HealthDocument) -> str:
    """The numbers of the timeline, one line a chunk."""
    return to_csv(timeline_table(document))


def page(document: HealthDocument, deployments: Sequence[Promotion]) -> str:
    """One HTML document with the verdict, the causes and the charts as pictures."""
    import vl_convert

    palette, status = PALETTE["light"], document["status"]
    style = STYLE % {
        "ground": palette.ground,
        "ink": palette.ink,
        "quiet": palette.quiet,
        "status": palette.status[_status(status)],
    }
    drawn = [timeline(document, deployments, "light")]
    drawn += [segments(document, "light").properties(width=480)] if document["segments"] else []
    fall = document.get("fall")
    drawn += [account(fall, document["account"], "light").properties(width=480)] if fall else []
    pictures = "".join(f"<figure>{vl_convert.vegalite_to_svg(chart.to_dict())}</figure>" for chart in drawn)
    word = f"{STATUS_ICON[_status(status)]} {STATUS_WORD[_status(status)].capitalize()}"
    causes = "".join(
        f"<li>{escape(cause['sentence'])} ({formatting.part_of_loss(cause['share'])})</li>"
        for cause in document["causes"]
    )
    why = f"<h2>Why</h2><ol>{causes}</ol>" if causes else ""
    labels, name = document["labels"], escape(document["model"])
    steps = " ".join(f"{step['sentence']} {describe_worth([step])}".rstrip() for step in document["steps"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Health of {name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>'
        f"<h1>{name}</h1>"
        f'<div class="status"><b>{word}</b><p>{escape(document["sentence"])}</p></div>'
        f"<p>{escape(steps)} "
        f"{escape(document['note'])}</p>{pictures}{why}"
        f"<p><small>Version {escape(document['version'] or 'unknown')}; data: "
        f"{escape(describe(document['data']))}; computed {escape(document['computed_at'])}; "
        f"{labels['mature']:,} of {labels['rows']:,} rows have a label that counts. "
        "Intervals are 95 % intervals.</small></p></body></html>"
    )


def _status(status: str) -> Status:
    return status if status in {"green", "amber", "red"} else "grey"  # type: ignore[return-value]
