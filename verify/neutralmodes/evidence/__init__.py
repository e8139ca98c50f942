"""Numerical evidence: floats that support a proof and can contradict it, never replace it."""
