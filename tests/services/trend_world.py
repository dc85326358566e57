"""A model whose champion is a version beside a trend in time, found by a search and promoted."""

from core.services.deployment import promote
from core.services.experiments.search import search_views
from core.store.engine import writing
from core.store.experiments import comparisons, deployments, holdouts
from core.store.tables import Comparison
from tests.services.retrain_world import NAME, make_numbers, run_search


def promote_better(ws, spec, version):
    """Put a version into production, as if a comparison had called it better."""
    with writing(ws.engine) as session:
        new = Comparison(
            model_id=spec.id,
            holdout_id=holdouts.latest(session, spec.id).id,
            champion=deployments.champion(session, spec.id).version,
            challenger=version,
            look=1,
            verdict="better",
            body={"gates": [], "sentence": "s"},
            created_by="eve",
        )
        comparisons.add(session, new)
    promote.promote(ws, NAME, version, by="eve", reason="better in both towns")


def make_trend(home, work, monkeypatch):
    """The stores, the model, and the version that a search has found; it is in production."""
    ws, spec = make_numbers(home, growth=0.5)
    run_search(ws, work, monkeypatch, most=2, parts=("features",), recipes=("ridge",))
    lines = search_views.state(ws, NAME).lines
    [version] = [line.version for line in lines if "by share" in line.what]
    promote_better(ws, spec, version)
    return ws, spec, version
