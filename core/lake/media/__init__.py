"""Pictures: checked as they arrive, kept by the hash of their content."""
