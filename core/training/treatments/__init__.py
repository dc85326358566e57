"""Which rows an estimator learns from, with which weights, and its fit on them."""
