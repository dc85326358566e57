"""Retrain and compare: what is tried, on which rows, and how it stands against the champion.

- `retrain.plan`: what a retraining would try; `retrain.leaderboard`: what was tried.
- `train_steps.prepare`, `train_steps.fit`, `register_trial.register`: the steps of the job that retrains.
- `holdout`: the rows that judge, and fresh ones in their place once they are used up.
- `compare.compare`: judge a challenger on the frozen holdout; `compare.latest`: what was seen last.
- `compare.send_disagreements`: have experts look at the rows that would settle it.
- `new_since_champion.since`: what a new version could learn that the present one could not.
"""
