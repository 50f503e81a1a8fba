"""superopt: a superoptimizer for AArch64 basic blocks whose every accepted rewrite is proved.

This package is the product: it prices code (:mod:`superopt.cost`) and wires the judge (``verifier``) and the
sources of candidates (``proposer``) together.  What instructions mean is in ``semantics``, the languages are in
``grammars``.
"""
