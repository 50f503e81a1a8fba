"""The small language model: its words, its grammar, its training, and the proposer that samples from it."""
