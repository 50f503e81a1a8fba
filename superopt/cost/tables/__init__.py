"""Cost tables, one JSON file a CPU, made by :mod:`superopt.cost.derive`; a package so that they are installed."""
