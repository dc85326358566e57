"""Faults in models as code: half a model, a change that nobody planned, a plan that changes something."""

from tests.mutations.mutation import Mutation

DECLARED = "core/services/onboarding/declared"

MUTATIONS = {
    "tests/services/onboarding/declared/test_apply_whole.py": (
        Mutation(
            f"{DECLARED}/apply.py",
            "read_model(session, spec) != planned.before",
            "read_model(session, spec) is None",
            "what somebody changed since the plan is overwritten",
        ),
        Mutation(
            f"{DECLARED}/apply.py",
            "row.created_at > computed",
            "row.created_at < computed",
            "the health is not computed after a change",
        ),
    ),
    "tests/services/onboarding/declared/test_plan_and_apply.py": (
        Mutation(
            f"{DECLARED}/plan.py",
            "        session.rollback()",
            "        session.commit()",
            "a plan changes the home",
        ),
        Mutation(
            f"{DECLARED}/new_model.py",
            "        if not same_value(key, value, planned[key]) and not",
            "        if same_value(key, value, None) and not",
            "a guess takes the place of what the file says",
        ),
    ),
    "tests/services/onboarding/declared/test_yaml_nodes.py": (
        Mutation(
            f"{DECLARED}/form/yaml_nodes.py",
            'if kind == "Alias" or getattr(event, "anchor", None):',
            'if kind == "Alias":',
            "anchors are read",
        ),
        Mutation(
            f"{DECLARED}/form/yaml_nodes.py",
            "if len(content) > MOST_BYTES:",
            "if len(content) > 2 * MOST_BYTES:",
            "files that are too large are read",
        ),
    ),
}
