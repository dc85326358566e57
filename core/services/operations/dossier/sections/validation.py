"""Sections 5 to 8: tests, metrics, limits, what else was tried."""

from typing import Any

from core.services.experiments.recipes.titles import title
from core.services.operations.dossier import words
from core.services.operations.dossier.evidence import Evidence, moment
from core.services.operations.dossier.sections.section import (
    OUTCOMES,
    SOUNDNESS,
    WATCH,
    facts,
    section,
    table,
)
from core.services.operations.dossier.views import DossierSection, DossierTable

METRIC = ("metric", "champion", "challenger", "difference", "from", "to", "p")
NOT_COMPARED = "It was not compared with a champion."


def _body(evidence: Evidence) -> dict[str, Any]:
    return evidence.comparison.body if evidence.comparison else {}


def tests(evidence: Evidence) -> DossierSection:
    """How the version was compared and tested."""
    body, trial = _body(evidence), evidence.trial
    gates = [*body.get("gates", []), *((trial.params.get("refit") or {}).get("gates", []) if trial else [])]
    return section(
        5,
        "Validation and tests",
        "2 (g) validation and testing, metrics, test logs",
        OUTCOMES,
        (str(body.get("sentence", NOT_COMPARED)),),
        [
            facts(
                "The comparison",
                [
                    ("champion", body.get("champion")),
                    ("challenger", body.get("challenger")),
                    ("verdict", body.get("verdict")),
                    ("look at the holdout", body.get("look")),
                    ("level", body.get("alpha")),
                    ("loss that counts as not worse", body.get("margin")),
                    ("rows on which the two differ", body.get("disagreements")),
                    ("of these settled by experts", body.get("reviewed")),
                    ("rows fixed, broken, neutral", body.get("flips")),
                    ("stored", moment(evidence.comparison.created_at) if evidence.comparison else None),
                    ("by", evidence.comparison.created_by if evidence.comparison else None),
                ],
            ),
            _metrics("On the labels as experts corrected them", body.get("corrected", {})),
            _metrics("On the labels as they were given", body.get("given", {})),
            table(
                "Tests",
                ("test", "passed", "seen"),
                [(gate["name"], gate["passed"], gate["detail"]) for gate in gates],
            ),
            table(
                "Cross-validated, on the training rows",
                ("metric", "value", "from", "to"),
                [
                    (name, cv.get("value"), cv.get("low"), cv.get("high"))
                    for name, cv in ((trial.cv or {}) if trial else {}).items()
                ],
            ),
        ],
    )


def _metrics(heading: str, by_metric: dict[str, Any]) -> DossierTable:
    fields = ("champion", "challenger", "difference", "low", "high", "p")
    return table(heading, METRIC, [(name, *(m.get(f) for f in fields)) for name, m in by_metric.items()])


def metrics(evidence: Evidence) -> DossierSection:
    """Why these metrics, and how often the holdout was looked at."""
    body, spec = _body(evidence), evidence.spec
    judged = body.get("judged_by") or {}
    looks = [(look.look, look.challenger, look.alpha, moment(look.created_at)) for look in evidence.looks]
    return section(
        6,
        "Appropriateness of the metrics",
        "4 appropriateness of the performance metrics",
        SOUNDNESS,
        (
            (
                f"The metric of record is {spec.metric}; its owners set it, changes of it are in section "
                "10. A difference counts with its interval: better only where the lower bound is above 0, "
                "not worse only where it is above the margin."
            ),
            (
                "Each look at the same holdout costs a part of its level (look j: .05 * 6 / (pi j)^2), so "
                "that many tries do not make a lucky one better."
            ),
            str((body.get("dependence") or {}).get("sentence", "")),
        ),
        [
            facts(
                "Judged by",
                [
                    ("metric", judged.get("metric", spec.metric)),
                    ("threshold", judged.get("threshold")),
                    ("costs", judged.get("costs")),
                    ("order of the classes", judged.get("class_order")),
                    ("money", body.get("money")),
                ],
            ),
            table("Looks at this holdout", ("look", "version", "level", "at"), looks),
        ],
    )


def limits(evidence: Evidence) -> DossierSection:
    """Where it is worse, or nobody can tell."""
    body = _body(evidence)
    health = evidence.health or {}
    segments = [
        (s["column"], s["value"], s["n"], s["difference"], s["low"], s["high"], s["p_adjusted"], s["verdict"])
        for s in body.get("segments", [])
    ]
    detectable = (
        f"The smallest difference that this holdout shows with a chance of 80 % is {body['detectable']:.4g}; "
        "smaller ones are not seen."
        if body.get("detectable") is not None
        else NOT_COMPARED
    )
    return section(
        7,
        "Limits and risks",
        "3 capabilities and limitations, 5 risk management",
        f"{OUTCOMES}; {WATCH}",
        (detectable, str(health.get("note", ""))),
        [
            table(
                "By segment, what got worse first",
                ("column", "value", "rows", "difference", "from", "to", "p (Holm)", "verdict"),
                segments,
            ),
            table(
                "Segments too small to judge",
                ("column", "value", "rows"),
                [(s["column"], s["value"], s["n"]) for s in body.get("too_small", [])],
            ),
        ],
    )


def alternatives(evidence: Evidence) -> DossierSection:
    """What else was tried by then, and what became of it."""
    verdicts = {row.challenger: row for row in evidence.comparisons if evidence.is_earlier(row)}
    rows = [row for row in evidence.trials if evidence.is_earlier(row)]
    numbers = {revision.id: revision.number for revision in evidence.revisions}
    lines = [
        (
            row.id,
            title(row.recipe),
            row.version,
            row.status,
            words.score(row, evidence.spec.metric),
            numbers.get(row.revision_id),
            verdicts[row.version].verdict if row.version in verdicts else None,
            row.error,
            row.created_by,
            moment(row.created_at),
        )
        for row in rows
    ]
    compared = [
        (
            row.challenger,
            row.champion,
            row.look,
            row.verdict,
            row.body.get("sentence"),
            moment(row.created_at),
        )
        for row in verdicts.values()
    ]
    return section(
        8,
        "What else was tried",
        "2 (b) design choices and trade-offs",
        SOUNDNESS,
        (f"{words.count(len(rows), 'experiment')}, {words.count(len(verdicts), 'version')} compared.",),
        [
            table(
                "Experiments, in order",
                (
                    "number", "recipe", "version", "state", f"{evidence.spec.metric}, cross-validated",
                    "revision", "verdict", "why not", "by", "at",
                ),
                lines,
            ),
            table(
                "Comparisons, newest of each version",
                ("version", "champion", "look", "verdict", "sentence", "at"),
                compared,
            ),
        ],
    )  # fmt: skip
