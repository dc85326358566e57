"""Schedules: checks, looks for data and trainings at the moments of a cron expression.

- `plan.set_schedule`, `plan.drop_schedule`, `plan.list_schedules`: what a model does when.
- `runs.begin_due`, `runs.submit_waiting`: each due run is put in line exactly once.
- `cron.require_cron`, `cron.next_moment`, `cron.newest_moment`: the expressions.
"""
