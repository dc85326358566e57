"""What a promotion needs: a stored comparison."""

from core.store.engine import writing
from core.store.experiments import comparisons, holdouts
from core.store.tables import Comparison, Holdout


def compared(ws, spec, challenger, verdict="better", champion="1", *, spent=False, **body):
    """Store a comparison of the challenger with the champion."""
    gates = [{"name": "leak", "passed": verdict != "blocked", "detail": ""}]
    with writing(ws.engine) as session:
        frozen = Holdout(model_id=spec.id, number=0, keys_hash="k", first="a", last="b")
        holdout = holdouts.add(session, frozen, {})
        new = Comparison(
            model_id=spec.id,
            holdout_id=holdout.id,
            champion=champion,
            challenger=challenger,
            look=1,
            verdict=verdict,
            body={"gates": gates, "sentence": "s", "spent": spent, **body},
            created_by="eve",
        )
        comparisons.add(session, new)
