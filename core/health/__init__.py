"""Health of a model: profiles in, findings out; no IO. Formulas and error rates: docs/methods/health.md."""
