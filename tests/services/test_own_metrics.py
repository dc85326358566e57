"""Broken here: a metric of the configuration that one door does not know, or that cannot be one."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import jaccard_score, matthews_corrcoef

from core.errors import BadSetting
from core.services.in_memory.compare_predictions import compare_predictions
from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.stats.counts import ObservedCounts, counts_of_matrices
from core.stats.measures.own import register
from core.stats.metrics import METRICS
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table


def jaccard(confusion):
    """Rows found, over rows that are or were called a case."""
    found = confusion[..., 1, 1]
    return found / (confusion[..., 1, :].sum(-1) + confusion[..., 0, 1])


def one_matrix_only(confusion):
    return confusion[1, 1] / confusion.sum()


MATTHEWS = np.array([[60.0, 9], [12, 30]])


def matthews(confusion):
    """The correlation of labels and predictions."""
    total = confusion.sum((-1, -2))
    label, called = confusion[..., 1, :].sum(-1) / total, confusion[..., :, 1].sum(-1) / total
    both = confusion[..., 1, 1] / total
    return (both - label * called) / np.sqrt(label * (1 - label) * called * (1 - called))


NOT_CALLABLE = 3


@pytest.fixture(autouse=True)
def unchanged(monkeypatch):
    """The table of this process is left as it was."""
    before = dict(METRICS)
    yield
    METRICS.clear()
    METRICS.update(before)


def log(n=2000):
    rng = np.random.default_rng(0)
    y = rng.random(n) < 0.3
    said = np.where(rng.random(n) < 0.85, y, ~y)
    names = np.array(["no", "yes"])
    frame = {"x": rng.normal(size=n), "y": names[y.astype(int)], "said": names[said.astype(int)]}
    return pd.DataFrame(frame)


def test_a_home_that_is_opened_knows_it_and_health_and_comparisons_measure_it(tmp_path):
    settings = Settings(home=tmp_path, metrics={"jaccard": f"{__name__}:jaccard"})
    open_workspace(settings).engine.dispose()
    open_workspace(settings).engine.dispose()  # twice changes nothing
    frame = log()
    roles = RequestedRoles("y", prediction="said", positive="yes")
    request = ConnectRequest("m", roles, chunk="500", metric="jaccard")
    document = monitor_frame(request, Table(frame, "f")).document
    first = frame.head(500)
    expected = jaccard_score(first["y"], first["said"], pos_label="yes")
    measured = document["chunks"][0]["realised"]["jaccard"]
    assert measured["value"] == pytest.approx(expected)
    assert measured["low"] < expected < measured["high"]
    assert document["metric_label"] == "Jaccard"
    compared = compare_predictions(frame["y"], frame["said"], frame["y"], "jaccard", classes=("no", "yes"))
    assert (compared.difference.challenger, compared.decision.verdict) == (1.0, "better")


def test_its_variance_is_that_of_counts_drawn_anew():
    register({"matthews": f"{__name__}:matthews"})
    metric, n = METRICS["matthews"], 400
    matrix = np.round(MATTHEWS * n / MATTHEWS.sum())
    truth, said = np.argwhere(matrix >= 0).repeat(matrix.ravel().astype(int), axis=0).T
    counts = counts_of_matrices(matrix)
    parts = {name: getattr(counts, name) for name in counts.__slots__}
    seen = ObservedCounts(**parts, labelled=n, scored=0, log_loss_square=0.0, brier_square=0.0)
    assert float(metric.value(seen)) == pytest.approx(matthews_corrcoef(truth, said))
    drawn = np.random.default_rng(0).multinomial(n, matrix.ravel() / n, 4000).reshape(-1, 2, 2)
    assert metric.variance(seen) == pytest.approx(matthews(drawn.astype(float)).var(), rel=0.1)


@pytest.mark.parametrize(
    ("name", "where", "problem"),
    [
        ("accuracy", "jaccard", "taken"),
        ("Too Long!", "jaccard", "cannot be the name"),
        ("mine", "gone", "cannot be used"),
        ("mine", "NOT_CALLABLE", "cannot be used"),
        ("mine", "one_matrix_only", "leading axes|cannot be used|shape"),
    ],
)
def test_what_cannot_be_used_is_refused(name, where, problem):
    with pytest.raises(BadSetting, match=problem):
        register({name: f"{__name__}:{where}"})
    with pytest.raises(BadSetting, match="names no function"):
        register({"mine": "os.system('true')"})
