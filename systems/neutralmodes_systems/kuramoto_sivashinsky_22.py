"""Kuramoto-Sivashinsky of period 22, mean removed, 15 complex Fourier modes, dimension 30.

u_t = -u u_x - u_xx - u_xxxx.

G = SO(2), translations, charge k on mode k; O(2) with the reflection u(x) -> -u(-x). H trivial off u = 0, q = 1 there.
The wave number 2 pi/22 is an interval parameter of width 1e-11 that holds it: the proof is for every value in it.
Source: the equation: Kuramoto; Sivashinsky (textbook). The first ten exponents are quoted under the name of Cvitanovic
(Cvitanovic, Davidchack, Siminos, arXiv:0709.2944 (2010), of that cell, by its title) in
github.com/smallpondtom/LiftAndLearn.jl, scripts/EP-OpInf/kse/kse_epopinf_plotting.jl, beside those of Edson, Bunder,
Mattner, Roberts, ANZIAM J. (2019): 0.043, 0.003, 0.002, -0.004, -0.008, -0.185, -0.253, -0.296, -0.309, -1.965. The
papers themselves were not read; the last four are quoted without a source (the tests hold the sum of all against the
trace of seven modes).
Two zeros, one by the translations and one by the flow; a compact region is an assumption.
"""

from neutralmodes_systems.kuramoto_sivashinsky import kuramoto_sivashinsky

system = kuramoto_sivashinsky(
    "kuramoto-sivashinsky-22",
    22,
    mean=False,
    expect=2,
    reference={
        "source": "Kuramoto-Sivashinsky equation (textbook), truncation of this project",
        "theorem": "W and R: one zero off u = 0, two where the flow leaves the translations",
        "matters": "spatiotemporal chaos: position is neutral",
        "leading_exponents": [
            "0.048",
            "0",
            "0",
            "-0.003",
            "-0.189",
            "-0.256",
            "-0.290",
            "-0.310",
            "-1.963",
            "-1.967",
            "-5.605",
            "-5.605",
            "-11.923",
            "-11.923",
        ],
        "exponents_source": "first ten: attributed to Cvitanovic, Davidchack, Siminos (2010) in LiftAndLearn.jl, the "
        "paper not read; last four: no source found; three digits, sum within 2 % of the trace",
    },
)
