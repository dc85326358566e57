"""What Caretaker finds, in words: a stable code, its parameters, and the one English sentence of each code.

The codes are part of the documents; `docs/findings.md` says of each what it means and what to do next. A code
is never given to another sentence: one that is dropped leaves a gap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log10
from string import Formatter
from typing import Any

from typing_extensions import TypedDict


class Code(StrEnum):
    """The findings of Health: 01-19 the verdict, 21-39 what stands beside it, 41-49 faults, 51-59 causes."""

    NO_PREDICTIONS = "CT-H01"
    NO_REFERENCE = "CT-H02"
    WORSE = "CT-H03"
    HEALTHY = "CT-H04"
    NO_LOSS_YET = "CT-H05"
    UNCERTAIN = "CT-H06"
    A_LITTLE_WORSE = "CT-H07"
    OTHER_MEASURES = "CT-H08"
    CHUNKS_TOO_SMALL = "CT-H09"
    NO_LABELS = "CT-H10"
    ESTIMATE = "CT-H11"
    WORST_SEGMENT = "CT-H21"
    NO_CAUSE = "CT-H22"
    PART_OF_FALL = "CT-H23"
    MOST_LIKELY = "CT-H24"
    LOSSES_BESIDE = "CT-H25"
    TOO_FEW_SINCE = "CT-H26"
    UNLABELLED_SINCE = "CT-H27"
    NEVER_GOOD = "CT-H28"
    MORE_FAULTS = "CT-H29"
    TWO_VERSIONS = "CT-H30"
    VERSIONS_UNKNOWN = "CT-H31"
    VERSIONS_ALIKE = "CT-H32"
    VERSION_WORSE = "CT-H33"
    NEW_CLASSES = "CT-H34"
    NEW_CLASS_LABELS = "CT-H35"
    NEW_CLASS_PREDICTIONS = "CT-H36"
    VERSION_UNUSED = "CT-H37"
    COLUMN_EMPTY = "CT-H41"
    VALUES_UNSEEN = "CT-H42"
    COLUMN_STUCK = "CT-H43"
    OUT_OF_RANGE = "CT-H44"
    OTHER_SCALE = "CT-H45"
    NO_SCORE = "CT-H46"
    ONE_SCORE = "CT-H47"
    ONE_PREDICTION = "CT-H48"
    ONE_LABEL = "CT-H49"
    FAULT_OF_EVERY_ROW = "CT-H51"
    FAULT_OF_SOME_ROWS = "CT-H52"
    VERSION_TOOK_OVER = "CT-H53"
    MIX_MOVED = "CT-H54"
    VALUE_MOVED = "CT-H55"
    FALL = "CT-H61"
    LOSS_BESIDE = "CT-H62"
    WORSE_THAN_REFERENCE = "CT-H63"


SENTENCES: dict[Code, str] = {
    Code.NO_PREDICTIONS: "There are no predictions to watch yet.",
    Code.NO_REFERENCE: "The reference period has too few {labels}, so there is nothing to compare with.",
    Code.WORSE: "The model is getting worse. {since:since or now} {effect}.",
    Code.HEALTHY: "The model is healthy: {metric} is {now}; a {loss} of more than {limit} is excluded.",
    Code.NO_LOSS_YET: "No loss so far: {metric} is {now}; a {loss} of more than {limit} is excluded.",
    Code.UNCERTAIN: (
        "Watch: it cannot be told yet, from {labels:,} labels, whether the model got worse. "
        "{effect:capital}; {labels_needed:would settle}."
    ),
    Code.A_LITTLE_WORSE: (
        "The model has probably become a little worse. {effect:capital}; {labels_needed:would settle}."
    ),
    Code.OTHER_MEASURES: (
        "Watch: {metric} shows no loss beyond chance, but other measures fell. "
        "{effect:capital}; {labels_needed:would settle}."
    ),
    Code.CHUNKS_TOO_SMALL: (
        "One period holds too few labels of a class to be measured. "
        "All {labels:,} labels of the log together: {effect}; {certain}."
    ),
    Code.NO_LABELS: "The model gave {rows:,} answers. {labels:are known}, so nobody knows {unknown}.",
    Code.ESTIMATE: (
        "From its {source} alone, {metric} is estimated at {now}; "
        "this cannot see a change in what the inputs mean."
    ),
    Code.WORST_SEGMENT: (
        "Mostly in: {column} = {value} ({share:percent} of the fall in {rows:percent} of the rows)."
    ),
    Code.NO_CAUSE: (
        "Why is not known yet: no fault in the data and no moved mix of one input was found to explain it."
    ),
    Code.PART_OF_FALL: "A part of it: {cause:inside} The rest is not explained yet.",
    Code.MOST_LIKELY: "Most likely: {cause:inside}",
    Code.LOSSES_BESIDE: "Beside it, {losses}.",
    Code.TOO_FEW_SINCE: "{rows:the rows} after {when} {rows:are} too few to measure.",
    Code.UNLABELLED_SINCE: "Labels reach until {when}; what came after is only estimated.",
    Code.NEVER_GOOD: (
        "Already in the reference period the model {way}: {metric} is {before} from {labels:,} labels."
    ),
    Code.MORE_FAULTS: "{faults} more faults are listed under the alerts.",
    Code.TWO_VERSIONS: (
        "Versions {first} ({share:percent} of the answers) and {second} answered at the same time until "
        "{when}; this verdict is about all answers together."
    ),
    Code.VERSIONS_UNKNOWN: "They cannot be told apart yet: one of them has too few labels.",
    Code.VERSIONS_ALIKE: "No difference between the two is more than chance.",
    Code.VERSION_WORSE: "Version {worse} is worse than {better} by {difference}.",
    Code.NEW_CLASSES: "New class{classes:es}: {names}.",
    Code.NEW_CLASS_LABELS: ("{labels:label names} {classes:them}: errors that the numbers here leave out."),
    Code.NEW_CLASS_PREDICTIONS: (
        "{predictions:prediction names} {classes:them}, which no number here counts."
    ),
    Code.VERSION_UNUSED: ("These are answers of version {answered}; version {version} has not answered yet."),
    Code.COLUMN_EMPTY: "{feature} arrives empty in {now:rows} ({before:percent} before){since:since}",
    Code.VALUES_UNSEEN: (
        "{feature} holds values never seen before in {now:rows}{value:in brackets}{since:since}"
    ),
    Code.COLUMN_STUCK: "{feature} holds one value{value:in brackets} in every row{since:since}",
    Code.OUT_OF_RANGE: "{feature} lies outside of all that was seen before in {now:rows}{since:since}",
    Code.OTHER_SCALE: "{feature} is {factor:times} (another unit or scale){since:since}",
    Code.NO_SCORE: "the model gave no score for {now:rows} ({before:percent} before){since:since}",
    Code.ONE_SCORE: "the model's answers are constant (one score for every row){since:since}",
    Code.ONE_PREDICTION: "the model answers {value!r} for every row ({before:percent} before){since:since}",
    Code.ONE_LABEL: (
        "all {rows:,} labels are {value!r} ({before:percent} before), "
        "so nothing is measured by them{since:since}"
    ),
    Code.FAULT_OF_EVERY_ROW: (
        "{fault:capital}; it began with the fall, spares no row, and can explain all of it."
    ),
    Code.FAULT_OF_SOME_ROWS: "{fault:capital}; that alone {price}.",
    Code.VERSION_TOOK_OVER: (
        "{version:version} took over then and does worse since its first answers; "
        "the one before it was as ever."
    ),
    Code.MIX_MOVED: "The mix of {feature} moved: that alone {price}.",
    Code.VALUE_MOVED: (
        "The mix of {feature} moved ({value} {before:whole} → {now:percent} of the rows): that alone {price}."
    ),
    Code.FALL: "{metric} {way} beyond chance and tolerance in {when}.",
    Code.LOSS_BESIDE: "{metric} is worse than in the reference period since {when}.",
    Code.WORSE_THAN_REFERENCE: "{metric} is worse than in the reference period.",
}


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

    >>> str(Message(Code.OTHER_SCALE, {"feature": "x4", "factor": 0.00098, "since": None}))
    'x4 is about 1/1,000 of what it was (another unit or scale)'
    >>> print(Message(Code.NO_SCORE, {"now": 0.12, "before": 0.0, "since": "May 2024"}).sentence)
    The model gave no score for 12 % of the rows (0 % before) since May 2024.
    >>> inner = Message(Code.OTHER_SCALE, {"feature": "x4", "factor": 100.0, "since": None})
    >>> Message(Code.FAULT_OF_EVERY_ROW, {"fault": inner}).sentence[:34]
    'x4 is about 100 times as large as '
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
        if form == "capital" and self._begins_with_a_column(text):
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


def about(count: float) -> str:
    """A count of work to do, to two digits.

    >>> about(1234), about(87.2)
    ('1,200', '88')
    """
    if count < 100:  # noqa: PLR2004 -- below that every one counts
        return f"{ceil(count)}"
    step = 10 ** (len(str(int(count))) - 2)
    return f"{round(count / step) * step:,}"


def _rows(share: float) -> str:
    return "every row" if share >= 0.9995 else f"{100 * share:.0f} % of the rows"  # noqa: PLR2004 -- 100 %


def _times(factor: float) -> str:
    """Rounded to one digit: the factor is read off quantiles.

    >>> _times(1018.0), _times(0.0167)
    ('about 1,000 times as large as before', 'about 1/60 of what it was')
    """
    size = max(factor, 1 / factor)
    digit = f"{round(size, -int(log10(size))):,.0f}"
    return f"about {digit} times as large as before" if factor >= 1 else f"about 1/{digit} of what it was"


def _settle(labels: int | None) -> str:
    if labels is None:
        return "the next periods will show"
    return f"about {about(labels)} more labels would settle it"


def _labels_known(labels: int) -> str:
    if not labels:
        return "None of them has a label yet"
    return f"Only {labels:,} labels are known, too few to judge"


def _inside(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


FORMS: dict[str, Callable[[Any], str]] = {
    "capital": lambda text: text[:1].upper() + text[1:],
    "inside": _inside,
    "percent": lambda share: f"{100 * share:.0f} %",
    "whole": lambda share: f"{100 * share:.0f}",
    "rows": _rows,
    "times": _times,
    "in brackets": lambda text: f" ({text})" if text else "",
    "since": lambda when: "" if when is None else f" since {when}",
    "since or now": lambda when: "Now" if when is None else f"Since {when}",
    "version": lambda name: "Another version" if name is None else f"Version {name}",
    "would settle": _settle,
    "are known": _labels_known,
    "the rows": lambda count: "The row" if count == 1 else f"The {count:,} rows",
    "are": lambda count: "is" if count == 1 else "are",
    "es": lambda count: "" if count == 1 else "es",
    "them": lambda count: "it" if count == 1 else "them",
    "label names": lambda count: "1 label names" if count == 1 else f"{count:,} labels name",
    "prediction names": lambda count: "1 prediction names" if count == 1 else f"{count:,} predictions name",
}
"""How a parameter is written where its sentence says `{parameter:form}`."""
