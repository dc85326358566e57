"""The ten questions that auditors ask of a decision, answered from the record alone."""

from collections.abc import Callable
from typing import Any

from core.services.deployment.reasons import FIRST
from core.services.experiments.recipes.titles import title
from core.services.operations.dossier import words
from core.services.operations.dossier.evidence import Evidence, moment
from core.services.operations.dossier.views import DossierQuestion
from core.store.tables import Revision

NOT_DECIDED = "Nobody decided on this version: it was never proposed or deployed."


def ask_all(evidence: Evidence) -> list[DossierQuestion]:
    """All ten, in order."""
    return [
        DossierQuestion(number=number, question=question, reply=reply(evidence), sections=list(sections))
        for number, (question, reply, sections) in enumerate(QUESTIONS, 1)
    ]


def _who(evidence: Evidence) -> str:
    decision = evidence.decision
    if decision is None:
        return NOT_DECIDED
    asks = evidence.spec.second_person
    second = "The model asks for a second person now." if asks else "Nobody else had to agree."
    if decision.decided_by:
        why = f' ("{decision.decision}")' if decision.decision else ""
        act = {"declined": "declined", "lapsed": "closed"}.get(decision.state, "approved")
        second = f"It was {act} by {decision.decided_by}{why}."
    return f'{decision.person}, with the reason "{decision.reason}". {second}'.strip()


def _when(evidence: Evidence) -> str:
    decision = evidence.decision
    if decision is None:
        return NOT_DECIDED
    proposed = f", proposed {moment(decision.created_at)}" if decision.decided_at else ""
    until = f" The data went up to {decision.data_until} then." if decision.data_until else ""
    state = words.state(evidence)
    now = state if state.startswith("was ") else f"is {state}"
    return f"{moment(evidence.at)}{proposed}. It {now}.{until}"


def _evidence(evidence: Evidence) -> str:
    comparison, decision = evidence.comparison, evidence.decision
    if comparison is not None:
        body = comparison.body
        return (
            f"Version {comparison.challenger} was compared with version {comparison.champion} on the frozen "
            f"holdout at {moment(comparison.created_at)} (look {comparison.look}, level "
            f"{body.get('alpha', 0):.4f}). Verdict: {comparison.verdict.replace('_', ' ')}. "
            f"{body.get('sentence', '')}"
        )
    if evidence.trial is not None and "refit_of" in evidence.trial.params:
        passed = "passed" if evidence.trial.params.get("refit", {}).get("passed") else "did not pass"
        of = evidence.trial.params["refit_of"]
        return f"It is version {of} fitted again on all labels; its own tests {passed}."
    if decision is not None and decision.kind == "first":
        return "None: it was the first champion, which nothing was compared with."
    if decision is not None and decision.verdict == FIRST:
        return "None: nothing was in production here that it could have been compared with."
    return "None: it was not compared with a champion."


def _labels(evidence: Evidence) -> str:
    revision = evidence.revision
    if revision is None and evidence.trial is not None and "rows" in evidence.trial.params:
        rows = words.count(evidence.trial.params["rows"], "row")
        return f"It was trained here on {rows} with labels as they came: none was frozen or corrected."
    if revision is None:
        return "It was not trained on labels that Caretaker froze; what it learned from is not known here."
    people = sorted({work.person for work in evidence.works})
    by = f", by {', '.join(people)}" if people else ""
    done = sum(work.times for work in evidence.works)
    return (
        f"Revision {revision.number}, cut by {revision.created_by} at {moment(revision.created_at)}: "
        f"{revision.rows:,} labelled rows, {revision.corrected:,} of them corrected by experts; "
        f"{words.count(done, 'annotation')} up to then{by}. SHA-256 of its content: {revision.content_hash}."
        f"{_other_labels(evidence, revision)}"
    )


def _other_labels(evidence: Evidence, revision: Revision) -> str:
    """Deliveries that replaced labels before the revision was cut; the newest is named."""
    replaced = [
        entry
        for entry in evidence.entries
        if entry.action == "ingest" and entry.body.get("changed") and entry.created_at <= revision.created_at
    ]
    if not replaced:
        return ""
    total, newest = sum(entry.body["changed"] for entry in replaced), replaced[-1]
    return (
        f" {words.count(len(replaced), 'delivery', 'deliveries')} had given {words.count(total, 'row')} "
        f"another label than before, the newest of them {newest.body['source']} by {newest.person} at "
        f"{moment(newest.created_at)} ({newest.body['changed']:,} rows)."
    )


def _circumstances(evidence: Evidence) -> str:
    decision = evidence.decision
    if decision is None:
        return NOT_DECIDED
    known: dict[str, Any] = decision.known or {}
    past = len([row for row in evidence.deployments if row.state == "done" and evidence.is_earlier(row)])
    parts = [
        f"In production was {f'version {decision.previous}' if decision.previous else 'nothing'}.",
        _health(known),
        f"The metric of record was {known.get('metric', evidence.spec.metric)}"
        + (f", the threshold {known['threshold']}." if known.get("threshold") is not None else "."),
        (
            f"{words.count(len(_until(evidence, evidence.comparisons)), 'comparison')}, "
            f"{words.count(len(_until(evidence, evidence.trials)), 'experiment')}, "
            f"{words.count(len(_until(evidence, evidence.batches)), 'delivery', 'deliveries')} and "
            f"{words.count(max(0, past - 1), 'earlier deployment')} were on record."
        ),
    ]
    return " ".join(parts)


