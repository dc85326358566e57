"""The shapes of what goes in and out, as JSON schemas, for the OpenAPI document."""

from typing import Any

Schema = dict[str, Any]


def _object(about: str, needed: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "description": about, "required": list(needed), "properties": properties}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["number", "null"]}
COUNT: Schema = {"type": ["integer", "null"]}
MAYBE: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
STATE: Schema = {"enum": ["queued", "running", "taken", "known", "refused", "failed", "cancelled"]}
ROW: Schema = {
    "type": "object",
    "description": "A value under the name of each column; lists and records are not read.",
}
LEFT: Schema = _object(
    "A row that was left out, and why.",
    ("row", "where", "column", "reason"),
    row={"type": "integer", "description": "Data row, from 1."},
    where=TEXT,
    column=TEXT,
    reason=TEXT,
)

ROWS: Schema = {
    "oneOf": [
        {"type": "array", "items": ROW},
        _object("The rows, and nothing beside them.", ("rows",), rows={"type": "array", "items": ROW}),
    ]
}

SHAPES: dict[str, Schema] = {
    "Error": _object(
        "What went wrong and what to do next; of which cell, where one is to blame.",
        ("message", "hint"),
        message=TEXT,
        hint=TEXT,
        column=TEXT,
        row={"type": "integer", "description": "Data row, from 1."},
        reference={**TEXT, "description": "Of a failure on our side."},
    ),
    "Accepted": _object(
        "The delivery: its bytes are safe; `status` is the address to ask how it stands.",
        ("batch", "job", "state", "rows", "status"),
        batch=TEXT,
        job=MAYBE,
        state=STATE,
        rows={**COUNT, "description": "Null when a known delivery was not opened again."},
        status=TEXT,
    ),
    "Delivery": _object(
        "How a delivery stands; the counts are there once it is taken.",
        ("batch", "kind", "state"),
        batch=TEXT,
        kind={"enum": ["predictions", "labels", "training"]},
        state=STATE,
        job=MAYBE,
        rows=COUNT,
        new=COUNT,
        replaced=COUNT,
        labelled=COUNT,
        left_out={**COUNT, "description": "Rows that did not fit and were not taken in."},
        clipped={**COUNT, "description": "Scores outside 0 to 1 by rounding, set to 0 or 1."},
        listed={"type": "array", "description": "The first rows that were left out.", "items": LEFT},
        message=TEXT,
        hint=TEXT,
    ),
    "Champion": _object(
        "The version in production.",
        ("model", "version", "uri", "since"),
        model=TEXT,
        version=TEXT,
        uri={**TEXT, "description": "Its address in the MLflow registry."},
        since={**TEXT, "format": "date-time"},
    ),
    "Health": _object(
        "All that is known about the health of the model, as the command line prints it.",
        ("model", "version", "status", "sentence", "metric", "tolerance", "chunks", "alerts"),
        model=TEXT,
        version=MAYBE,
        status={"enum": ["green", "amber", "red", "grey"]},
        sentence=TEXT,
        metric=TEXT,
        tolerance=NUMBER,
        reference={"type": ["object", "null"]},
        onset={"type": ["object", "null"]},
        causes={"type": "array", "items": {"type": "object"}},
        segments={"type": "array", "items": {"type": "object"}},
        chunks={"type": "array", "items": {"type": "object"}},
        alerts={"type": "array", "items": {"type": "object"}},
    ),
    "Ready": _object("What is there.", ("ready", "stores", "worker"), ready=FLAG, stores=FLAG, worker=FLAG),
    "Ask": _object(
        "Which items a tab holds and how many more it wants.",
        ("holder",),
        token=TEXT,
        holder=TEXT,
        held={"type": "array", "items": {"type": "integer"}},
        number={"type": "integer"},
        again=FLAG,
        take_over={**TEXT, "description": "Whose items to take over: the name under which they have them."},
        history=FLAG,
    ),
    "Items": _object("The next items.", ("items", "closed", "lost", "progress"), items={"type": "array"}),
    "Answers": _object(
        "Answers of an expert.",
        ("holder",),
        token=TEXT,
        holder=TEXT,
        answers={"type": "array", "items": {"type": "object"}},
        leave=FLAG,
    ),
    "Saved": _object("Which answers are safe.", ("saved", "refused", "progress"), saved={"type": "array"}),
    "OpenAPI": {"type": "object", "description": "This document."},
}
