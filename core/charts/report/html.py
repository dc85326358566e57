"""The report as one HTML file that needs nothing else, and as CSV."""

from collections.abc import Sequence
from html import escape

from core.charts.chunks import timeline_table
from core.charts.report import parts
from core.charts.report.facts import causes, drawings, foot, status_of, status_word
from core.charts.theme import PALETTE
from core.charts.timeline import Promotion
from core.health.page.questions import lead
from core.health.page.tiles import tiles
from core.health.report.document import HealthDocument
from core.tables.csv_export import to_csv

STYLE = """
body { background: %(ground)s; color: %(ink)s; font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;
       max-width: 46rem; padding: 0 1rem; }
svg { max-width: 100%%; height: auto; }
figure { margin: 1.5rem 0; }
figcaption { font-size: .87rem; line-height: 1.4; color: %(quiet)s; margin-bottom: .6rem; }
figcaption b { display: block; font-size: 1rem; color: %(ink)s; }
.status { border-left: .4rem solid %(status)s; padding-left: 1rem; font-size: 1.15rem; }
dl, dd { margin: 0; }
dt, .ct-answers span, .ct-metrics dd, .ct-beside, small { color: %(quiet)s; }
.ct-answers { margin: 1rem 0; display: grid; gap: .6rem; }
.ct-answers > div { display: grid; grid-template-columns: 7rem 1fr; }
.ct-steps { margin: 0; padding-left: 1rem; }
.ct-metrics { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; }
.ct-metrics dd { font-size: .87rem; line-height: 1.35; }
.ct-metrics b { font-size: 1.5rem; color: %(ink)s; }
.ct-metrics img { display: block; width: 100%%; height: 1.75rem; margin-top: .4rem; }
@media (max-width: 30rem) { .ct-answers > div { grid-template-columns: 1fr; } }
@media print { body { font-size: 11px; margin: 0; } figure, li, dl > div { break-inside: avoid; } }
@page { size: A4; margin: 16mm; }
"""


def csv(document: HealthDocument) -> str:
    """The numbers of the timeline, one line a chunk."""
    return to_csv(timeline_table(document))


def page(document: HealthDocument, deployments: Sequence[Promotion]) -> str:
    """One HTML document: the verdict, the four questions, the numbers, the charts as pictures, the causes."""
    import vl_convert

    palette, name = PALETTE["light"], escape(document["model"])
    style = STYLE % {
        "ground": palette.ground,
        "ink": palette.ink,
        "quiet": palette.quiet,
        "status": palette.status[status_of(document)],
    }
    pictures = "".join(
        f"<figure><figcaption><b>{escape(one.title)}</b> {escape(one.subtitle)}</figcaption>"
        f"{vl_convert.vegalite_to_svg(one.body)}</figure>"
        for one in drawings(document, deployments)
    )
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in causes(document))
    why = f"<h2>Why</h2><ol>{lines}</ol>" if lines else ""
    note = f"<p>{escape(document['note'])}</p>" if document["note"] else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Health of {name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>'
        f"<h1>{name}</h1>"
        f'<div class="status"><b>{status_word(document)}</b><p>{escape(lead(document))}</p></div>'
        f"{parts.questions(document)}{parts.numbers(tiles(document))}{note}{pictures}{why}"
        f"<p><small>{escape(foot(document))}</small></p></body></html>"
    )
