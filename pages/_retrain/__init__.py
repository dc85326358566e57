"""Parts of the Retrain page: one file a step of the wizard."""
