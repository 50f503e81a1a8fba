"""What AArch64 code means."""
