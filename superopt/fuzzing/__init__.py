"""Attacks on the judge with real code: corpus, trials, their outcomes, and what is kept of them (``superopt fuzz``)."""
