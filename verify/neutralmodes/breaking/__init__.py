"""Breaking the symmetry: drift along the group orbit, pseudo-gaps and memory lifetimes, predicted, measured, proved."""

from neutralmodes.breaking._certified import certify_lifetime
from neutralmodes.breaking._perturbed import perturbed

__all__ = ["certify_lifetime", "perturbed"]
