"""JSON schemas out of typed documents: TypedDicts and dataclasses whose fields have a text below them."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import get_original_bases, is_typeddict

Schema = dict[str, Any]


def json_schemas(kinds: Mapping[str, Any], reference: str = "#/$defs/{model}") -> dict[str, Schema]:
    """Name -> schema of every document, and of all that they are made of.

    Args:
        kinds: name -> type of a document.
        reference: where a schema will stand, with `{model}` for its name.
    """
    adapters = [(name, "serialization", TypeAdapter(kind)) for name, kind in kinds.items()]
    documents, parts = TypeAdapter.json_schemas(
        adapters,  # type: ignore[arg-type]
        ref_template=reference,
        schema_generator=_Described,
    )
    whole = {name: documents[name, "serialization"] for name in kinds}
    own = {name: schema for name, schema in whole.items() if schema != {"$ref": reference.format(model=name)}}
    return {**parts["$defs"], **own}


@cache
def field_texts(kind: type) -> dict[str, str]:
    """Field -> the text below it, those of the classes above included.

    >>> from core.messages import FindingEntry
    >>> field_texts(FindingEntry)["sentence"]
    'The finding in English.'
    """
    texts: dict[str, str] = {}
    for base in get_original_bases(kind):
        if is_typeddict(base) or is_dataclass(base):
            texts |= field_texts(base)
    try:
        (declaration,) = ast.parse(dedent(inspect.getsource(kind))).body
    except OSError:  # a TypedDict that is no class, for a field whose name is a keyword: it says its own
        return texts
    body = declaration.body if isinstance(declaration, ast.ClassDef) else []
    for field, text in pairwise(body):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            texts[field.target.id] = " ".join(str(text.value.value).split())
    return texts


class _Described(GenerateJsonSchema):
    """Gives every field the text that stands below it."""

    def typed_dict_schema(self, schema: Any) -> Schema:
        return _with_texts(super().typed_dict_schema(schema), schema["cls"])

    def dataclass_schema(self, schema: Any) -> Schema:
        return _with_texts(super().dataclass_schema(schema), schema["cls"])


def _with_texts(schema: Schema, kind: type) -> Schema:
    texts = field_texts(kind)
    for name, field in schema["properties"].items():
        field.pop("title", None)
        if name in texts:
            field["description"] = texts[name]
    schema["description"] = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0]
    return schema
