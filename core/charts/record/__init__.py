"""Pictures of the record: production, lineage, experiments."""
