"""Pictures that a task names by an address: which rows the name of the file may mean."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

UPLOAD = re.compile(r"[0-9a-f]{8}-")
"""What Label Studio writes before the name of an uploaded file (`data_import/models.py`)."""
ENDING = re.compile(r"\.[A-Za-z]\w{1,4}$")


def row_names(address: str) -> tuple[str, ...]:
    """Ids that a row may have whose picture lies there, the nearest to what is written first.

    >>> row_names("/data/upload/29/1a2b3c4d-r17.png")
    ('/data/upload/29/1a2b3c4d-r17.png', '1a2b3c4d-r17.png', '1a2b3c4d-r17', 'r17.png', 'r17')
    >>> row_names("/data/local-files/?d=left/r%2017.jpeg")[1:]
    ('r 17.jpeg', 'r 17')
    >>> row_names("1.0")
    ('1.0',)
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that opens no address
        return (address,)
    path = parse_qs(parts.query).get("d", [unquote(parts.path)])[0]
    name = re.split(r"[/\\]", path)[-1]
    names = [name, ENDING.sub("", name)]
    if UPLOAD.match(name):
        names += [UPLOAD.sub("", one, count=1) for one in names]
    return tuple(dict.fromkeys([address, *filter(None, names)]))


def is_embedded(value: object) -> bool:
    """Whether this is the picture itself, as a data URI."""
    return isinstance(value, str) and value.startswith("data:")


def is_address(value: object) -> bool:
    """Whether this is where a file lies.

    >>> [is_address(value) for value in ("s3://bucket/a.png", "data:image/png;base64,iVBO/R", "a text", 7)]
    [True, False, False, False]
    """
    return isinstance(value, str) and "/" in value and bool(ENDING.search(value)) and not is_embedded(value)
