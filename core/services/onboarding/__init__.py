"""Connect a model: what it is, where its rows are, its first champion, the demo.

- `plan.plan`: what connecting would do; `connect_model.connect`, `connect_model.carry_out`: do it.
- `connect_model.list_models`: what is connected; `adjust.adjust`, `new_class.add_class`: change it.
- `agreement.require_agreement`: whether predictions and labels fit each other.
- `demo.connect_hotel`, `demo.connect_digits`, `first_run.welcome`: the demo, by itself on a fresh home.
"""
