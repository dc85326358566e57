"""Faults in a search: who is judged on what, who is given up, tuned, kept, and what is said of next steps."""

from tests.mutations.mutation import Mutation

SEARCH = "core/training/search"
SCHEMES, EVALUATE, SAMPLER = f"{SEARCH}/schemes.py", f"{SEARCH}/evaluate.py", f"{SEARCH}/sampler.py"
PLAN, SHORTLIST, BLEND = f"{SEARCH}/plan.py", f"{SEARCH}/shortlist.py", f"{SEARCH}/blend.py"
JOURNEY, TREATMENTS = f"{SEARCH}/journey.py", "core/training/treatments/treatment.py"
DERIVATIONS, ABLATION = f"{SEARCH}/derivations.py", f"{SEARCH}/ablation.py"
FIT = "core/training/treatments/fit_treated.py"
TREND = "core/training/trends/trend.py"
JOINED = "core/training/joined"
COLUMNS, SOURCE, LEAKS = (f"{JOINED}/{name}.py" for name in ("joined_columns", "source_rows", "leak_guard"))

MUTATIONS = {
    "tests/training/trends/test_trend.py": (
        Mutation(TREND, "carried: float = 0.05", "carried: float = 0.055", "a trend goes on for too long"),
        Mutation(TREND, "carried: float = 0.05", "carried: float = 0.045", "a trend ends too early"),
        Mutation(TREND, "folds: int = 2", "folds: int = 3", "a trend costs more than is said"),
        Mutation(TREND, "if y.min() < 0:", "if y.min() <= 0:", "hours without a rental have no share"),
        Mutation(
            TREND, "np.nan_to_num(days - self.newest_)", "days - self.newest_", "no answer without a time"
        ),
    ),
    "tests/training/treatments/test_fit_treated.py": (
        Mutation(FIT, "max(windows)", "1.0", "rows that are gone judge a window"),
        Mutation(FIT, "max(windows)", "min(windows)", "a stack is half judged"),
        Mutation(FIT, "self.oldest_first[among]", "np.sort(learn)", "a window of rows as they are stored"),
        Mutation(
            FIT, "keep_threshold(estimator, made)", "made", "a stack that is refitted loses its threshold"
        ),
    ),
    "tests/training/joined/test_joined_columns.py": (
        Mutation(
            COLUMNS,
            'self._moments(X), side="left")',
            'self._moments(X), side="right")',
            "what is of that moment is known",
        ),
        Mutation(
            COLUMNS, "(ranks[np.maximum(at, 0)] // wide == place)", "(at >= 0)", "another key's row is taken"
        ),
    ),
    "tests/training/joined/test_source_rows.py": (
        Mutation(SOURCE, "names_share: float = 0.5", "names_share: float = 0.45", "kinds are left out"),
        Mutation(SOURCE, "names_share: float = 0.5", "names_share: float = 0.6", "names are learnt"),
        Mutation(SOURCE, "few_values: int = 8", "few_values: int = 7", "eight towns are no kinds"),
        Mutation(SOURCE, "few_values: int = 8", "few_values: int = 9", "nine names are kinds"),
        Mutation(SOURCE, "mostly: float = 0.95", "mostly: float = 0.96", "one mistyped number makes texts"),
        Mutation(SOURCE, "mostly: float = 0.95", "mostly: float = 0.9", "texts are read as numbers"),
    ),
    "tests/training/joined/test_leak_guard.py": (
        Mutation(
            LEAKS, "most_of_gap: float = 0.75", "most_of_gap: float = 0.72", "a strong column is left out"
        ),
        Mutation(LEAKS, "most_of_gap: float = 0.75", "most_of_gap: float = 0.78", "a leak is learnt"),
        Mutation(LEAKS, "fewest: int = 200", "fewest: int = 199", "few rows name a leak"),
        Mutation(LEAKS, "fewest: int = 200", "fewest: int = 201", "200 rows name none"),
        Mutation(LEAKS, "late_share: float = 0.01", "late_share: float = 0.009", "a mistyped day is a leak"),
        Mutation(LEAKS, "late_share: float = 0.01", "late_share: float = 0.02", "the future is learnt"),
        Mutation(LEAKS, "leaves: int = 64", "leaves: int = 16", "a curve that says the label passes"),
        Mutation(LEAKS, "limit = model +", "limit = 0 * model +", "a column as good as the model is a leak"),
    ),
    "tests/training/search/test_schemes.py": (
        Mutation(SCHEMES, "share: float = 0.4", "share: float = 0.45", "models learn from too little"),
        Mutation(SCHEMES, "blocks: int = 4", "blocks: int = 5", "the first look comes early"),
        Mutation(SCHEMES, "fewest: int = 400", "fewest: int = 401", "400 rows are judged out of time"),
        Mutation(SCHEMES, "fewest: int = 400", "fewest: int = 399", "blocks are too small to judge by"),
        Mutation(
            SCHEMES,
            "learn[~np.isin(copies[:begin], copies[begin:end])]",
            "learn",
            "a model has learnt from a copy of what it is judged on",
        ),
    ),
    "tests/training/search/test_evaluate.py": (
        Mutation(EVALUATE, "alpha: float = 0.05", "alpha: float = 0.5", "equal experiments are given up"),
        Mutation(EVALUATE, "alpha: float = 0.05", "alpha: float = 0.2", "equal experiments are given up"),
        Mutation(EVALUATE, "rules.alpha / max(1, looks)", "rules.alpha", "three looks are three chances"),
        Mutation(EVALUATE, "rest < patience and helps", "helps", "minutes go into what is worse"),
        Mutation(EVALUATE, "fewest: int = 30", "fewest: int = 31", "hopeless ones go on"),
        Mutation(EVALUATE, "fewest: int = 30", "fewest: int = 29", "too few rows give an experiment up"),
    ),
    "tests/training/search/test_blend.py": (
        Mutation(BLEND, "rounds: int = 20", "rounds: int = 19", "weights are coarser"),
        Mutation(BLEND, "rounds: int = 20", "rounds: int = 25", "members nobody hears"),
        Mutation(BLEND, "most: int = 6", "most: int = 7", "predictions take longer"),
        Mutation(BLEND, "most: int = 6", "most: int = 5", "members fall out"),
        Mutation(BLEND, "of_recipe: int = 3", "of_recipe: int = 4", "one recipe fills the stack"),
        Mutation(BLEND, "of_recipe: int = 3", "of_recipe: int = 2", "members fall out"),
        Mutation(BLEND, "member.at(~here) for", "member.at(here) for", "a stack is judged by its own rows"),
    ),
    "tests/training/search/test_limits.py": (
        Mutation(SAMPLER, "startup: int = 5", "startup: int = 6", "what was found counts later"),
        Mutation(SAMPLER, "startup: int = 5", "startup: int = 4", "four points are believed"),
        Mutation(SAMPLER, "attempts: int = 20", "attempts: int = 1", "a space ends before it is used up"),
        Mutation(PLAN, "fewest_suspects: int = 10", "fewest_suspects: int = 9", "experiments without effect"),
        Mutation(PLAN, "fewest_suspects: int = 10", "fewest_suspects: int = 11", "ten suspects are ignored"),
        Mutation(
            PLAN,
            "windows: tuple[float, ...] = (0.5, 0.25)",
            "windows: tuple[float, ...] = (0.5,)",
            "a turn is missed",
        ),
        Mutation(
            PLAN, "halvings: tuple[float, ...] = (0.25,)", "halvings: tuple[float, ...] = (0.3,)", "old rows"
        ),
        Mutation(
            PLAN,
            "samples: tuple[float, ...] = (0.5, 0.25)",
            "samples: tuple[float, ...] = (0.5,)",
            "no curve",
        ),
        Mutation(PLAN, "most_columns: int = 6", "most_columns: int = 7", "minutes go into questions"),
        Mutation(PLAN, "expert_weight: float = 5.0", "expert_weight: float = 6.0", "experts weigh otherwise"),
        Mutation(PLAN, "(0, 0, 1, 0, 1, 2)", "(0, 1, 2)", "poor recipes are tuned as much as the best"),
        Mutation(PLAN, '"mix" in causes', '"mix" not in causes', "a moved mix is met by windows first"),
        Mutation(SHORTLIST, "most: int = 3", "most: int = 4", "looks at the holdout are wasted"),
        Mutation(SHORTLIST, "most: int = 3", "most: int = 2", "a recipe as good is left out"),
        Mutation(SHORTLIST, "level: float = 0.05", "level: float = 0.5", "equal ones are left out"),
        Mutation(SHORTLIST, "level: float = 0.05", "level: float = 0.00001", "worse ones are finalists"),
        Mutation(SHORTLIST, "beyond: float = 0.025", "beyond: float = 0.05", "luck goes first"),
        Mutation(SHORTLIST, "beyond: float = 0.025", "beyond: float = 0.01", "what is better comes second"),
        Mutation(SHORTLIST, "near.high >= 0", "near.difference >= 0", "what chance made worse is left out"),
        Mutation(SHORTLIST, "if recipe not in by_recipe and", "if", "one recipe fills the list"),
        Mutation(JOURNEY, "least_tuned: int = 6", "least_tuned: int = 5", "luck is told as a pace"),
        Mutation(JOURNEY, "least_tuned: int = 6", "least_tuned: int = 7", "a pace is told late"),
        Mutation(JOURNEY, "answer_seconds: float = 12.0", "answer_seconds: float = 6.0", "labels look cheap"),
        Mutation(JOURNEY, "share: float = 0.5", "share: float = 0.71", "labels promise too much"),
        Mutation(JOURNEY, "min(1.0, share)", "share", "a doubling promises more than the last one gave"),
        Mutation(TREATMENTS, "fewest: int = 40", "fewest: int = 39", "models of too few rows"),
        Mutation(TREATMENTS, "fewest: int = 40", "fewest: int = 41", "forty rows are refused"),
        Mutation(DERIVATIONS, "fewest_kinds: int = 3", "fewest_kinds: int = 2", "columns that add nothing"),
        Mutation(DERIVATIONS, "fewest_kinds: int = 3", "fewest_kinds: int = 4", "three kinds get no mean"),
        Mutation(DERIVATIONS, "mostly: float = 0.95", "mostly: float = 0.94", "no times are read as times"),
        Mutation(DERIVATIONS, "mostly: float = 0.95", "mostly: float = 0.96", "mistyped times are texts"),
        Mutation(DERIVATIONS, "most_products: int = 3", "most_products: int = 4", "columns multiply"),
        Mutation(DERIVATIONS, "most_products: int = 3", "most_products: int = 2", "one product"),
        Mutation(ABLATION, "shuffles: int = 3", "shuffles: int = 4", "asking costs more than is said"),
        Mutation(ABLATION, "shuffles: int = 3", "shuffles: int = 2", "columns are ranked by chance"),
    ),
}
