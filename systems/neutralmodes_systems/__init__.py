"""The catalogue: one file a system (or a family of systems), each with its equation, its group and its source."""
