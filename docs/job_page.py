"""The page of all jobs, from their declarations: what each does, its arguments, its steps."""

import inspect
import re

from core.jobs.job import Job
from core.json_schema import json_schemas
from core.services.jobs import JOBS
from docs.schema_words import field_lines

HEAD = """# Jobs

Work that goes on when a tab is closed. A job is put in line with its arguments and done step by step by the
worker; killed anywhere, the step is run again and the job goes on. A quick one does not wait behind the heavy
ones. The names below stand in the tables of the job library, where jobs of an older version wait, and stay as
they are. This page is written from the declarations by `python -m docs.make_manual`.

| job | what people read | quick |
|---|---|---|
"""
ENTRY = re.compile(r"^    (\w+): (.+(?:\n      .+)*)", re.MULTILINE)


def argument_meanings(job: type[Job]) -> dict[str, str]:
    """Argument -> what its class, or one above it, says of it under `Attributes:`."""
    meanings: dict[str, str] = {}
    for kind in reversed(job.__mro__):
        _, _, section = inspect.cleandoc(vars(kind).get("__doc__") or "").partition("\nAttributes:\n")
        meanings |= {name: _one_line(text) for name, text in ENTRY.findall(section)}
    return meanings


def jobs() -> str:
    """The page, in the order of declaration."""
    schemas = json_schemas(dict(JOBS))
    table = [f"| [{name}](#{name}) | {job.declaration.title} | {_quick(job)} |" for name, job in JOBS.items()]
    sections: list[str] = []
    for name, job in JOBS.items():
        sections += ["", f"## {name}", "", _first_sentences(job), ""]
        sections += field_lines(schemas[job.__name__], argument_meanings(job))
        steps = [step.function for step in job.declaration.steps]
        sections += ["- Steps:", *(f"  - `{step.__name__}`: {_first_sentences(step)}" for step in steps)]
    return HEAD + "\n".join([*table, *sections]) + "\n"


def _quick(job: type[Job]) -> str:
    return "yes" if job.declaration.quick else ""


def _first_sentences(documented: object) -> str:
    return _one_line((inspect.getdoc(documented) or "").split("\n\n")[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())
