"""Who may do what: three roles, checked on the server."""

import unicodedata
from dataclasses import dataclass

from core.errors import AccessError

ROLES = ("stakeholder", "expert", "engineer")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the door; `name` is what is written beside answers and promotions."""

    name: str
    roles: frozenset[str]


LOCAL = Person("local", frozenset(ROLES))
"""Without sign-in there is one person, on this machine, with every role."""


def require(person: Person, role: str) -> None:
    """Let the person pass, or raise.

    Raises:
        AccessError: the person does not have the role.

    >>> require(LOCAL, "engineer")
    """
    if role not in person.roles:
        raise AccessError(
            f"This needs the role {role}; {person.name} does not have it.",
            "Ask the engineer who set up Caretaker to add it.",
        )


def is_same(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written.

    >>> is_same("Eve@example.org", " eve@example.org"), is_same("eve", "bob")
    (True, False)
    """
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
