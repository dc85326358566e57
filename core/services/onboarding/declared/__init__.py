"""Models as code: what Setup holds of a model as a file, compared with the home and applied to it.

- `form`: the models that files declare, read without running anything; `sections`: what each part of one is.
- `plan.plan`: what applying them would do; `apply.apply_model`: do it, one transaction for each model.
- `declare.declare`: the models of this home as such a file.
"""
