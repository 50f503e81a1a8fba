"""Proofs that can be taken away and checked again: questions without our simplifier, folders, SAT proofs."""
