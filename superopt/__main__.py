"""``python -m superopt`` is the command line."""

from __future__ import annotations

from superopt.cli import main

if __name__ == "__main__":
    main()