def _health(known: dict[str, Any]) -> str:
    """What Health said at the decision; decisions of earlier versions did not keep it."""
    if "health" not in known:
        return "What Health said then was not kept."
    health = known["health"]
    return f"Health said: {health['sentence']}" if health else "Health had not been computed."


def _until(evidence: Evidence, rows: list[Any]) -> list[Any]:
    return [row for row in rows if evidence.is_earlier(row)]


def _alternatives(evidence: Evidence) -> str:
    others = [row for row in _until(evidence, evidence.trials) if row.version != evidence.version]
    if not others:
        return "Nothing else was tried by then."
    recipes = words.listed_counts(title(row.recipe) for row in others)
    states = words.listed_counts(row.status for row in others)
    compared = [row for row in _until(evidence, evidence.comparisons) if row.challenger != evidence.version]
    verdicts = {row.challenger: row.verdict for row in compared}  # the newest of each
    better = [version for version, verdict in verdicts.items() if verdict == "better"]
    which = f": better was {', '.join(f'version {version}' for version in better)}" if better else ""
    return (
        f"{words.count(len(others), 'other experiment')} ({recipes}; {states}); "
        f"{words.count(len(verdicts), 'other version')} compared with the champion of then{which}."
    )


def _tests(evidence: Evidence) -> str:
    comparison = evidence.comparison
    if comparison is None:
        return "No comparison, so no tests of one and no limits that were measured."
    body = comparison.body
    failed = [gate["name"] for gate in body.get("gates", []) if not gate["passed"]]
    passed = len(body.get("gates", [])) - len(failed)
    segments = body.get("segments", [])
    worse = [_segment(part) for part in segments if part["verdict"] in {"worse", "watch"}]
    judged = f"Of {words.count(len(segments), 'segment')} that people named none is shown to be worse."
    none = judged if segments else "No segment was judged."
    small = [_segment(part) for part in body.get("too_small", [])]
    dependence = body.get("dependence") or {}
    parts = [
        f"{words.count(passed, 'test')} passed{': ' if failed else ', none failed.'}"
        + (f"failed {', '.join(failed)}." if failed else ""),
        f"Got worse or may have: {', '.join(worse)}." if worse else none,
        f"Too small to judge: {', '.join(small)}." if small else "",
        f"The smallest difference that the holdout shows is {body.get('detectable', 0):.4g}.",
        str(dependence.get("sentence", "")),
    ]
    return " ".join(filter(None, parts))


def _segment(part: dict[str, Any]) -> str:
    return f"{part['column']} {part['value']}"


def _data(evidence: Evidence) -> str:
    deliveries = _until(evidence, evidence.batches)
    rows = sum(batch.rows for batch in deliveries)
    sources = words.listed_counts(batch.kind for batch in deliveries)
    leak = evidence.trial.params.get("leak") if evidence.trial else None
    guard = (
        f" Rows that training and holdout share: {leak['keys']} by key, {leak['contents']} by content."
        if leak
        else ""
    )
    run = f" Run {evidence.trial.run_id}, fingerprint {evidence.trial.fingerprint}." if evidence.trial else ""
    return f"{words.count(len(deliveries), 'delivery', 'deliveries')} ({sources}), {rows:,} rows.{guard}{run}"


def _monitoring(evidence: Evidence) -> str:
    decision = evidence.decision
    health = evidence.health
    now = f"Health says now: {health['sentence']}" if health else "Health was not computed yet."
    if decision is None:
        return now
    later = [
        row for row in evidence.deployments if row.created_at > decision.created_at and row.state == "done"
    ]
    changes = [
        f"version {row.version} {words.verb(row)} by {row.person} at {moment(row.created_at)} "
        f'("{row.reason}")'
        for row in later
    ]
    after = f"Since then: {'; '.join(changes)}." if changes else "Nothing took its place since then."
    return f"{after} {now}"


def _overrides(evidence: Evidence) -> str:
    all_of = [row for row in evidence.deployments if row.override and row.state == "done"]
    kind = words.override(evidence.decision)
    this = (
        f'This decision was an override ({kind}): "{evidence.decision.reason}".'
        if kind and evidence.decision
        else "This decision was no override."
    )
    back = [row for row in evidence.deployments if row.kind == "rollback" and row.state == "done"]
    return (
        f"{this} Of this model there were {words.count(len(all_of), 'override')} and "
        f"{words.count(len(back), 'rollback')} in all."
    )


QUESTIONS: tuple[tuple[str, Callable[[Evidence], str], tuple[int, ...]], ...] = (
    ("Who decided?", _who, (2, 9)),
    ("When was it decided?", _when, (2, 10)),
    ("On what evidence?", _evidence, (5, 6)),
    ("Which labels did it learn from, and whose are they?", _labels, (4,)),
    ("What was known at that time?", _circumstances, (2, 5)),
    ("What else was tried?", _alternatives, (8,)),
    ("Which tests did it pass, and where are its limits?", _tests, (5, 7)),
    ("Where do its data come from?", _data, (4, 3)),
    ("How is it watched, and what happened since?", _monitoring, (11, 10)),
    ("Was it an override, and how many were there?", _overrides, (9, 10)),
)
"""Question, how it is answered, and the sections with the evidence."""
