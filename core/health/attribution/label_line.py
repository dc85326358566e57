"""Wrong labels as a line of the account: only from what experts said who saw neither label nor prediction."""

from dataclasses import replace

from core.health.attribution.account import Account, rest_line
from core.health.attribution.line import Line
from core.health.attribution.reviewed_labels import ReviewedLabels, are_the_cause
from core.health.tasks.task import Task
from core.messages import Code, Message


def with_wrong_labels(task: Task, account: Account, reviewed: ReviewedLabels | None) -> Account:
    """The account with a line for errors of labels, taken off what is left; the same where none is due.

    Of the growth of the share of rows whose prediction differs from the label it is the part whose label is
    wrong and whose prediction is right, now less before: what remains are errors whose label stands.

    Args:
        task: for the words of what is left.
        account: of a fall, whose last line is what is left.
        reviewed: what experts said; None: nobody was asked.
    """
    *lines, left = account.lines
    if reviewed is None or not are_the_cause(reviewed) or left.kind not in {"inside", "chance"}:
        return account
    cost, now, before = reviewed.cost, reviewed.now, reviewed.before
    parameters = {
        "period": reviewed.period,
        "looked": now.looked,
        "wrong": now.wrong,
        "low": now.wrong_labels.low,
        "high": now.wrong_labels.high,
        "looked_before": before.looked,
        "wrong_before": before.wrong,
        "price": task.price(cost.value, cost.low, cost.high),
    }
    message = Message(Code.LABELS_WRONG, parameters)
    rows = now.differ.rows + now.agree.rows
    lines.append(Line("labels", message, cost.value, cost.low, cost.high, rows, left.since))
    rest = rest_line(
        task, lines, account.now - account.before, left.variance + cost.variance, (left.rows, left.since)
    )
    return replace(account, lines=(*lines, rest))
