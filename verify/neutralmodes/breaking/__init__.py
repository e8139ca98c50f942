"""Breaking the symmetry: drift along the group orbit, pseudo-gaps and memory lifetimes, predicted, measured, proved."""

from neutralmodes.breaking._certified import certify_lifetime
from neutralmodes.breaking._drift import Drift, drift
from neutralmodes.breaking._gap import PseudoGap, pseudo_gap, pseudo_gaps
from neutralmodes.breaking._lifetime import Lifetime, lifetime
from neutralmodes.breaking._noise import Diffusion, diffusion
from neutralmodes.breaking._perturbed import perturbed
from neutralmodes.breaking._sweep import sweep

__all__ = [
    "Diffusion",
    "Drift",
    "Lifetime",
    "PseudoGap",
    "certify_lifetime",
    "diffusion",
    "drift",
    "lifetime",
    "perturbed",
    "pseudo_gap",
    "pseudo_gaps",
    "sweep",
]
