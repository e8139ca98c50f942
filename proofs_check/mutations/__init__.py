"""Mutations of certificates and of the checker: what the checker must refuse, tried at random."""
