"""Parts of the Setup page: one file a card."""
