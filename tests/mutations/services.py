"""Faults in what decides outside of the pure rooms: promotions after a crash, leases on items."""

from tests.mutations.mutation import Mutation

PROMOTE = "core/services/deployment/promote.py"
ANNOTATE = "core/services/annotation/annotate.py"
HOLDOUT = "core/services/experiments/holdout"

MUTATIONS = {
    "tests/services/automation/test_due.py": (
        Mutation(
            "core/services/automation/due.py",
            "asks = alarm is not None and not alarm.fault",
            "asks = alarm is not None",
            "a model is trained on a fault of the data",
        ),
        Mutation(
            "core/services/automation/due.py",
            "at = max(at, situation.last",
            "at = min(at, situation.last",
            "an alarm that stands trains again and again",
        ),
        Mutation(
            "core/services/automation/due.py",
            "    if missing > 0:",
            "    if missing > 1:",
            "a training begins one label too early",
        ),
    ),
    "tests/services/automation/test_runs.py": (
        Mutation(
            "core/services/automation/runs.py",
            'verdict != "better" or not passed',
            'verdict != "better"',
            "a version that failed a test is promoted by itself",
        ),
        Mutation(
            "core/services/automation/runs.py",
            "spec = models.by_id(session, spec.id)  #",
            "models.by_id(session, spec.id)  #",
            "a rule that was taken back promotes",
        ),
        Mutation(
            "core/services/automation/runs.py",
            "{None, *run.known}",
            "{None}",
            "what was trained before is compared again",
        ),
        Mutation(
            "core/store/experiments/automatic_runs.py",
            "unchanged = (latest.id if latest is not None else None) == after",
            "unchanged = True",
            "two who look at once begin two trainings",
        ),
    ),
    "tests/services/shadow/test_watch.py": (
        Mutation(
            "core/services/shadow/watch.py",
            'pc.invert(pc.is_in(brought["_id"], value_set=past))',
            'pc.is_valid(brought["_id"])',
            "every look counts the same rows again",
        ),
        Mutation(
            "core/services/shadow/judge.py",
            "until=row.start_batch",
            "until=None",
            "rows that count choose what they are cut at",
        ),
        Mutation(
            "core/lake/row_locations.py",
            '(rows["batch"].to_numpy() > after)',
            '(rows["batch"].to_numpy() > 0)',
            "rows that the challenger may have learnt from count",
        ),
    ),
    "tests/services/experiments/test_policies.py": (
        Mutation(
            "core/services/experiments/replay/policies.py",
            "self.kept.read(model, period) if self.kept is not None else None",
            "None",
            "a comparison of policies begins anew when its worker dies",
        ),
    ),
    "tests/services/experiments/test_replay.py": (
        Mutation(
            "core/services/experiments/replay/fair_rows.py",
            "return after(table, self.place) if self.beyond",
            "return ~before(table, self.place) if self.beyond",
            "a row that a refit learnt from is replayed",
        ),
        Mutation(
            "core/services/experiments/replay/replay.py",
            'read_first(newest_first, spec, table["_id"])',
            'read_first(newest_first, spec, table["_id"][::-1])',
            "rows are replayed with the predictions of others",
        ),
    ),
    "tests/services/shadow/test_guard.py": (
        Mutation(
            "core/services/monitoring/monitor.py",
            "        facts.guard and facts.guard[0].document(),\n",
            "",
            "Health is not told that the guard asks for a rollback until rows change",
        ),
        Mutation(
            "core/services/deployment/guard.py",
            "if spec.guard_rolls_back else None",
            "if spec.name else None",
            "a model is rolled back that nobody asked for",
        ),
        Mutation(
            "core/services/shadow/watch.py",
            '& (table["_version"] != row.version)',
            "",
            "what the version before predicted itself counts for the new one",
        ),
    ),
    "tests/training/test_refit_gate.py": (
        Mutation(
            "core/training/refit.py",
            "bool(paired.high >= -margin)",
            "bool(paired.low >= -1)",
            "a refit that is worse passes",
        ),
        Mutation("core/training/refit.py", "times: float = 1.5", "times: float = 2.5", "a broken fit passes"),
    ),
    "tests/services/experiments/test_holdout.py": (
        Mutation(
            f"{HOLDOUT}/ledger.py",
            "if is_spent(look.look):",
            "if False:",
            "a used-up holdout goes on proving things",
        ),
        Mutation(
            f"{HOLDOUT}/freeze.py",
            "max(current.last, *learnt) if learnt else current.last",
            "current.last",
            "what a refit has learnt from judges it",
        ),
        Mutation(
            f"{HOLDOUT}/leak.py",
            "if trial is None or trial.holdout_id in {None, holdout.id}:",
            "if True:",
            "rows of a later holdout were learnt from, and nobody counts them",
        ),
    ),
    "tests/services/experiments/test_rows_again.py": (
        Mutation(
            "core/services/experiments/search/champion_again.py",
            '"treatments": [one.to_json() for one in made.by_member],',
            "",
            "another choice of rows is taken for what was tried",
        ),
        Mutation(
            "core/services/experiments/search/champion_again.py",
            '"facts": made.facts.to_numpy() if any',
            '"facts": None if any',
            "what experts have settled since is not learnt from",
        ),
        Mutation(
            "core/services/experiments/row_facts.py",
            "SuspectFilter(flagged=True)",
            "SuspectFilter()",
            "every row of a scan counts as suspected",
        ),
    ),
    "tests/services/experiments/test_refit.py": (
        Mutation(
            "core/services/experiments/comparison_inputs.py",
            "and row.refit_of is None",
            "and row.job_id is not None",
            "a refit is compared on the rows that it learnt from",
        ),
    ),
    "tests/services/deployment": (
        Mutation(
            PROMOTE,
            "done = [row for row in left[-1:] if row.version == alias]",
            "done = left[-1:]",
            "a promotion that never happened is told as done",
        ),
        Mutation(
            PROMOTE,
            "for row in left[-1:] if",
            "for row in left if",
            "a promotion long undone is told as done",
        ),
        Mutation(
            PROMOTE,
            "        if row in done:",
            "        if True:",
            "every promotion that was left is told as done",
        ),
        Mutation(
            PROMOTE,
            "if (finished.kind, finished.version) == (intent.kind, intent.version):",
            "if not finished:",
            "a promotion that a crash left is done twice",
        ),
        Mutation(
            "core/store/experiments/outbox.py",
            'waiting = older & (col(Announcement.state) == "waiting")',
            'waiting = older & (col(Announcement.state) == "failed")',
            "a version that was rolled back is deployed late",
        ),
        Mutation(
            "core/store/retries.py",
            'if row.state != "waiting":',
            'if row.state == "live":',
            "a late answer revives a message that was superseded",
        ),
        Mutation(
            "core/services/deployment/targets.py",
            "if str(served) != version:",
            "if not str(served):",
            "a target that serves another version counts as live",
        ),
        Mutation(
            PROMOTE,
            'if (current.kind, current.previous) == ("rollback", replaces):',
            "if current.previous == replaces:",
            "a promotion counts as the rollback that was asked for",
        ),
        Mutation(
            "core/services/deployment/evidence.py",
            'if not refit.get("passed"):',
            'if not refit.get("gates"):',
            "a refit that failed its tests is promoted",
        ),
        Mutation(
            "core/services/deployment/proposals.py",
            "if is_same(proposer, person.name):",
            "if proposer == person.name:",
            "who proposes approves under the same name in other letters",
        ),
        Mutation(
            "core/store/experiments/proposals.py",
            "if known.get(field) != present[field])",
            'if field != "costs" and known.get(field) != present[field])',
            "a proposal is approved at other costs than it was made at",
        ),
        Mutation(
            "core/store/experiments/proposals.py",
            "    return is_same(by, newest.person) or is_same(by, LOCAL.name)",
            "    return is_same(by, newest.person)",
            "who switched the second person off promotes alone as local",
        ),
        Mutation(
            "core/services/onboarding/adjust.py",
            "two = changed.second_person or proposals.needs_two(session, earlier, by)",
            "two = changed.second_person",
            "a canary answers alone in the change that switches the second person off",
        ),
        Mutation(
            PROMOTE,
            "        elif row.decided_by is None:",
            "        elif row.decided_by is not None:",
            "an approval that a crash stopped is lost",
        ),
        Mutation(
            "core/services/deployment/reasons.py",
            'return verdict not in {"better", "small_gain", "not_worse", "refit"}',
            'return verdict not in {"better", "small_gain", "not_worse", "refit", "cannot_tell"}',
            "what nobody can tell is promoted without an override",
        ),
        Mutation(
            "core/services/deployment/reasons.py",
            "different: int = 6",
            "different: int = 5",
            "one word again and again is a reason",
        ),
        Mutation(
            "core/services/deployment/evidence.py",
            'if comparison.body.get("spent"):',
            "if False:",
            "a holdout that is used up goes on proving things",
        ),
    ),
    "tests/services/annotation/test_annotate.py": (
        Mutation(
            ANNOTATE,
            "number = min(number, MOST_AT_ONCE)",
            "number = max(number, 0)",
            "one tab leases the whole queue",
        ),
        Mutation(ANNOTATE, "MOST_AT_ONCE = 40", "MOST_AT_ONCE = 48", "one tab leases more than is said"),
        Mutation(
            "core/annotation/rules.py",
            "lease: timedelta = timedelta(minutes=5)",
            "lease: timedelta = timedelta(minutes=6)",
            "others wait longer for a dead tab",
        ),
        Mutation(
            "core/store/annotation/claims.py",
            "LabelClaim.expires_at < at)\n    query",
            "LabelClaim.expires_at > at)\n    query",
            "leases that run are given back",
        ),
        Mutation(
            "core/store/annotation/annotations.py",
            "< len(new):",
            "> len(new):",
            "an item counts an annotation that is stored of another one",
        ),
    ),
}
