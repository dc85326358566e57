"""The dossier as one HTML page that needs nothing else and prints well."""

from html import escape

from core.services.operations.dossier.views import Cell, DossierDocument, DossierSection, DossierTable

MOST_LINES = 200
"""Lines of a table on the page and in the PDF; the document has all of them."""
STYLE = """
body { color: #1F2328; background: #FCFCFA; font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
       max-width: 60rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; } h2 { border-top: 1px solid #E4E4DF; margin-top: 2.2rem; padding-top: 1rem; }
dt { font-weight: 600; margin-top: .8rem; } dd { margin: .1rem 0 0 0; }
.part { color: #57606A; font-size: .85rem; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums;
        margin: .4rem 0 1rem; }
caption { font-weight: 600; padding: .3rem 0; text-align: left; }
td, th { border-bottom: 1px solid #E4E4DF; overflow-wrap: anywhere; padding: .2rem .8rem .2rem 0;
         text-align: left; vertical-align: top; }
@page { margin: 18mm; }
@media print { body { background: none; font-size: 10pt; margin: 0; max-width: none; }
  h2, h3, caption { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; } }
"""


def page(document: DossierDocument) -> str:
    """The whole page; everything that somebody wrote is escaped."""
    name, version = escape(document["model"]), escape(document["version"])
    questions = "".join(
        f"<dt>{entry['number']}. {escape(entry['question'])}</dt><dd>{escape(entry['reply'])} "
        f'<span class="part">See {" and ".join(map(_link, entry["sections"]))}.</span></dd>'
        for entry in document["questions"]
    )
    sections = "".join(map(_section, document["sections"]))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dossier of {name}, version '
        f'{version}</title><meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>Dossier of {name}, version {version}</h1>"
        f"<p>{escape(document['state'].capitalize())}. Made {escape(document['made_at'])} by "
        f"{escape(document['made_by'])}. {escape(document['log']['sentence'])}</p>"
        f"<h2>Ten questions</h2><dl>{questions}</dl>{sections}</body></html>"
    )


def _link(number: int) -> str:
    return f'<a href="#section-{number}">{number}</a>'


def _section(section: DossierSection) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in section["paragraphs"])
    return (
        f'<h2 id="section-{section["number"]}">{section["number"]}. {escape(section["title"])}</h2>'
        f'<p class="part">EU AI Act, Annex IV: {escape(section["annex_iv"])}. SR 11-7: '
        f"{escape(section['sr_11_7'])}.</p>{paragraphs}{''.join(map(_table, section['tables']))}"
    )


def _table(table: DossierTable) -> str:
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table["columns"])
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(cell_text(cell))}</td>' for cell in row)}</tr>"
        for row in table["rows"][:MOST_LINES]
    )
    rest = f'<p class="part">{more}</p>' if (more := more_lines(table)) else ""
    return (
        f'<div class="scroll" tabindex="0"><table><caption>{escape(table["title"])}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>{rest}"
    )


def more_lines(table: DossierTable) -> str:
    """That a table has more lines than are shown; empty where it has not."""
    more = len(table["rows"]) - MOST_LINES
    return f"{more:,} further lines stand in dossier.json." if more > 0 else ""


def cell_text(cell: Cell) -> str:
    """What stands in a cell, for people.

    >>> cell_text(None), cell_text(True), cell_text(0.123456), cell_text(1200)
    ('', 'yes', '0.12346', '1,200')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.5g}"
    return f"{cell:,}" if isinstance(cell, int) else cell
