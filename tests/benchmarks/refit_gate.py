"""How often refits with and without a fault are kept out: `python -m tests.benchmarks.refit_gate`.

400 worlds without a fault: two recipes, one of them on windows of the newest rows too, with and without a
change of the relation before the newest fifth.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from core.stats.metrics import METRICS
from core.training.predictions import predict
from core.training.refit import RULES, Refitted, check_agreement, check_metric, refit
from core.training.tasks import task_of
from core.training.treatments.fit_treated import Treatments, fit_each
from core.training.treatments.treatment import Treatment

TASK = task_of(("no", "yes"))
ROWS, WORLDS = 1_000, 50
RECIPES = {
    "logistic regression": (LogisticRegression(), Treatment()),
    "boosting": (HistGradientBoostingClassifier(max_iter=20, random_state=0), Treatment()),
    "logistic regression, newest half": (LogisticRegression(), Treatment("newest", 0.5)),
    "logistic regression, newest quarter": (LogisticRegression(), Treatment("newest", 0.25)),
}


@dataclass(frozen=True)
class World:
    """Rows in order of time; `new` of them, the newest, the promoted version had not seen."""

    X: pd.DataFrame
    y: "pd.Series[str]"
    new: int


def world(seed: int, *, changed: bool) -> World:
    """Two columns that decide; with a change, the newest fifth follows the second one more."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(ROWS, 4)), columns=list("abcd"))
    new = ROWS // 5
    weight = np.where(np.arange(ROWS) >= ROWS - new, 2.0 if changed else 0.5, 0.5)
    score = 1.5 * X["a"] + weight * X["b"] + rng.logistic(size=ROWS)
    return World(X, pd.Series(np.where(score > 0, "yes", "no"), dtype=object), new)


def passes(
    one: World, recipe: object, treatment: Treatment, seed: int, *, fault: str = ""
) -> tuple[bool, bool, float]:
    """Whether each check passes, and how many times as far as the farthest fold the refit is."""
    X, y, new = one.X, one.y.copy(), one.new
    treatments = Treatments((treatment,), pd.DataFrame(index=X.index), np.arange(ROWS))
    promoted = fit_each(recipe, X, TASK.targets(y), treatments.apply(np.arange(ROWS - new)))
    before = predict(promoted, X.iloc[-new:], TASK)
    if fault == "labels":
        y.iloc[:] = np.random.default_rng(seed).permutation(y)
    copies = np.arange(len(X)).astype(np.uint64)
    made = refit(
        promoted, X, y, X.iloc[-new:], TASK,
        seed=0, copies=copies, progress=lambda *_: None, treatments=treatments,
    )  # fmt: skip
    if fault == "columns":
        swapped = X.iloc[-new:][["d", "b", "c", "a"]].set_axis(list("abcd"), axis=1)
        made = Refitted(
            made.estimator, made.out_of_fold, predict(made.estimator, swapped, TASK), made.recent_by_fold
        )
    truth = TASK.truth(one.y.iloc[-new:])
    out = made.out_of_fold
    fold = type(out)(out.probabilities[-new:], out.predicted[-new:])
    metric = check_metric(METRICS["roc_auc"], truth, before, fold)
    differences = [np.mean(TASK.differences(before, part)) for part in made.recent_by_fold]
    ratio = (
        float(np.mean(TASK.differences(before, made.recent)) / max(differences)) if max(differences) else 1.0
    )
    return metric.passed, check_agreement(TASK, before, made).passed, ratio


def main() -> None:
    """Print a line for each kind of world."""
    print("| recipe | relation | fault | metric refuses | agreement refuses | farthest |")
    print("|---|---|---|---|---|---|")
    for name, (recipe, treatment) in RECIPES.items():
        for changed in (False, True):
            for fault in ("", "labels", "columns"):
                runs = [
                    passes(world(seed, changed=changed), recipe, treatment, seed, fault=fault)
                    for seed in range(WORLDS)
                ]
                refused = [np.mean([not run[part] for run in runs]) for part in (0, 1)]
                kind = "changed" if changed else "as before"
                farthest = max(run[2] for run in runs)
                numbers = " | ".join(f"{number:.2f}" for number in (*refused, farthest))
                print(f"| {name} | {kind} | {fault or '-'} | {numbers} |")
    print(RULES)


if __name__ == "__main__":
    main()
