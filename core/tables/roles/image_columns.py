"""Whether a column of texts holds pictures: encoded ones, or names of picture files."""

import re

import pandas as pd

SUFFIX = re.compile(r"\.(png|jpe?g|gif|webp|bmp|tiff?)$", re.IGNORECASE)
ENCODED = re.compile(r"(data:image/|iVBORw0KGgo|/9j/|R0lGOD|UklGR)")
LOOKED_AT = 20


def holds_pictures(column: pd.Series, *, alone: bool) -> bool:
    """Whether the texts look like pictures in base64 or, where nothing else is there, like their paths.

    >>> paths = pd.Series(["a/1.png", "b/2.JPG"])
    >>> holds_pictures(paths, alone=True), holds_pictures(paths, alone=False)
    (True, False)
    """
    texts = [str(cell) for cell in column.dropna().head(LOOKED_AT) if isinstance(cell, str)]
    encoded = all(ENCODED.match(text) for text in texts)
    return bool(texts) and (encoded or (alone and all(SUFFIX.search(text) for text in texts)))
