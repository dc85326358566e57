"""Rows of experiments: trials, holdouts, comparisons, deployments."""
