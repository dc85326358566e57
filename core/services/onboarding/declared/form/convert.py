"""From the tree of a file to values, by the types of `document`; a wrong one is named by line and key."""

import re
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from core.services.onboarding.declared.form.yaml_nodes import Node, WrongDeclaration

NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
LARGEST = 1e15
SWITCHES = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
"""What people write for a switch -> what is meant."""
SECRET = re.compile(r"pass(word|wd)?|secret|token|api_?key|credentials?", re.IGNORECASE)


class Converter:
    """Reads the values of one file.

    Attributes:
        lines: key of a value ("churn.checks.metric") -> its line.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}

    def value(self, node: Node, kind: Any, key: str) -> Any:
        """The value of a node.

        Raises:
            WrongDeclaration: it is none of that kind.
        """
        self.lines[key] = node.line
        origin = get_origin(kind)
        if origin in {Union, UnionType}:
            (inner,) = (part for part in get_args(kind) if part is not NoneType)
            return None if node.is_null else self.value(node, inner, key)
        if is_typeddict(kind):
            return self._fields(node, kind, key)
        if origin is list:
            self._require(node, "list", key, "a list: [one, two], or a line with `- ` for each; [] for none")
            inner = get_args(kind)[0]
            return [self.value(part, inner, f"{key}[{at}]") for at, part in enumerate(node.content)]
        if origin is dict:
            self._require(node, "mapping", key, "lines of KEY: VALUE; {} for none")
            inner = get_args(kind)[1]
            return {
                name.content: self.value(part, inner, f"{key}.{name.content}") for name, part in node.content
            }
        self._require(node, "text", key, "one value, not a list and not KEY: VALUE")
        return self._scalar(node, kind, key)

    def _fields(self, node: Node, kind: Any, key: str) -> dict[str, Any]:
        self._require(node, "mapping", key, "lines of KEY: VALUE")
        hints = get_type_hints(kind)
        values = {}
        for name, part in node.content:
            if name.content not in hints:
                raise self._unknown(name, list(hints), key)
            values[name.content] = self.value(part, hints[name.content], f"{key}.{name.content}".lstrip("."))
        missing = [name for name in hints if name in kind.__required_keys__ and name not in values]
        if missing:
            where = f"{key or 'The file'} has no {missing[0]}"
            raise self._wrong(node, where, f"Write {missing[0]}: below it.")
        return values

    def _scalar(self, node: Node, kind: Any, key: str) -> Any:
        text = node.content
        if get_origin(kind) is Literal:
            allowed = get_args(kind)
            by_text = {str(choice): choice for choice in allowed}
            if text not in by_text:
                near = get_close_matches(text, by_text, 1)
                meant = f"Did you mean {near[0]}? " if near else ""
                raise self._wrong(node, f"{key} is {text!r}", f"{meant}Allowed: {', '.join(by_text)}.")
            return by_text[text]
        if kind is str:
            if node.is_null:
                hint = 'Write "" for no text, or "null" in quotes where the word is meant.'
                raise self._wrong(node, f"{key} is nothing where a text is expected", hint)
            return text
        if kind is bool:
            if not node.plain or text not in {"true", "false"}:
                meant = f"Did you mean {SWITCHES[text.lower()]}? " if text.lower() in SWITCHES else ""
                raise self._wrong(node, f"{key} is {text!r}", f"{meant}Allowed: true, false, without quotes.")
            return text == "true"
        return self._number(node, kind, key)

    def _number(self, node: Node, kind: Any, key: str) -> float | int:
        text, form = node.content, WHOLE if kind is int else NUMBER
        what = "a whole number" if kind is int else "a number"
        if not node.plain or not form.fullmatch(text):
            hint = f"Write {what} without quotes, with a point and without leading zeros: 30, 0.02."
            raise self._wrong(node, f"{key} is {text!r}, which is not {what}", hint)
        number: float = kind(text)
        if abs(number) > LARGEST:
            raise self._wrong(node, f"{key} is {text}, which is too large", f"Write one up to {LARGEST:g}.")
        return number

    def _unknown(self, name: Node, known: list[str], key: str) -> WrongDeclaration:
        where = f" in {key}" if key else ""
        if SECRET.fullmatch(name.content):
            hint = "Secrets are named in the environment, never in a file: docs/reference/settings.md."
        else:
            near = get_close_matches(name.content, known, 1)
            hint = f"Did you mean {near[0]}? " if near else ""
            hint += f"Keys{where}: {', '.join(known)}."
        return self._wrong(name, f"there is no key {name.content!r}{where}", hint)

    def _require(self, node: Node, kind: str, key: str, form: str) -> None:
        if node.kind != kind:
            what = "nothing" if node.is_null else f"a {node.kind}"
            raise self._wrong(node, f"{key or 'the file'} is {what}", f"Write {form}.")

    def _wrong(self, node: Node, what: str, hint: str) -> WrongDeclaration:
        return WrongDeclaration(f"{self.file}, line {node.line}: {what}.", hint)
