"""From an assembly file to a faster one: slices of blocks, candidates, verdicts, edits."""
