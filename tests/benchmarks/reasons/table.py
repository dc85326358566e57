"""The tables that are printed: world by world, the confusion, and the whole."""

from collections import Counter
from collections.abc import Sequence

from core.stats.intervals import wilson
from tests.benchmarks.reasons.run import Outcome
from tests.benchmarks.reasons.worlds import WORLDS

HEAD = (
    "| world | n | red, amber, green, grey | fell | leading cause right | both named | labels blamed "
    "| alert | in the sentence | other alerts |\n|---|---|---|---|---|---|---|---|---|---|"
)


def share(hits: Sequence[bool]) -> str:
    """Percent with its 95 % interval (Wilson 1927) and n.

    >>> share([True] * 9 + [False])
    '90 % (60-98, n 10)'
    """
    if not hits:
        return ""
    low, high = wilson(sum(hits), len(hits))
    return f"{100 * sum(hits) / len(hits):.0f} % ({100 * low:.0f}-{100 * high:.0f}, n {len(hits)})"


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    """One world: causes are asked for where something fell, alerts always."""
    world, states = WORLDS[name], Counter(each.status for each in outcomes)
    fell = [each for each in outcomes if each.fell]
    asked = fell if world.causes else outcomes
    others = Counter(rule for each in outcomes for rule in each.other)
    cells = (
        name,
        len(outcomes),
        " ".join(str(states[state]) for state in ("red", "amber", "green", "grey")),
        len(fell),
        share([each.right for each in asked]),
        share([each.both for each in fell if each.harmful]) if len(world.causes) > 1 else "",
        sum(each.labels for each in outcomes) or "",
        share([each.alerted for each in outcomes]) if world.alert else "",
        share([each.in_sentence for each in outcomes]) if world.alert else "",
        ", ".join(f"{rule} {count}" for rule, count in others.most_common()),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def confusion(name: str, outcomes: Sequence[Outcome]) -> str:
    """What was named first where something fell, most frequent first."""
    named = Counter(
        " ".join(each.named[0]).strip() if each.named else "no cause" for each in outcomes if each.fell
    )
    named["no fall"] = sum(not each.fell for each in outcomes)
    return f"{name}: " + ", ".join(f"{kind} {count}" for kind, count in named.most_common() if count)


def whole(outcomes: dict[str, list[Outcome]]) -> list[str]:
    """What must be shown, over all worlds; of worlds in which nothing fell no cause is asked for."""
    by_causes = {
        count: [each for name, some in outcomes.items() if len(WORLDS[name].causes) == count for each in some]
        for count in (0, 1, 2)
    }
    fell = {count: [each for each in some if each.fell] for count, some in by_causes.items()}
    alerts = [each for name, some in outcomes.items() if WORLDS[name].alert for each in some]
    everything = [each for some in outcomes.values() for each in some]
    nothing = outcomes.get("nothing", [])
    caused = [each for some in (1, 2) for each in by_causes[some]]
    shares = {
        "one cause, the leading one right": [each.right for each in fell[1]],
        "two causes, both named": [each.both for each in fell[2] if each.harmful],
        "two causes, the leading one right": [each.right for each in fell[2]],
        "no cause of a fall, none named": [each.right for each in by_causes[0]],
        "labels blamed": [each.labels for each in everything],
        "nothing, green without a word": [each.quiet for each in nothing],
        "nothing, no cause, no alert, not worse": [_is_left(each) for each in nothing],
        "alert raised": [each.alerted for each in alerts],
        "alert in the sentence": [each.in_sentence for each in alerts],
        "a cause, but no fall": [not each.fell for each in caused],
    }
    return [f"{name}: {share(hits)}" for name, hits in shares.items() if hits]


def _is_left(each: Outcome) -> bool:
    return not each.named and not each.other and not each.fell
