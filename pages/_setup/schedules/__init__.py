"""The card Calendar of Setup: what is done at which moments."""
