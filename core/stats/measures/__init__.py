"""Metrics that not every model has: they need costs, an order of the classes, or a parameter."""
