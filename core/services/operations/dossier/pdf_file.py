"""The dossier as a PDF: what the page says, for those who file or print it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.services.operations.dossier.page import MOST_LINES, cell_text, more_lines
from core.services.operations.dossier.sheet import (
    BLACK,
    GREY,
    LINE,
    SMALL,
    TITLE,
    new_sheet,
    printable,
    write_heading,
    write_line,
)
from core.services.operations.dossier.views import DossierDocument, DossierSection, DossierTable

if TYPE_CHECKING:
    from fpdf import FPDF

TABLE = 7.0
"""Points of the letters of a table."""
LETTER, PADDING = 1.6, 0.6
"""Millimetres of a letter of 7 points, in the mean, and around each cell of a table."""


def pdf(document: DossierDocument) -> bytes:
    """The whole dossier, with a list of its sections beside the text and links from questions to evidence."""
    name, version = document["model"], document["version"]
    sheet = new_sheet(f"Dossier of {name}, version {version}", document["made_at"])
    links = {section["number"]: sheet.add_link() for section in document["sections"]}
    write_line(sheet, f"Dossier of {name}, version {version}", TITLE, bold=True)
    made = f"Made {document['made_at']} by {document['made_by']}."
    write_line(sheet, f"{document['state'].capitalize()}. {made} {document['log']['sentence']}")
    write_heading(sheet, "Ten questions")
    for entry in document["questions"]:
        write_line(sheet, f"{entry['number']}. {entry['question']}", bold=True)
        write_line(sheet, entry["reply"])
        _references(sheet, entry["sections"], links)
    for section in document["sections"]:
        _section(sheet, section, links[section["number"]])
    return bytes(sheet.output())


def _references(sheet: "FPDF", numbers: Sequence[int], links: Mapping[int, int]) -> None:
    """Where the evidence of an answer stands, each number a link."""
    sheet.set_font(size=SMALL, style="")
    sheet.set_text_color(*GREY)
    for place, number in enumerate(numbers):
        sheet.write(LINE, "See section " if place == 0 else " and ")
        sheet.write(LINE, str(number), link=links[number])
    sheet.set_text_color(*BLACK)
    sheet.ln(LINE + 1.5)


def _section(sheet: "FPDF", section: DossierSection, link: int) -> None:
    write_heading(sheet, f"{section['number']}. {section['title']}", link)
    laws = f"EU AI Act, Annex IV: {section['annex_iv']}. SR 11-7: {section['sr_11_7']}."
    write_line(sheet, laws, SMALL, grey=True)
    for text in section["paragraphs"]:
        write_line(sheet, text)
    for table in section["tables"]:
        _table(sheet, table)


def _table(sheet: "FPDF", table: DossierTable) -> None:
    sheet.ln(1.5)
    write_line(sheet, table["title"], bold=True)
    rows = [[printable(cell_text(cell)) for cell in row] for row in table["rows"][:MOST_LINES]]
    heads = [printable(column) for column in table["columns"]]
    if rows:
        sheet.set_font(size=TABLE, style="")
        widths = _widths([heads, *rows], sheet.epw)
        with sheet.table(
            [heads, *rows],
            width=min(sum(widths), sheet.epw),  # a sum may be longer by what rounding adds
            col_widths=widths,
            align="LEFT",
            borders_layout="HORIZONTAL_LINES",
            line_height=3.6,
            padding=PADDING,
            text_align="LEFT",
        ):
            pass
    if rest := more_lines(table):
        write_line(sheet, rest, SMALL, grey=True)


def _widths(rows: Sequence[Sequence[str]], room: float) -> list[float]:
    """Millimetres for each column: what its longest cell needs; what is scarce is shared by the wide ones.

    >>> [round(width) for width in _widths([["who", "why"], ["eve", "better in both shops"]], 178)]
    [8, 36]
    >>> [round(width) for width in _widths([["who", "why", "proof"], ["eve", "b" * 300, "f" * 200]], 178)]
    [8, 85, 85]
    """
    widths = [
        max(len(cell) for cell in column) * LETTER + 2 * PADDING + 2.5 for column in zip(*rows, strict=True)
    ]
    wide = set(range(len(widths)))
    while True:
        share = (room - sum(width for at, width in enumerate(widths) if at not in wide)) / max(len(wide), 1)
        narrow = {at for at in wide if widths[at] <= share}
        if not narrow:
            return [share if at in wide else width for at, width in enumerate(widths)]
        wide -= narrow
