"""Watch a model: profiles of what changed, findings, the document that pages read."""
