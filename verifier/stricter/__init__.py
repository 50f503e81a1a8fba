"""Demands beyond the contract: constant time, and the same accesses to memory that others share."""
