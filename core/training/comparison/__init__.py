"""Two models on the same rows: metrics, decision, segments, gates, the holdout's budget."""
