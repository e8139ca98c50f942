"""One file per hypothesis of the theorem; each turns a ``Ground`` into an ``Obligation``."""
