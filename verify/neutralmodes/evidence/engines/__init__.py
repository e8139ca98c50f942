"""Engines carry a state and tangent columns through time; everything above them is engine-blind."""
