"""Faults in what proves the record: links that cover less, dossiers that pass though they were changed."""

from tests.mutations.mutation import Mutation

CHAIN = "core/store/chain"
DOSSIER = "core/services/operations/dossier"

MUTATIONS = {
    "tests/store/test_chain.py": (
        Mutation(
            f"{CHAIN}/links.py",
            '("previous", "table_name", "digest", "fields", "at")',
            '("previous", "table_name", "digest", "fields")',
            "the moment of a link can be changed",
        ),
        Mutation(
            f"{CHAIN}/verify.py",
            "if seq != last.seq + 1:",
            "if seq <= last.seq:",
            "a link can be taken away",
        ),
        Mutation(
            f"{CHAIN}/record.py",
            "    session.flush()\n",
            "",
            "what is written in the last moment has no link",
        ),
        Mutation(
            f"{CHAIN}/verify.py",
            'while place < len(rows) and rows[place][0] < link["first"]:',
            'while place < len(rows) and rows[place][0] < link["first"] - 1:',
            "a row that was slipped in before a link is not seen",
        ),
    ),
    "tests/store/test_sealed.py": (
        Mutation(
            "core/store/sealed/documents.py",
            "if tail.startswith(MARK):",
            "if not tail:",
            "a document that a disk changed is read as it is",
        ),
        Mutation(
            "core/store/sealed/profiles.py",
            "repr((chunk, column, value)).encode() + body",
            "repr((chunk, column, value)).encode()",
            "a profile that a disk changed counts in",
        ),
    ),
    "tests/services/operations/test_at_rest.py": (
        Mutation(
            "core/services/operations/fixity/at_rest.py",
            "if file.is_file() and not _is_known(known.get(name), file):",
            "if file.is_file():",
            "what a disk changed is written down as what was written",
        ),
        Mutation(
            "core/services/operations/fixity/at_rest.py",
            "return (entry.bytes, entry.changed) == (present.st_size, present.st_mtime_ns)",
            "return entry.bytes == present.st_size",
            "a database that was only written to is called damaged",
        ),
    ),
    "tests/services/experiments/test_journey.py": (
        Mutation(
            "core/services/experiments/journey/tree.py",
            "before = plain.iloc[0] if len(plain) else None",
            "before = first",
            "a change is told to have gained what its family did",
        ),
        Mutation(
            "core/services/experiments/journey/tree.py",
            'metric.gain(float(before["value"])',
            '-metric.gain(float(before["value"])',
            "what became worse is told as a gain",
        ),
    ),
    "tests/services/operations/test_production.py": (
        Mutation(
            "core/store/counts.py",
            "table.created_at <= at",
            "table.created_at >= at",
            "what came after a decision is told as known then",
        ),
    ),
    "tests/services/operations/test_dossier.py": (
        Mutation(
            f"{DOSSIER}/signature.py",
            "    except (InvalidSignature, ValueError):\n        return False",
            "    except (InvalidSignature, ValueError):\n        return True",
            "whoever changes a dossier and its manifest is not seen",
        ),
        Mutation(
            f"{DOSSIER}/verify.py",
            "(report.head,) if report.is_ours else ()",
            "()",
            "a log that was made anew passes with the dossiers of before",
        ),
        Mutation(
            f"{DOSSIER}/evidence.py",
            "rows = done or mine",
            "rows = mine",
            "a later proposal hides the decision that put a version into production",
        ),
    ),
}
