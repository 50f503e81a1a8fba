"""The command line: ``superopt VERB ...``, one file per verb.

A verb's file holds its signature and imports what it needs when it runs, so that starting any verb stays cheap.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

BROKEN_PIPE = 141  # what a shell reports for a process that SIGPIPE ended
INTERRUPTED = 130


def main() -> NoReturn:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status; errors come out as one line on stderr, never as a traceback."""
    from superopt.cli.streams import discard_stdout, prepare_streams

    prepare_streams()
    try:
        from superopt.cli.app import command

        status = command().main(args=list(arguments), prog_name="superopt", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
        return BROKEN_PIPE
    except SystemExit as error:  # typer's answer to a broken pipe is status 1, which has a meaning here
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        discard_stdout()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        from superopt.cli.problems import report

        return report(error)
    return int(status or 0)
