"""Health of a model: profiles in, findings out. Pure arrays and tables, no IO (methods: docs/methods/health.md)."""
