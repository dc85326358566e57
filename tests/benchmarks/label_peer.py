"""cleanlab's label quality on the very probabilities of a search: average precision of every fixed setting.

cleanlab has needs of its own, so that it runs in an environment of its own, whose Python is named:
`python -m venv DIR; DIR/bin/pip install cleanlab`.
"""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

PEER = """
import json, sys
import numpy as np
from cleanlab.rank import get_label_quality_ensemble_scores, get_label_quality_scores
from sklearn.metrics import average_precision_score
data = dict(np.load(sys.argv[1]))
labels, wrong = data.pop("labels"), data.pop("wrong")
settings = [("self_confidence", False), ("normalized_margin", False), ("normalized_margin", True)]
each = list(data.values())
scores = {}
for name, P in {**data, "mean": np.mean(each, axis=0)}.items():
    for method, adjusted in settings:
        quality = get_label_quality_scores(labels, P, method=method, adjust_pred_probs=adjusted)
        scores[f"{method}{' adjusted' if adjusted else ''}, {name}"] = quality
for method, adjusted in settings:
    how = {"method": method, "adjust_pred_probs": adjusted, "verbose": False}
    quality = get_label_quality_ensemble_scores(labels, each, **how)
    scores[f"{method}{' adjusted' if adjusted else ''}, ensemble"] = quality
print(json.dumps({name: average_precision_score(wrong, -quality) for name, quality in scores.items()}))
"""


def precisions(python, votes, labels, wrong):
    """Setting -> average precision, of each model's probabilities, of their mean and of cleanlab's ensemble.

    Args:
        python: of the environment with cleanlab.
        votes: name of the model -> (n, K) out-of-fold probabilities.
        labels: (n,) class numbers as given.
        wrong: (n,) which of them are wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.npz"
        np.savez(file, labels=labels, wrong=wrong, **votes)
        run = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    return json.loads(run.stdout.splitlines()[-1])


def default_and_best(python, votes, labels, wrong, champion="champion"):
    """The default on the champion's probabilities and on all models', and the best of all settings."""
    every = precisions(python, votes, labels, wrong)
    best = max(every, key=every.__getitem__)
    chosen = {
        "default": f"self_confidence, {champion}",
        "ensemble": "self_confidence, ensemble",
        "best": best,
    }
    return {f"cleanlab {what}: {name}": every[name] for what, name in chosen.items()}
