"""Kuramoto-Sivashinsky of period 22 with the mean mode kept: dimension 31, a third zero by the conserved mean.

Equation, group, H and q as in kuramoto_sivashinsky_22.py; the mean is an integral that the translations keep: w = 2,
m = 1, r = 0.
Source: as there. Explains the third zero that is found in runs which keep the mean.
"""

from neutralmodes_systems.kuramoto_sivashinsky import kuramoto_sivashinsky

system = kuramoto_sivashinsky(
    "kuramoto-sivashinsky-22-mean",
    22,
    mean=True,
    expect=3,
    reference={
        "source": "Kuramoto-Sivashinsky equation (textbook), truncation of this project",
        "theorem": "I: translations, flow and the conserved mean",
        "matters": "the third zero of full spectra is the mean's, not chance",
        "leading_exponents": [
            "0.048",
            "0",
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
        "exponents_source": "those of kuramoto-sivashinsky-22, quoted and not looked up, and the zero of the mean",
    },
)
