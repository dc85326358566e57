"""Rules that tell two classes apart: entries of the audit trail, and lines of the guideline once adopted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.access import LOCAL, Person, is_same
from core.model import ModelSpec
from core.store import audit, models
from core.store.annotation import events, tasks
from core.store.tables import Audit

PROPOSED, ADOPTED = "propose class rule", "adopt class rule"
ACTIONS = frozenset({PROPOSED, ADOPTED})


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A sentence that tells two classes apart.

    Attributes:
        number: of the entry that proposed it.
        adopted_by: who agreed, with `adopted_at`; None while nobody did.
    """

    number: int
    classes: tuple[str, str]
    sentence: str
    proposed_by: str
    proposed_at: datetime
    adopted_by: str | None = None
    adopted_at: datetime | None = None

    @property
    def line(self) -> str:
        """As it stands in the guideline."""
        return f"{' or '.join(self.classes)}: {self.sentence}"


def list_rules(session: Session, model_id: int) -> list[ClassRule]:
    """Every rule that was proposed for a model, the newest first."""
    entries = audit.entries(session, model_id, actions=ACTIONS)
    adopted = {entry.body["rule"]: entry for entry in entries if entry.action == ADOPTED}
    return [_rule(entry, adopted.get(entry.id or 0)) for entry in entries if entry.action == PROPOSED]


def waiting(rules: Iterable[ClassRule]) -> list[ClassRule]:
    """Of rules, the newest first, the newest of each two classes, where nobody has agreed to it yet."""
    newest: dict[tuple[str, str], ClassRule] = {}
    for rule in rules:
        newest.setdefault(rule.classes, rule)
    return [rule for rule in newest.values() if rule.adopted_by is None]


def needs_another(session: Session, model_id: int, person: Person) -> bool:
    """Whether somebody else has to agree to this person's rule: several experts work here, or are asked for.

    Without sign-in there is one person at the door, whoever comes in with files.
    """
    if person == LOCAL:
        return False
    names = events.people(session, model_id)
    return tasks.asks_several(session, model_id) or any(not is_same(name, person.name) for name in names)


def propose(session: Session, model_id: int, classes: tuple[str, str], sentence: str, person: str) -> None:
    """Write a proposal down."""
    audit.add(session, model_id, person, PROPOSED, {"classes": [*classes], "sentence": sentence})


def adopt(session: Session, spec: ModelSpec, rule: ClassRule, person: str) -> ModelSpec:
    """Add a rule to the guideline, as every change of a setting is written down, and who agreed to it.

    Args:
        session: a writing one, in which the model was read to change it.
        spec: the model.
        rule: the one.
        person: who agrees.
    """
    changed = replace(spec, guideline="\n".join(filter(None, [spec.guideline, rule.line])))
    models.replace(session, changed)
    settings = {"before": {"guideline": spec.guideline}, "after": {"guideline": changed.guideline}}
    audit.add(session, spec.id, person, "change settings", settings)
    body = {"rule": rule.number, "classes": [*rule.classes], "sentence": rule.sentence}
    audit.add(session, spec.id, person, ADOPTED, {**body, "proposer": rule.proposed_by})
    return changed


def _rule(entry: Audit, adopted: Audit | None) -> ClassRule:
    body: dict[str, Any] = entry.body
    first, second = body["classes"]
    return ClassRule(
        number=entry.id or 0,
        classes=(first, second),
        sentence=body["sentence"],
        proposed_by=entry.person,
        proposed_at=entry.created_at,
        adopted_by=adopted.person if adopted else None,
        adopted_at=adopted.created_at if adopted else None,
    )
