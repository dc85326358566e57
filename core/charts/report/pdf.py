"""The report as a PDF of a few pages of A4, for those who file or print it."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from core.charts.report.facts import causes, drawings, foot, status_of, status_word
from core.charts.theme import PALETTE
from core.charts.timeline import Promotion
from core.health.page.questions import Piece, Question, beside, lead, questions
from core.health.page.tiles import Tile, tiles
from core.health.report.document import HealthDocument
from core.services.operations.dossier.sheet import (
    BLACK,
    BODY,
    GREY,
    LINE,
    SMALL,
    TITLE,
    new_sheet,
    printable,
    write_heading,
    write_line,
)

if TYPE_CHECKING:
    from fpdf import FPDF

ACROSS, TALL, GAP = 4, 26.0, 4.0
"""Numbers in a row; millimetres of one, and between two."""
COURSE = 5.0
"""Millimetres of the course of a number."""
NUMBER = 14.0
NAME = 26.0
"""Points of a number; millimetres of the name of a question."""
SCALE = 2.5
"""Dots of a picture for each pixel: some 230 to the inch."""
WORDS = 20.0
"""Millimetres that the words above a chart take."""
WHITE = "#FFFFFF"


def pdf(document: HealthDocument, deployments: Sequence[Promotion]) -> bytes:
    """The verdict, the four questions, the numbers, the charts, the causes."""
    sheet = new_sheet(f"Health of {document['model']}", document["computed_at"])
    sheet.c_margin = 0  # so that words, pictures and courses stand on one line
    write_line(sheet, document["model"], TITLE, bold=True)
    _verdict(sheet, document)
    for question in questions(document):
        _question(sheet, question)
    for sentence in beside(document):
        write_line(sheet, f"- {sentence}", grey=True)
    _numbers(sheet, tiles(document))
    if document["note"]:
        write_line(sheet, document["note"])
    _charts(sheet, document, deployments)
    lines = causes(document)
    if lines:
        write_heading(sheet, "Why")
    for number, sentence in enumerate(lines, 1):
        write_line(sheet, f"{number}. {sentence}")
    sheet.ln(3)
    write_line(sheet, foot(document), SMALL, grey=True)
    return bytes(sheet.output())


def _verdict(sheet: "FPDF", document: HealthDocument) -> None:
    """Beside a bar in the colour of the status."""
    top = sheet.get_y() + 1
    sheet.set_y(top)
    sheet.set_left_margin(sheet.l_margin + 4)
    write_line(sheet, status_word(document), BODY + 2, bold=True)
    write_line(sheet, lead(document), BODY + 1)
    sheet.set_left_margin(sheet.l_margin - 4)
    colour = PALETTE["light"].status[status_of(document)]
    sheet.set_fill_color(*bytes.fromhex(colour[1:]))
    sheet.rect(sheet.l_margin, top, 1.2, sheet.get_y() - top, style="F")
    sheet.set_y(sheet.get_y() + 3)


def _question(sheet: "FPDF", question: Question) -> None:
    """Its name in a column of its own, what is said beside it."""
    top = sheet.get_y()
    write_line(sheet, question.name, grey=True)
    sheet.set_y(top)
    sheet.set_left_margin(sheet.l_margin + NAME)
    mark: Piece = ("-", "quiet")
    for line in question.lines:
        for text, how in [mark, *line] if question.steps else line:
            sheet.set_font(size=BODY, style="B" if how == "strong" else "")
            sheet.set_text_color(*(GREY if how == "quiet" else BLACK))
            sheet.write(LINE, f"{printable(text)} ")
        sheet.ln(LINE)
    sheet.set_left_margin(sheet.l_margin - NAME)
    sheet.set_text_color(*BLACK)
    sheet.ln(1.5)


def _numbers(sheet: "FPDF", row: Sequence[Tile]) -> None:
    """So many in a row, each with its course."""
    width = (sheet.epw - GAP * (ACROSS - 1)) / ACROSS
    sheet.ln(2)
    for start in range(0, len(row), ACROSS):
        if sheet.will_page_break(TALL):
            sheet.add_page()
        top = sheet.get_y()
        ends = [
            _number(sheet, tile, sheet.l_margin + place * (width + GAP), top, width)
            for place, tile in enumerate(row[start : start + ACROSS])
        ]
        sheet.set_y(max(ends) + GAP)


def _number(sheet: "FPDF", tile: Tile, left: float, top: float, width: float) -> float:
    """Where it ends."""
    for text, size, grey in (
        (tile.name, SMALL, True),
        (tile.value, NUMBER, False),
        (tile.below, SMALL, True),
    ):
        sheet.set_xy(left, top)
        sheet.set_font(size=size, style="" if grey else "B")
        sheet.set_text_color(*(GREY if grey else BLACK))
        sheet.multi_cell(width, LINE * size / BODY, printable(text), align="L")
        top = sheet.get_y()
    sheet.set_text_color(*BLACK)
    if len(tile.course) < 2:  # noqa: PLR2004 -- two points make a line
        return top
    low, high = min(tile.course), max(tile.course)
    step, span = width / (len(tile.course) - 1), (high - low) or 1.0
    heights = [top + 1 + COURSE * (1 - (value - low) / span) for value in tile.course]
    sheet.set_draw_color(*GREY)
    sheet.polyline([(left + at * step, height) for at, height in enumerate(heights)])
    return top + 1 + COURSE


def _charts(sheet: "FPDF", document: HealthDocument, deployments: Sequence[Promotion]) -> None:
    """Each whole on its page, all at the same scale."""
    import vl_convert
    from PIL import Image

    drawn = drawings(document, deployments, WHITE)
    pictures = [BytesIO(vl_convert.vegalite_to_png(one.body, scale=SCALE)) for one in drawn]
    sizes = [Image.open(picture).size for picture in pictures]
    scale = sheet.epw / max(width for width, _ in sizes)
    for one, picture, (wide, tall) in zip(drawn, pictures, sizes, strict=True):
        if sheet.will_page_break(tall * scale + WORDS):
            sheet.add_page()
        sheet.ln(GAP)
        write_line(sheet, one.title, BODY + 1, bold=True)
        write_line(sheet, one.subtitle, SMALL, grey=True)
        sheet.ln(1)
        sheet.image(picture, w=wide * scale, h=tall * scale)
        sheet.ln(GAP)
