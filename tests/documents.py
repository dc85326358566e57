"""Holds documents against their schemas, and lets no field pass that the schema does not describe."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from core.api.bodies import BODIES
from core.json_schema import json_schemas
from core.services.operations.documents import DOCUMENTS
from core.tables.values.json_values import plain


@cache
def closed_schemas():
    return {name: _closed(schema) for name, schema in json_schemas({**BODIES, **DOCUMENTS}).items()}


def errors_of(name, document):
    """What of a document its schema does not allow, as it goes out as JSON."""
    validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": closed_schemas()})
    sent = json.loads(json.dumps(plain(document), allow_nan=False))
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(sent)]


def _closed(schema):
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        parts["additionalProperties"] = False
    return parts
