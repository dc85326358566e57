"""How well a model does: metrics with their bands, realised and estimated."""
