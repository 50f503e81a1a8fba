"""Search for short replacements by observational equivalence: an honest baseline, and a source of training pairs.

:class:`Enumerate` is the proposer. ``states``, ``execution`` and ``observation`` run blocks on concrete states;
``graph`` and ``allocation`` take a block apart into values and put it together again; ``edits`` deletes and forwards;
``templates``, ``pool``, ``hunt`` and ``terms`` find short computations of a value; ``improve`` puts them in.
"""

from proposer.enumerate.bench import Limits
from proposer.enumerate.proposer import Enumerate

__all__ = ["Enumerate", "Limits"]
