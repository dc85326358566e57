"""The card Alerts of Setup: where they go, what was sent."""
