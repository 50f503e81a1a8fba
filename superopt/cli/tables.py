"""Where tables are printed."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

PLAIN_WIDTH = 140  # of tables in files and pipes, where nobody can make the window wider


def console(file: TextIO | None = None) -> Console:
    """A console on ``file`` (stdout by default); without colours and with a fixed width unless that is a terminal."""
    target = file if file is not None else sys.stdout
    return Console(file=target, highlight=False, width=None if target.isatty() else PLAIN_WIDTH)


def plain_table(*columns: str) -> Table:
    """A table without borders; long values are folded, never cut."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_table(console: Console, title: str, table: Table) -> None:
    """The table under its title."""
    console.print(title, style="bold", soft_wrap=True, markup=False)
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
