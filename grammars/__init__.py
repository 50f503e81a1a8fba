"""The languages superopt reads: AArch64 assembly, as text, as values and back."""
