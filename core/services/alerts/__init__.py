"""Alerts: opened from findings, decided about by people, sent until they arrive.

- `read_findings.read_due`: what new findings make of the alerts of each model.
- `decide.acknowledge`, `decide.snooze`: what people decide of an alert.
- `routes.rules_of`, `routes.set_route`, `routes.drop_route`: who is told of what.
- `deliver.send_due`, `deliver.put_test`: the outbox; `destinations.send`: one try.
- `digest.put_due`: the weekly message.
- `views.list_alerts`, `views.document`, `views.list_messages`: what people and programs are told.
"""
