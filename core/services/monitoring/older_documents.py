"""Health documents of older formats, in the present form as far as pages read it."""

from typing import Any


def in_present_form(document: dict[str, Any]) -> dict[str, Any]:
    """The document with `data`, which formats before 7 said as `data_until` and `gaps`, and with `steps`.

    Until it is computed anew its first day is that of its first chunk, its last that of the newest chunk.

    >>> old = {"chunks": [{"start": "2024-01-01"}], "data_until": "2024-02-29"}
    >>> in_present_form(old)["data"]
    {'from': '2024-01-01', 'until': '2024-02-29', 'gaps': [], 'stale': False}
    """
    if "data" in document:
        return document
    gaps, chunks = document.get("gaps", []), document["chunks"]
    data = {
        "from": chunks[0]["start"] if chunks else None,
        "until": document["data_until"],
        "gaps": [
            {"from": gap["start"], "until": gap["end"], "chunks": gap["chunks"], "label": gap["label"]}
            for gap in gaps
            if gap["end"] is not None
        ],
        "stale": any(gap["end"] is None for gap in gaps),
    }
    return {"steps": [], **document, "data": data}
