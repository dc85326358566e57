"""A rule that tells two classes apart: one expert proposes it, another agrees, the guideline has it."""

from collections.abc import Sequence

from core.access import Person, is_same, require
from core.annotation.rules import RULES
from core.errors import LabelError
from core.model import ModelSpec
from core.services.annotation.class_rules.views import RuleCard
from core.store import models
from core.store.annotation import class_rules
from core.store.annotation.class_rules import ClassRule
from core.store.engine import reading, writing
from core.store.workspace import Workspace

ROLE = "expert"


def propose(ws: Workspace, name: str, classes: Sequence[str], sentence: str, person: Person) -> None:
    """Write down how two classes are told apart, for another expert to agree to.

    A newer proposal for the same classes stands in place of one that nobody has agreed to.

    Raises:
        AccessError: this person is no expert of the model.
        DataError: there is no such model.
        LabelError: these are not two of its classes, or the sentence is empty or too long.
    """
    require(person, ROLE, name)
    words = require_sentence(sentence)
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        ordered = [label for label in spec.classes if label in classes]
        if len(ordered) != len(classes) or len(ordered) != 2:  # noqa: PLR2004 -- a rule tells two apart
            raise LabelError("A rule is about two classes of the model.", "Name two of its classes.")
        class_rules.propose(session, spec.id, (ordered[0], ordered[1]), words, person.name)


def require_sentence(text: str, longest: int = RULES.pairs.longest_rule) -> str:
    r"""The sentence in one line, without characters that nobody sees.

    Raises:
        LabelError: it is empty or too long.

    >>> require_sentence(" A 9 has\n a closed loop. ")
    'A 9 has a closed loop.'
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not words or len(words) > longest:
        raise LabelError(
            f"A rule is one sentence of at most {longest} characters.",
            "Say how one class is told from the other, nothing else.",
        )
    return words


def adopt(ws: Workspace, name: str, number: int, person: Person) -> ModelSpec:
    """Agree to a rule: it becomes a line of the guideline. Gives the model with it.

    Args:
        ws: the stores.
        name: of the model.
        number: of the proposal that the person saw.
        person: who agrees. Where several experts work, another one than who proposed it.

    Raises:
        AccessError: this person is no expert of the model.
        DataError: there is no such model.
        LabelError: this rule does not wait any more, or another expert has to agree.
    """
    require(person, ROLE, name)
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        waiting = class_rules.waiting(class_rules.list_rules(session, spec.id))
        rule = next((one for one in waiting if one.number == number), None)
        if rule is None:
            raise LabelError("This rule does not wait any more.", "Reload the page and read the newest one.")
        needs_another = class_rules.needs_another(session, spec.id, person)
        if is_same(rule.proposed_by, person.name) and needs_another:
            raise LabelError(
                f"{person.name} proposed this rule, and several experts work on {name}.",
                "Ask another expert to agree to it.",
            )
        return class_rules.adopt(session, spec, rule, person.name)


def cards(ws: Workspace, name: str, person: Person) -> list[RuleCard]:
    """The rules that were adopted and those that wait, the newest first, as this person may treat them.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rules = class_rules.list_rules(session, spec.id)
        needs_another = class_rules.needs_another(session, spec.id, person)
    adopted = [rule for rule in rules if rule.adopted_by]
    waiting = class_rules.waiting(rules)
    return [_card(rule, spec, person, needs_another=needs_another) for rule in [*waiting, *adopted]]


def _card(rule: ClassRule, spec: ModelSpec, person: Person, *, needs_another: bool) -> RuleCard:
    own = is_same(rule.proposed_by, person.name)
    return RuleCard(
        number=rule.number,
        classes=rule.classes,
        sentence=rule.sentence,
        proposed_by=rule.proposed_by,
        proposed_at=rule.proposed_at,
        adopted_by=rule.adopted_by,
        adopted_at=rule.adopted_at,
        may_adopt=rule.adopted_by is None and not (own and needs_another),
        alone=own and not needs_another,
        in_guideline=rule.line in spec.guideline.splitlines(),
    )
