"""A regression beside a trend in time."""
