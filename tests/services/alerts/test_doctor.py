"""Broken here: alerts arrive nowhere, and the doctor says that all is well."""

from core.access import LOCAL
from core.services.alerts import deliver, read_findings, routes, views
from core.services.operations import doctor_models
from tests.services.alerts.conftest import EMPTY, NAME, write_finding


def test_the_doctor_says_where_alerts_do_not_arrive(ws, place, clock):
    def seen(state):
        checks = [check for check in doctor_models.alert_checks(ws) if check.name == "alerts to ops"]
        assert [check.state for check in checks] == [state]
        return checks[0].detail

    assert seen("ok") == "alerts of no model; nothing was sent yet"
    routes.set_route(ws, NAME, "ops", person=LOCAL)
    write_finding(ws, 1, EMPTY)
    read_findings.read_due(ws, clock.moment)
    assert seen("ok") == f"alerts of {NAME}; nothing was sent yet"
    place.code = 503
    deliver.send_due(ws, "ops")
    assert seen("watch").endswith("waits after 1 try: It answered HTTP 503.")
    while views.list_messages(ws)[0].state == "waiting":
        clock.moment = views.list_messages(ws)[0].next_at
        deliver.send_due(ws, "ops")
    assert "was given up after 20 tries" in seen("broken")
    place.code = 200
    deliver.put_test(ws, "ops", person=LOCAL)
    clock.later(days=10_000)  # a message is due from when it was written on, by the real clock
    deliver.send_due(ws, "ops")
    assert "newest arrived at" in seen("ok")
    ws.settings.alert_destinations.clear()
    assert seen("broken") == f"alerts of {NAME} go there; it is not configured"
