"""The verbs put together."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from superopt.cli import cache
from superopt.cli.check import check
from superopt.cli.conform import conform
from superopt.cli.doctor import doctor
from superopt.cli.explain import explain
from superopt.cli.fuzz import fuzz
from superopt.cli.optimize import optimize
from superopt.cli.recheck import recheck

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A superoptimizer for AArch64 basic blocks: every rewrite it makes is proved.",
)
app.command()(check)
app.command()(optimize)
app.command()(explain)
app.command()(recheck)
app.command()(doctor)
app.command()(conform)
app.command()(fuzz)
app.add_typer(cache.app, name="cache")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"superopt {version('superopt')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """A superoptimizer for AArch64 basic blocks: every rewrite it makes is proved."""


def command() -> Any:
    """The command that ``superopt`` runs."""
    return typer.main.get_command(app)
