"""A canary: a version that answers a share of the ids beside the champion, always the same ids.

Programs that serve compute the same rule: SHA-256 of "VERSION:ID" in UTF-8, its first eight bytes as a whole
number (big end first) divided by 2 ** 64; below the share the canary answers. When the share grows, those who
had it keep it.
"""

from collections.abc import Iterable
from hashlib import sha256
from http import HTTPStatus

from core.errors import PromotionRefused
from core.model import Canary, ModelSpec
from core.services.deployment.views import CanaryEntry
from core.store import audit, models
from core.store.engine import reading
from core.store.experiments import deployments
from core.store.tables import Audit, Comparison, Deployment
from core.store.workspace import Workspace

CHANGES = frozenset({"change settings"})
MOST = 0.5
"""Of more the canary would be what is in production: that is a promotion, with its rules."""


class CanaryRefused(PromotionRefused):
    """A version may not answer beside the champion: not compared, blocked, or two people must agree.

    Next: compare it with the champion first, or propose its promotion.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


def takes(canary: Canary, row_id: str) -> bool:
    """Whether the canary answers this id.

    >>> canary = Canary("4", 0.25, 3)
    >>> sum(takes(canary, f"r{number}") for number in range(1_000))
    234
    >>> all(takes(Canary("4", 0.3, 3), f"r{n}") for n in range(1_000) if takes(canary, f"r{n}"))
    True
    """
    number = int.from_bytes(sha256(f"{canary.version}:{row_id}".encode()).digest()[:8], "big")
    return number / 2**64 < canary.share


def active(spec: ModelSpec, live: Deployment | None) -> Canary | None:
    """The canary, as long as the champion is the one beside which it was set.

    Promoted, rolled back or overtaken, it ends and does not come back by itself.

    Args:
        spec: the model.
        live: the act that put the champion there.
    """
    same = live is not None and spec.canary is not None and spec.canary.beside == live.id
    return spec.canary if same else None


def canary_entry(spec: ModelSpec, live: Deployment | None, changes: Iterable[Audit]) -> CanaryEntry | None:
    """The canary as programs and people are told of it.

    Args:
        spec: the model.
        live: the act that put the champion there.
        changes: of settings, newest first: they say who set it, and since when.
    """
    canary = active(spec, live)
    if canary is None:
        return None
    newest = next((row for row in changes if row.body["after"].get("canary")), None)
    return CanaryEntry(
        version=canary.version,
        uri=f"models:/{spec.registry_name}/{canary.version}",
        share=canary.share,
        by=newest.person if newest is not None else "",
        since=newest.created_at.isoformat() if newest is not None else "",
    )


def of_model(ws: Workspace, name: str) -> CanaryEntry | None:
    """The canary of a model; None where none answers.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = deployments.champion(session, spec.id)
        changes = audit.entries(session, spec.id, actions=CHANGES) if active(spec, live) else []
    return canary_entry(spec, live, changes)


def require_canary(
    spec: ModelSpec, wish: Canary, live: Deployment | None, newest: Comparison | None
) -> Canary:
    """The canary, if the version may answer beside the champion.

    Args:
        spec: the model.
        wish: its version and share.
        live: the act that put the champion there.
        newest: the newest comparison of the version.

    Raises:
        CanaryRefused: says why not.
    """
    version, share = wish.version, wish.share
    if live is None or live.version == version:
        raise CanaryRefused(f"Version {version} has no champion beside it.", "Name a challenger.")
    if not 0 < share <= MOST:
        raise CanaryRefused(f"A canary cannot answer {share:.0%}.", f"Say a share up to {MOST:g}, e.g. 0.05.")
    if spec.second_person:
        raise CanaryRefused(
            f"{spec.name} asks for two people before a version answers anybody.",
            f"Propose it: `python -m core promote {spec.name} {version}`.",
        )
    if newest is None or newest.champion != live.version or newest.verdict == "blocked":
        blocked = newest is not None and newest.verdict == "blocked"
        why = "is blocked by a test" if blocked else "was not compared with it"
        raise CanaryRefused(
            f"Version {version} cannot answer beside version {live.version}: it {why}.",
            f"Compare them: `python -m core compare {spec.name} --challenger {version}`.",
        )
    return Canary(version, share, live.id or 0)
