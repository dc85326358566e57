"""What people read for a metric, and which way it is better: the same wherever it stands."""

METRIC_TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "roc_auc": "Ranking (AUC)",
    "log_loss": "Log-loss",
    "brier": "Brier score",
    "mae": "Mean absolute error",
    "rmse": "Root mean squared error",
    "bias": "Bias",
    "r2": "Share explained (R²)",
}

OF_NUMBERS = ("mae", "rmse", "bias", "r2")
"""The metrics of regression; all others are of classes."""

LOWER_IS_BETTER = frozenset({"log_loss", "brier", "mae", "rmse", "bias"})
"""Of these less is better; of a bias less in either direction."""


def merit(metric: str, value: float) -> float:
    """A value such that more is better, whatever the metric.

    >>> merit("accuracy", 0.9), merit("mae", 3.0), merit("bias", -2.0)
    (0.9, -3.0, -2.0)
    """
    return -abs(value) if metric in LOWER_IS_BETTER else value
