"""Names of classes: what two cells must share to be of one class, and the column read as such names."""

import re
import unicodedata
from collections.abc import Collection

import pandas as pd

from core.tables.table import Table
from core.tables.values.columns import as_text
from core.tables.values.empty_cells import is_no_class

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Signs without width: soft hyphens, zero-width spaces, byte order marks in the middle of a file."""
BLANKS = re.compile(r"\s+")
"""Also spaces that do not break (U+00A0, U+202F), as Word and web pages write them."""


def plain_name(text: str) -> str:
    r"""The name that a person reads: composed characters (NFC, Unicode Annex 15), single spaces, none around.

    >>> plain_name(" not\u00a0 paid "), plain_name("Mu\u0308ll") == "M\u00fcll"
    ('not paid', True)
    """
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text).translate(UNSEEN)).strip()


def as_class(table: Table, name: str, known: Collection[str] = ()) -> pd.Series:
    """The column as names of classes (`plain_name`); texts that stand for an empty cell are no label at all.

    A name that is a class already (`known`) stays what it is.

    >>> as_class(Table(pd.DataFrame({"y": ["yes ", "NA", "no", "?"]}), "f"), "y").tolist()
    ['yes', None, 'no', None]
    """
    texts = as_text(table, name)
    names = {text: text if text in known else plain_name(text) for text in texts.dropna().unique()}
    every = {*names.values(), *known}
    meant = {text: cls for text, cls in names.items() if text in known or not is_no_class(cls, every)}
    return pd.Series([meant.get(text) for text in texts], texts.index, dtype=object)
