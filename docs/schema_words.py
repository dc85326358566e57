"""A JSON schema in words: what people read of a type, one line for each field, what it refers to."""

from collections.abc import Iterator
from typing import Any

WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
}


def type_words(schema: dict[str, Any]) -> str:
    """What a value is.

    >>> type_words({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]})
    'list of text, or null'
    >>> type_words({"additionalProperties": {"$ref": "#/$defs/Number"}, "type": "object"})
    'object of [Number](#number)'
    >>> type_words({"enum": ["all", "training"], "type": "string"})
    '`all`, `training`'
    """
    if "$ref" in schema:
        name = _name(schema)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return ", or ".join(type_words(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_words(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {type_words(schema['additionalProperties'])}"
    return WORDS[schema["type"]] if "type" in schema else "any value"


def field_lines(schema: dict[str, Any], meanings: dict[str, str]) -> list[str]:
    """A line for each field: name, type, whether it may be missing, meaning."""
    return [
        f"- `{name}` ({type_words(content)}{_optional(schema, name)}): {meanings[name]}"
        for name, content in schema["properties"].items()
    ]


def _optional(schema: dict[str, Any], name: str) -> str:
    """Whether the field may be missing, and what is taken then."""
    if name in schema.get("required", []):
        return ""
    default = schema["properties"][name].get("default")
    return f"; where it is missing `{default}`" if default else "; may be missing"


def references(schema: Any) -> Iterator[str]:
    """Names of the schemas that this one refers to, in the order of its fields.

    >>> list(references({"properties": {"rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}}}}))
    ['Row']
    """
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name(schema)
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
