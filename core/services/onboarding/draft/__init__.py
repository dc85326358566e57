"""A model that is being connected, card by card, before anything is stored of its rows."""
