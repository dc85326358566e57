"""Commands about a model in production: its settings, and what is deployed."""
