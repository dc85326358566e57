"""What Caretaker finds, in words: a stable code, its parameters, and the one English sentence of each code.

The codes are part of the documents; `docs/findings.md` says of each what it means and what to do next. A code
is never given to another sentence: one that is dropped leaves a gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from typing_extensions import TypedDict

from core.messages.codes import Code
from core.messages.forms import FORMS
from core.messages.sentences import SENTENCES

__all__ = ["SENTENCES", "Code", "FindingEntry", "Message", "fields"]


class FindingEntry(TypedDict):
    """A finding in a document."""

    code: str
    """Stable name of what was found; docs/findings.md has a heading for it."""
    parameters: dict[str, Any]
    """What fills the gaps of the sentence: numbers, names, texts; or a finding within this one."""
    sentence: str
    """The finding in English."""


@dataclass(frozen=True, slots=True)
class Message:
    """One finding: its code and what fills the gaps of its sentence.

    >>> str(Message(Code.OTHER_SCALE, {"feature": "x4", "factor": 0.01, "now": 1, "unit": "", "since": None}))
    'x4 is about 1/100 of what it was (another unit or scale)'
    >>> print(Message(Code.NO_SCORE, {"now": 0.12, "before": 0.0, "since": "May 2024"}).sentence)
    The model gave no score for 12 % of the rows (0 % before) since May 2024.
    >>> inner = Message(Code.COLUMN_STUCK, {"feature": "x4", "value": "0", "now": 1.0, "since": None})
    >>> Message(Code.FAULT_OF_EVERY_ROW, {"fault": inner}).sentence[:34]
    'x4 holds one value (0) in every ro'
    >>> stuck = Message(Code.COLUMN_STUCK, {"feature": "Temp", "value": "0", "now": 1.0, "since": None})
    >>> likely = {"cause": Message(Code.FAULT_OF_EVERY_ROW, {"fault": stuck})}
    >>> Message(Code.MOST_LIKELY, likely).sentence[:31]
    'Most likely: Temp holds one val'
    """

    code: Code
    parameters: Mapping[str, Any]

    def __str__(self) -> str:
        return _WORDS.vformat(SENTENCES[self.code], (), self.parameters)

    @property
    def sentence(self) -> str:
        """The same with a capital and a full stop; names of columns stay as they are written."""
        text = f"{self:capital}"
        return text if text.endswith(".") else f"{text}."

    def __format__(self, form: str) -> str:
        text = str(self)
        if form in ("capital", "inside") and self._begins_with_a_column(text):
            return text
        return FORMS[form](text) if form else text

    def _begins_with_a_column(self, text: str) -> bool:
        """Whether its first words, or those of a finding within it, are the name of a column."""
        within = [value for value in self.parameters.values() if isinstance(value, Message)]
        names = [message.parameters.get("feature") for message in (self, *within)]
        return any(name is not None and text.startswith(str(name)) for name in names)

    def document(self) -> FindingEntry:
        """The finding as it is stored; a finding within a finding in the same form.

        >>> inner = Message(Code.ONE_SCORE, {"since": None})
        >>> Message(Code.FAULT_OF_EVERY_ROW, {"fault": inner}).document()["parameters"]["fault"]["code"]
        'CT-H47'
        """
        parameters = {
            name: value.document() if isinstance(value, Message) else value
            for name, value in self.parameters.items()
        }
        return FindingEntry(code=self.code.value, parameters=parameters, sentence=self.sentence)


def fields(code: Code) -> set[str]:
    """The parameters that the sentence of a code needs.

    >>> sorted(fields(Code.ONE_PREDICTION))
    ['before', 'since', 'value']
    """
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[code]) if name}


class _Words(Formatter):
    """Fills in parameters by the named forms below, else as Python does."""

    def format_field(self, value: Any, form: str) -> str:
        if isinstance(value, Message) or form not in FORMS:
            return format(value, form)
        return FORMS[form](value)


_WORDS = _Words()
