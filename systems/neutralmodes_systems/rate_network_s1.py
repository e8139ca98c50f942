"""Random rate network beside one phase: z' = (1 - |z|^2) z, h' = -h + g J tanh(h), g = 3, N = 48.

G = SO(2) on z, H trivial on the annulus, q = 1. J is normal of variance 1/N, seeded and rounded to 1/256.
Region: annulus 1/2 <= |z| <= 2 times the box |h_i| <= B, entered as B exceeds every row's sum of |g J_ij|.
Source: Mo, arXiv:2605.03338, chaotic systems: an uncoupled product, kept as the paper has it.
"""

from neutralmodes_systems.rates import beside_phases

system = beside_phases(
    "rate-network-s1",
    1,
    "one zero added to a chaotic network: the paper's S^1 product",
    measured=["0.114(18)", "0.0019(44)", "0.00000(12)", "-0.041(13)", "-0.170(15)", "-0.274(15)"],
)
