"""Operand kinds: how a placeholder of a row is written, encoded, read and assigned."""
