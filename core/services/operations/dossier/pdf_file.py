"""The dossier as a PDF: what the page says, for those who file or print it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.services.operations.dossier.page import MOST_LINES, cell_text, more_lines
from core.services.operations.dossier.views import DossierDocument, DossierSection, DossierTable

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, LINE = 16.0, 4.6
"""Millimetres: of the edge of A4, and of a line of text of 9 points."""
BODY, SMALL, TABLE, HEADING, TITLE = 9.0, 7.5, 7.0, 13.0, 17.0
"""Points of the letters."""
GREY, BLACK, RULE = (87, 96, 106), (31, 35, 40), (208, 208, 200)
LETTER, PADDING = 1.6, 0.6
"""Millimetres of a letter of 7 points, in the mean, and around each cell of a table."""
FONT = "DejaVu"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


def pdf(document: DossierDocument) -> bytes:
    """The whole dossier, with a list of its sections beside the text and links from questions to evidence."""
    sheet = _sheet(document)
    links = {section["number"]: sheet.add_link() for section in document["sections"]}
    name, version = document["model"], document["version"]
    _line(sheet, f"Dossier of {name}, version {version}", TITLE, bold=True)
    made = f"Made {document['made_at']} by {document['made_by']}."
    _line(sheet, f"{document['state'].capitalize()}. {made} {document['log']['sentence']}")
    _heading(sheet, "Ten questions")
    for entry in document["questions"]:
        _line(sheet, f"{entry['number']}. {entry['question']}", bold=True)
        _line(sheet, entry["reply"])
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


@cache
def fonts() -> dict[str, Path]:
    """Files of letters of nearly all alphabets, which come with Matplotlib; none where it is not there.

    MLflow requires Matplotlib. Nothing of it is imported.
    """
    spec = find_spec("matplotlib")
    folders = spec.submodule_search_locations if spec is not None else None
    folder = Path(next(iter(folders or [""]))) / "mpl-data" / "fonts" / "ttf"
    files = {style: folder / name for style, name in FACES.items()}
    return files if all(file.exists() for file in files.values()) else {}


def _sheet(document: DossierDocument) -> "FPDF":
    from fpdf import FPDF

    below = _printable(f"Dossier of {document['model']}, version {document['version']}")

    class Sheet(FPDF):
        """A4 with a line at the foot of each page."""

        def footer(self) -> None:
            """What this is, and which page."""
            self.set_y(-12)
            self.set_font(size=SMALL, style="")
            self.set_text_color(*GREY)
            self.cell(0, 6, f"{below} - page {self.page_no()} of {{nb}}", align="C")

    sheet = Sheet(format="A4")
    sheet.set_margins(MARGIN, MARGIN, MARGIN)
    sheet.set_auto_page_break(auto=True, margin=MARGIN)
    for style, file in fonts().items():
        sheet.add_font(FONT, style, str(file))
    sheet.set_font(FONT if fonts() else "Helvetica", size=BODY)
    sheet.set_title(below)
    sheet.set_author("Caretaker")
    sheet.set_lang("en")
    sheet.set_draw_color(*RULE)
    sheet.set_creation_date(datetime.fromisoformat(document["made_at"]))
    sheet.add_page()
    return sheet


def _section(sheet: "FPDF", section: DossierSection, link: int) -> None:
    _heading(sheet, f"{section['number']}. {section['title']}", link)
    laws = f"EU AI Act, Annex IV: {section['annex_iv']}. SR 11-7: {section['sr_11_7']}."
    _line(sheet, laws, SMALL, grey=True)
    for text in section["paragraphs"]:
        _line(sheet, text)
    for table in section["tables"]:
        _table(sheet, table)


def _table(sheet: "FPDF", table: DossierTable) -> None:
    sheet.ln(1.5)
    _line(sheet, table["title"], bold=True)
    rows = [[_printable(cell_text(cell)) for cell in row] for row in table["rows"][:MOST_LINES]]
    heads = [_printable(column) for column in table["columns"]]
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
        _line(sheet, rest, SMALL, grey=True)


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


def _heading(sheet: "FPDF", text: str, link: int | None = None) -> None:
    if sheet.will_page_break(30):
        sheet.add_page()
    sheet.ln(4)
    sheet.start_section(_printable(text))
    if link is not None:
        sheet.set_link(link, y=sheet.get_y())
    _line(sheet, text, HEADING, bold=True)


def _line(
    sheet: "FPDF",
    text: str,
    size: float = BODY,
    *,
    bold: bool = False,
    grey: bool = False,
) -> None:
    sheet.set_font(size=size, style="B" if bold else "")
    sheet.set_text_color(*(GREY if grey else BLACK))
    height = LINE * size / BODY
    sheet.multi_cell(0, height, _printable(text), new_x="LMARGIN", new_y="NEXT", align="L")
    sheet.set_text_color(*BLACK)


def _printable(text: str) -> str:
    """The text in letters that there are: without the files of letters, Latin ones only."""
    return text if fonts() else text.encode("latin-1", "replace").decode("latin-1")
