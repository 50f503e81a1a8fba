"""The rows of A64, one module per group of encodings of the Arm ARM."""
