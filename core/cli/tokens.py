"""Commands about the tokens with which programs send data over HTTP: create, list, revoke."""

from dataclasses import asdict
from typing import Annotated

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

TOKEN_NAME = Annotated[str, typer.Argument(help="What the token is for, e.g. 'scoring service'.")]


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="Tokens with which programs send data over HTTP.",
        epilog="Example: python -m core token create churn 'scoring service'",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: python -m core token create churn 'scoring service'")(create)
    group.command("list", epilog="Example: python -m core token list churn --format json")(list_tokens)
    group.command(epilog="Example: python -m core token revoke churn 'scoring service'")(revoke)
    app.add_typer(group, name="token")


def create(
    name: NAME,
    token_name: TOKEN_NAME,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Make a token for one model and print it: it is shown this once."""
    from core.services.ingestion import api_tokens

    with work.workspace() as ws:
        secret = api_tokens.create(ws, name, token_name, by)
    if output == "json":
        say.document({"model": name, "name": token_name, "token": secret})
        return
    say.note("Keep it now: it is not shown again. Send it as `Authorization: Bearer ...`.")
    say.line(secret)


def list_tokens(name: NAME, output: Annotated[Format, FORMAT] = "text") -> None:
    """List the tokens of a model; the secrets are not kept."""
    from core.services.ingestion import api_tokens

    with work.workspace() as ws:
        tokens = api_tokens.list_tokens(ws, name)
    if output == "json":
        documents = [{key: value for key, value in asdict(token).items() if key != "id"} for token in tokens]
        say.document({"tokens": documents})
        return
    for token in tokens:
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else "in force"
        used = f"last used {token.used_at:%Y-%m-%d %H:%M} UTC" if token.used_at else "never used"
        say.line(f"{token.name}: {state}, {used}, made {token.created_at:%Y-%m-%d} by {token.created_by}")
    if not tokens:
        say.line(f"{name} has no token yet: see `python -m core token create --help`.")


def revoke(
    name: NAME,
    token_name: TOKEN_NAME,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Let a token through no more; programs that use it are refused from now on."""
    from core.services.ingestion import api_tokens

    with work.workspace() as ws:
        api_tokens.revoke(ws, name, token_name, by)
    sentence = f"The token {token_name!r} of {name} is revoked."
    say.result(output, {"model": name, "name": token_name, "revoked": True}, sentence)
