"""Random rate network beside two phases: z_k' = (1 - |z_k|^2) z_k, h' = -h + g J tanh(h), g = 3, N = 48.

G = T^2 on (z_1, z_2), H trivial on the annuli, q = 2; J, region and source as in rate_network_s1.py.
"""

from neutralmodes_systems.rates import beside_phases

system = beside_phases(
    "rate-network-t2",
    2,
    "two zeros added to a chaotic network: the paper's T^2 product",
    measured=["0.091(13)", "0.0003(15)", "0.0001(20)", "0.00005(15)", "-0.070(11)", "-0.190(12)"],
)
