"""Sheets of A4 that are written from top to bottom: letters, lines, headings, the foot of each page."""

from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, LINE = 16.0, 4.6
"""Millimetres: of the edge of A4, and of a line of text of 9 points."""
BODY, SMALL, HEADING, TITLE = 9.0, 7.5, 13.0, 17.0
"""Points of the letters."""
GREY, BLACK, RULE = (87, 96, 106), (31, 35, 40), (208, 208, 200)
FONT = "DejaVu"
FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}


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


def new_sheet(title: str, made_at: str) -> "FPDF":
    """The first page, empty.

    Args:
        title: of the whole, also at the foot of each page.
        made_at: ISO moment; the same content of the same moment is the same file.
    """
    from fpdf import FPDF

    below = printable(title)

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
    sheet.set_creation_date(datetime.fromisoformat(made_at))
    sheet.add_page()
    return sheet


def write_heading(sheet: "FPDF", text: str, link: int | None = None) -> None:
    """A heading that keeps some lines with it, and is one of the sections beside the text."""
    if sheet.will_page_break(30):
        sheet.add_page()
    sheet.ln(4)
    sheet.start_section(printable(text))
    if link is not None:
        sheet.set_link(link, y=sheet.get_y())
    write_line(sheet, text, HEADING, bold=True)


def write_line(
    sheet: "FPDF",
    text: str,
    size: float = BODY,
    *,
    bold: bool = False,
    grey: bool = False,
) -> None:
    """A paragraph over the whole width."""
    sheet.set_font(size=size, style="B" if bold else "")
    sheet.set_text_color(*(GREY if grey else BLACK))
    height = LINE * size / BODY
    sheet.multi_cell(0, height, printable(text), new_x="LMARGIN", new_y="NEXT", align="L")
    sheet.set_text_color(*BLACK)


def printable(text: str) -> str:
    """The text in letters that there are: without the files of letters, Latin ones only."""
    return text if fonts() else text.encode("latin-1", "replace").decode("latin-1")
