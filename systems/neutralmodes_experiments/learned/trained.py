"""Learned cell: z+ = (1 + dt a) R(dt b) z, h+ = h + dt gamma (tanh(W (I, h, u) + w) - h), trained on path integration.

I = |z|^2, u the input, sixteen units h, a = alpha (1 - I + tanh(p.m + p_0)/4), b = q.m + q_0 + k u,
m = tanh(M (I, h, u) + c) of 32 features, R(s) the rotation by s; the 996 weights, exact binary rationals, and how
they were trained, are in trained.json.
G = SO(2), z -> R(phi) z, h fixed, H trivial off z = 0, q = 1. Region: 1/2 <= I <= 3/2, |h_i| <= 1, for every u in
[-16, 16]: |z+|^2 = (1 + dt a)^2 I does not depend on b and grows with I, a > 0 at I = 1/2 and a < 0 at I = 3/2;
h+ is a convex combination of h and a value in (-1, 1).
Source: the task is that of Mo, arXiv:2605.03338; cell, training and weights are of this project.
A network as it came out of its training, not one written down to be symmetric.
"""

from pathlib import Path

from neutralmodes_experiments.learned.export import exported, read_weights

system = exported(
    read_weights(Path(__file__).with_name("trained.json")),
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 1},
    reference={
        "equation": "z+ = (1 + dt a) R(dt b) z, h+ = h + dt gamma (tanh(W (I, h, u) + w) - h), I = |z|^2",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "this project; task of Mo, arXiv:2605.03338",
        "theorem": "U for maps with inputs: the phase circle has constant dimension on the annulus",
        "matters": "a trained recurrent network: its phase stays neutral under every input in the range",
    },
)
