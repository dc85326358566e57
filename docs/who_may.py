"""Who may do what through which door: the table that tests try cell by cell, and that `roles.md` shows."""

from dataclasses import dataclass

PEOPLE = {
    "nobody": "nobody signed in",
    "stakeholder": "stakeholder",
    "expert": "expert",
    "engineer": "engineer",
}
"""The four kinds of people at a door; each has one role, for one model; an address may have several."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that people do.

    Attributes:
        what: in words.
        page: the page on which it is done; empty: on none.
        may: who may, on the page.
        route: method and path of HTTP; empty: there is none.
        shows: what the route asks for: the "token" of a program, the "permission" that a page hands out, or
            the "sign-in" of the browser.
        command: of the command line; empty: there is none.
        refused: whether the command is refused where people sign in: it needs a name that is proven.
    """

    what: str
    page: str
    may: tuple[str, ...]
    route: str = ""
    shows: str = "token"
    command: str = ""
    refused: bool = False


MODEL = "/api/v1/models/{name}"
ACTIONS = (
    Action("read how a model does", "health", ("stakeholder",), f"GET {MODEL}/health", command="health"),
    Action(
        "read what is in production", "history", ("stakeholder",), f"GET {MODEL}/champion", command="list"
    ),
    Action("look at all models", "overview", ("stakeholder",)),
    Action("read alerts", "health", ("stakeholder",), f"GET {MODEL}/alerts", command="alerts list"),
    Action("look at suspects", "suspects", ("expert",), command="suspects"),
    Action("see an item's picture", "relabel", ("expert",), "GET /api/v1/items/{sha}", "sign-in"),
    Action("lease items", "relabel", ("expert",), "POST /api/v1/claims", "permission"),
    Action("see what stands beside an item", "relabel", ("expert",), "POST /api/v1/beside", "permission"),
    Action("annotate", "relabel", ("expert",), "POST /api/v1/answers", "permission", "annotate"),
    Action("send predictions", "setup", ("engineer",), f"POST {MODEL}/predictions", command="ingest"),
    Action("send labels", "setup", ("engineer",), f"POST {MODEL}/labels", command="ingest"),
    Action("send training rows", "setup", ("engineer",), f"POST {MODEL}/training", command="ingest"),
    Action("see how a delivery stands", "setup", ("engineer",), f"GET {MODEL}/batches/{{batch}}"),
    Action("train and compare", "retrain", ("engineer",), command="retrain"),
    Action("see what predicts beside", "retrain", ("engineer",), f"GET {MODEL}/shadows", command="shadow"),
    Action("let a version predict beside", "retrain", ("engineer",), f"POST {MODEL}/shadows"),
    Action("let it predict no longer", "retrain", ("engineer",), f"POST {MODEL}/shadows/{{version}}/end"),
    Action("promote or propose", "retrain", ("engineer",), command="promote"),
    Action("approve a proposal", "retrain", ("engineer",), command="approve", refused=True),
    Action("roll back", "retrain", ("engineer",), command="rollback"),
    Action("look at experiments", "experiments", ("engineer",)),
    Action("change settings, make tokens", "setup", ("engineer",), command="token create"),
    Action("read numbers for monitoring", "", (), "GET /metrics"),
)


def table() -> str:
    """In Markdown."""
    lines = [
        f"| action | page | {' | '.join(PEOPLE.values())} | HTTP | command line |",
        "|---|---|" + "---|" * len(PEOPLE) + "---|---|",
    ]
    for action in ACTIONS:
        marks = ["yes" if who in action.may else "no" for who in PEOPLE] if action.page else "-" * len(PEOPLE)
        page = f"`/{action.page}`" if action.page else "-"
        route = f"`{action.route}` ({action.shows})" if action.route else "-"
        command = f"`{action.command}`" if action.command else "-"
        command += " (refused where people sign in)" if action.refused else ""
        lines.append(f"| {action.what} | {page} | {' | '.join(marks)} | {route} | {command} |")
    return "\n".join(lines)
