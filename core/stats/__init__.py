"""Statistics that every pure room uses: metrics, intervals, paired comparison, folds, array types."""
