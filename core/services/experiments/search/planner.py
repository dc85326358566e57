"""What a search tries, in which order: the champion's recipe, what Health asks for next, then the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.services.experiments.joins.ready_steps import joined_derivations
from core.services.experiments.recipes import own_recipes
from core.services.experiments.search.board import Board, Result
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.trial_data import SEED
from core.training.fit import learning
from core.training.search import sampler
from core.training.search.ablation import carrying_columns
from core.training.search.catalogue import space_for
from core.training.search.derivations import Derivation, derivations
from core.training.search.plan import RULES, TURNED, place_to_tune, treatments_in_order
from core.training.search.sampler import Tried
from core.training.search.spaces import Space, is_point
from core.training.treatments.fit_treated import fit_treated
from core.training.treatments.treatment import Treatment


@dataclass(frozen=True, slots=True)
class Outlook:
    """What decides the order.

    Attributes:
        champion: the candidate that repeats the champion's recipe.
        families: names of the recipes that may be tried.
        parts: of "models", "features", "sources", "data": what may be changed.
        causes: kinds of the causes that Health named, largest first.
        moved: columns that drift or are faulty, by what Health found.
    """

    champion: Candidate
    families: tuple[str, ...]
    parts: tuple[str, ...]
    causes: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def candidates(outlook: Outlook, board: Board) -> Iterator[Candidate]:
    """Every candidate in turn; the board, which grows between two of them, decides the next.

    1. The champion's recipe on the rows of now: everything else is measured against it.
    2. Trends in time, if Health said that the relation changed, and treatments of the rows, if that or the
       mix did.
    3. The other recipes with their own parameters.
    4. Changes of the columns and treatments of the rows of the best recipe.
    5. What of these helped beyond chance, together.
    6. Questions: the best candidate with half and a quarter of the rows, and without each column.
    7. Points of the recipes' spaces, until the minutes are over or nothing new is near.
    """
    yield outlook.champion
    if "inside" in outlook.causes:
        yield from trends(outlook, board, outlook.champion)
    if TURNED & set(outlook.causes):
        yield from treatments(outlook, board, outlook.champion)
    if "models" in outlook.parts:
        for recipe in outlook.families:
            if recipe != outlook.champion.recipe:
                yield as_best(Candidate(recipe, base=outlook.champion), board)
    best = board.best()
    if best is not None:
        base = best.candidate
        yield from changes(outlook, board, base)
        yield from treatments(outlook, board, base)
        yield from together(board, base)
    if "questions" in outlook.parts:
        yield from questions(board)
    if "models" in outlook.parts:
        yield from tuned_points(outlook, board)


def changes(outlook: Outlook, board: Board, base: Candidate) -> Iterator[Candidate]:
    """Changes of the columns of records, one at a time; joined sources and own code first."""
    data = board.data
    if data.spec.roles.item or base.recipe.startswith(own_recipes.PREFIX):
        return
    if "sources" in outlook.parts:
        for derivation in joined_derivations(data.spec):
            if derivation not in base.features:
                yield replace(base, features=(*base.features, derivation), stage="features", base=base)
    if "features" not in outlook.parts:
        return
    yield from trends(outlook, board, base)
    targets = data.task.truth(data.y)
    early = data.scheme.parts[0][0]
    for derivation in [*data.own, *derivations(data.X, targets, data.table, early, outlook.moved)]:
        if derivation not in base.features:
            yield replace(base, features=(*base.features, derivation), stage="features", base=base)


def trends(outlook: Outlook, board: Board, base: Candidate) -> Iterator[Candidate]:
    """The base beside a trend in time, by share and by amount, where it stands beside none."""
    if "features" in outlook.parts and not _trend_of(base):
        for trend in board.data.trends:
            yield replace(base, features=(*base.features, trend), stage="features", base=base)


def _trend_of(candidate: Candidate) -> tuple[Derivation, ...]:
    return tuple(one for one in candidate.features if one.kind == "trend")


def together(board: Board, base: Candidate) -> Iterator[Candidate]:
    """Everything that helped this base beyond chance when it was changed alone, in one experiment."""
    helped = [
        result.candidate
        for result in board.list_scored()
        if result.effect and result.effect["low"] > 0 and result.candidate.key in _one_change(board, base)
    ]
    added = [one for candidate in helped for one in candidate.features if one not in base.features]
    trends = [one for one in added if one.kind == "trend"]
    # of two trends the better one: they follow the same growth
    features = tuple(one for one in added if one not in trends[1:])
    treatments = [c.treatment for c in helped if c.treatment != base.treatment]
    if len(features) + bool(treatments) > 1:
        treatment = treatments[0] if treatments else base.treatment
        both = (*base.features, *features)
        yield replace(base, features=both, treatment=treatment, stage="together", base=base)


def questions(board: Board) -> Iterator[Candidate]:
    """Would more labels help, and which columns carry the best candidate: experiments that only measure."""
    best = next((r.candidate for r in board.list_scored() if r.candidate.treatment.kind == "all"), None)
    if best is None:
        return
    for share in RULES.samples:
        yield replace(best, treatment=Treatment("sample", share), stage="question", base=best)
    if board.data.spec.roles.item or best.recipe.startswith(own_recipes.PREFIX):
        return
    for column in _strongest_columns(board, best):
        without = (*best.features, Derivation("without", (column,)))
        yield replace(best, features=without, stage="question", base=best)


def _strongest_columns(board: Board, best: Candidate) -> list[str]:
    """The columns without which a model of the first part predicts its rows worst, most first."""
    data, (learn, test) = board.data, board.data.scheme.parts[0]
    columns = [str(name) for name in data.X.columns]
    if len(columns) <= 2:  # noqa: PLR2004 -- without one of two there is hardly a model
        return []
    treated = best.treatment.apply(data.facts, learn)
    X = data.inputs(best)
    with learning():
        model = fit_treated(data.pipeline(best), X, data.task.targets(data.y), treated)
    truth = data.task.truth(data.y.iloc[test])
    ranked = carrying_columns(model, X.iloc[test], truth, data.task, data.metric, columns, SEED)
    return [name for name, _ in ranked[: RULES.most_columns]]


def _one_change(board: Board, base: Candidate) -> set[str]:
    """Keys of the candidates that change one thing of the base."""
    keys = set()
    for result in board.results.values():
        other = result.candidate
        same = other.recipe == base.recipe and dict(other.parameters) == dict(base.parameters)
        more = other.features[: len(base.features)] == base.features
        added = len(other.features) - len(base.features)
        if same and more and added + (other.treatment != base.treatment) == 1:
            keys.add(other.key)
    return keys


def treatments(outlook: Outlook, board: Board, base: Candidate) -> Iterator[Candidate]:
    """Treatments of the rows for one recipe, what the causes ask for first; only those that change rows."""
    if "data" not in outlook.parts:
        return
    suspects, experts = (int(board.data.facts[name].sum()) for name in ("suspect", "expert"))
    for treatment in treatments_in_order(outlook.causes, suspects, experts):
        yield replace(base, treatment=treatment, stage="data", base=base)


def as_best(candidate: Candidate, board: Board) -> Candidate:
    """The candidate on the rows and beside the trend that served best so far, by whichever recipe."""
    best = board.best()
    if best is None:
        return candidate
    own = candidate.recipe.startswith(own_recipes.PREFIX)
    trend = () if own else _trend_of(best.candidate)
    return replace(candidate, treatment=best.candidate.treatment, features=trend)


def tuned_points(outlook: Outlook, board: Board) -> Iterator[Candidate]:
    """Points of the spaces in turn, seeded by how many were tried; ends when no recipe has a new one."""
    exhausted: set[str] = set()
    number = sum(result.candidate.stage == "tuned" for result in board.results.values())
    while True:
        leaders = [leader for leader in _leaders(outlook, board) if leader.candidate.recipe not in exhausted]
        if not leaders:
            return
        leader = leaders[place_to_tune(number, len(leaders))].candidate
        space = space_of(leader.recipe, board)
        point = sampler.propose(space, _points_of(leader, space, board), seed=number)
        if point is None:
            exhausted.add(leader.recipe)
            continue
        number += 1
        yield replace(leader, parameters=point, stage="tuned", base=leader)


def space_of(recipe: str, board: Board) -> Space:
    """What may be tuned of a recipe; of own code what its module says."""
    if recipe.startswith(own_recipes.PREFIX):
        return own_recipes.search_space(board.data.data.settings, recipe)
    return space_for(recipe, board.data.spec.task)


def _leaders(outlook: Outlook, board: Board) -> list[Result]:
    """The best result of each recipe that has a space, best first."""
    leaders: dict[str, Result] = {}
    for result in board.list_scored():
        recipe = result.candidate.recipe
        if recipe in outlook.families and recipe not in leaders and space_of(recipe, board):
            leaders[recipe] = result
    return list(leaders.values())


def _points_of(leader: Candidate, space: Space, board: Board) -> list[Tried]:
    """Points of this recipe: on this data, and of earlier searches relative to the middle of theirs."""
    here = [
        (r.candidate, r.merit)
        for r in board.results.values()
        if (r.candidate.recipe, r.candidate.treatment, r.candidate.features)
        == (leader.recipe, leader.treatment, leader.features)
    ]
    worst = min((merit for _, merit in here if merit > float("-inf")), default=0.0)
    middle = _middle([merit for _, merit in here if merit > float("-inf")])
    # what was stopped or failed is as bad as the worst: it must not be proposed again and again
    points = [(dict(c.parameters), max(merit, worst) - middle) for c, merit in here]
    points += _earlier(leader, board)
    return [Tried(parameters, merit) for parameters, merit in points if is_point(space, parameters)]


def _earlier(leader: Candidate, board: Board) -> list[tuple[dict[str, object], float]]:
    metric = board.data.metric
    by_data: dict[str, list[tuple[dict[str, object], float]]] = {}
    for row in board.earlier:
        score = row.cv.get(metric.name, {}).get("value")
        if row.recipe == leader.recipe and score is not None and row.status != "stopped":
            search = row.params["search"]
            by_data.setdefault(search["on"], []).append((search["parameters"], metric.merit(score)))
    points = []
    for group in by_data.values():
        middle = _middle([merit for _, merit in group])
        points += [(parameters, merit - middle) for parameters, merit in group]
    return points


def _middle(merits: list[float]) -> float:
    return sorted(merits)[len(merits) // 2] if merits else 0.0
