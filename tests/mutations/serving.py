"""Faults of what serves the champion and opens models for it."""

from tests.mutations.mutation import Mutation

SERVE = "core/services/deployment/serve.py"
CANARY = "core/services/deployment/canary.py"

MUTATIONS = {
    "tests/services/deployment/test_serve.py": (
        Mutation(
            SERVE,
            "            ask_example(model, spec)\n        except FAILURES:",
            "        except FAILURES:",
            "a version answers that cannot answer its own example",
        ),
        Mutation(
            SERVE,
            "            if self._served.spec != spec:",
            "            if self._served.spec is None:",
            "a threshold that was set decides nothing until the server is started again",
        ),
        Mutation(
            "core/api/serving.py",
            "if self._open_here and not secret:",
            "if not secret:",
            "where others can ask through a proxy, no token is needed",
        ),
    ),
    "tests/services/deployment/test_targets.py": (
        Mutation(
            "core/services/deployment/targets.py",
            'if document.get("model") not in {None, body["model"]}:',
            "if not document:",
            "a server of another model confirms a version",
        ),
        Mutation(
            "core/services/deployment/targets.py",
            "return rules.server_pauses if target in settings.servers else rules.pauses",
            "return rules.pauses",
            "a server that cannot load the version is called waiting for more than a day",
        ),
    ),
    "tests/api/shop/test_shadows.py": (
        Mutation(
            "core/api/ingest_routes.py",
            "            token = await run_in_threadpool(self._admit, request)\n            body",
            "            token = api_tokens.list_tokens(self._workspace(), 'shop')[0]\n            body",
            "a shadow is started without a token",
        ),
    ),
    "tests/services/deployment/test_canary.py": (
        Mutation(
            CANARY,
            "spec.canary.beside == live.id",
            "spec.canary.beside >= 0",
            "a version that was rolled back answers again as the canary that it was",
        ),
        Mutation(
            CANARY,
            'f"{canary.version}:{row_id}"',
            'f"{row_id}"',
            "the same people get every new version first",
        ),
        Mutation(
            CANARY,
            'newest.verdict == "blocked":\n        blocked',
            'newest.verdict == "worse":\n        blocked',
            "a version that failed a test answers people",
        ),
    ),
    "tests/services/ingestion/test_prediction_outbox.py": (
        Mutation(
            "core/services/ingestion/prediction_outbox.py",
            "os.link(path, folder / path.name)",
            "path.rename(folder / path.name)",
            "rows are lost when a server is killed while it hands a file over",
        ),
        Mutation(
            "core/services/ingestion/prediction_outbox.py",
            "            except DataError as error:\n",
            "            except (DataError, CaretakerError) as error:\n",
            "predictions are put aside while the disk is full",
        ),
        Mutation(
            "core/services/deployment/served_rows.py",
            "written.get(name, name)",
            "name",
            "decisions are delivered in words that mean the other class",
        ),
    ),
}
