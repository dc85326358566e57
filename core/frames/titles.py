"""What people read for a metric: the same words wherever it stands."""

METRIC_TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "roc_auc": "Ranking (AUC)",
    "log_loss": "Log-loss",
    "brier": "Brier score",
}
