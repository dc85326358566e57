"""Who may do what: three roles, checked on the server."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import AccessError

ROLES = ("stakeholder", "expert", "engineer")
OF = ":"
"""Between a role and the one model that it is for."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the door; `name` is what is written beside answers and promotions.

    A role is of every model ("expert"), or of one ("expert:tickets").
    """

    name: str
    roles: frozenset[str]

    def at(self, model: str) -> "Person":
        """The same person with the roles that count for one model.

        >>> sorted(Person("ann", frozenset({"stakeholder", "expert:tickets"})).at("tickets").roles)
        ['expert', 'stakeholder']
        """
        own = {role for role in ROLES if {role, f"{role}{OF}{model}"} & self.roles}
        return Person(self.name, frozenset(own))

    def has_anywhere(self, role: str) -> bool:
        """Whether the person has the role for one model at least.

        >>> Person("ann", frozenset({"expert:tickets"})).has_anywhere("expert")
        True
        """
        return any(own.partition(OF)[0] == role for own in self.roles)


LOCAL = Person("local", frozenset(ROLES))
"""Without sign-in there is one person, on this machine, with every role."""


def person_with_roles(claims: Mapping[str, Any], table: Mapping[str, Any]) -> Person:
    """Who signed in, with the roles that the table has for the e-mail; one that is not verified has none.

    Args:
        claims: what the provider says: `email`, `email_verified`.
        table: e-mail -> roles, each of every model ("expert") or of one ("expert:tickets").

    >>> person_with_roles({"email": "ann@a.org", "email_verified": True}, {"ann@a.org": ["expert", "owner"]})
    Person(name='ann@a.org', roles=frozenset({'expert'}))
    """
    email = str(claims.get("email") or "")
    own = table.get(email, []) if email and claims.get("email_verified") in {True, "true"} else []
    names = [own] if isinstance(own, str) else list(own)
    return Person(email, frozenset(role for role in map(str, names) if role.partition(OF)[0] in ROLES))


def require(person: Person, role: str, model: str | None = None) -> None:
    """Let the person pass, or raise.

    Args:
        person: who is at the door.
        role: that is needed.
        model: of which it is needed; None: of every model.

    Raises:
        AccessError: the person does not have the role.

    >>> require(LOCAL, "engineer")
    >>> require(Person("ann", frozenset({"expert:tickets"})), "expert", "tickets")
    """
    if role not in (person.roles if model is None else person.at(model).roles):
        whose = f" of {model}" if model else ""
        raise AccessError(
            f"This needs the role {role}{whose}; {person.name or 'who is not known'} does not have it.",
            "Ask the engineer who set up Caretaker to add it.",
        )


def can_see(person: Person, model: str, role: str | None = None) -> bool:
    """Whether the person has the role for the model; None: any, without which it is not even named.

    >>> can_see(Person("ann", frozenset({"expert:tickets"})), "hotel")
    False
    """
    roles = person.at(model).roles
    return bool(roles) if role is None else role in roles


def is_same(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written; `eve+work@` is the mailbox `eve@`.

    >>> is_same("Eve@example.org", " eve+work@example.org"), is_same("eve", "bob")
    (True, False)
    """
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    mailbox, at, host = name.partition("@")
    return mailbox.partition("+")[0] + at + host if at else name
