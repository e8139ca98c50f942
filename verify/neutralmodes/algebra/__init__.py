"""Lie algebras from their structure constants: exact facts, simple ideals over the reals, names."""
