"""Classical Heisenberg spin chain: S_i' = S_i x (J_{i-1} S_{i-1} + J_i S_{i+1}), five spins, open ends.

G = SO(3) turning every spin, H trivial where two spins are not parallel, q = 3 there; J = (1, 3/2, 1/2, 2).
Constraints |S_i|^2 = 1: the state space is a product of five spheres, of dimension 10 in R^15, compact and invariant.
Integrals: the energy sum J_i S_i . S_{i+1} and the three components of the total spin. With w = 3 + 1 commuting
directions, m = 4 integrals and pairing r = 2 (the total spin turns as a vector), w + m - r = 6 exponents are zero.
Source: this project (the nearest-neighbour exchange model of classical magnetism, couplings chosen here).
All group directions, the flow, and their conserved partners are zero beside Hamiltonian chaos.
"""

import sympy as sp

import neutralmodes as nm

SPINS = 5
couplings = [sp.Integer(1), sp.Rational(3, 2), sp.Rational(1, 2), sp.Integer(2)]
spins = [sp.Matrix(sp.symbols(f"x{i} y{i} z{i}", real=True)) for i in range(1, SPINS + 1)]
state = [component for spin in spins for component in spin]


def exchange_field(i: int) -> sp.Matrix:
    """The field that spin i feels: its neighbours, weighted by the couplings."""
    left = couplings[i - 1] * spins[i - 1] if i > 0 else sp.zeros(3, 1)
    right = couplings[i] * spins[i + 1] if i < SPINS - 1 else sp.zeros(3, 1)
    return left + right


system = nm.System(
    "heisenberg-chain",
    nm.VectorField(state, [f for i, spin in enumerate(spins) for f in spin.cross(exchange_field(i))]),
    (SPINS * nm.groups.so(3)).on(state),
    start=[1, 0, 0, "3/5", "4/5", 0, "2/3", "-1/3", "2/3", "2/7", "3/7", "-6/7", 0, 0, 1],
    constraints=[spin.dot(spin) - 1 for spin in spins],
    integrals=[
        sum(j * a.dot(b) for j, a, b in zip(couplings, spins, spins[1:], strict=False)),
        *sum(spins, sp.zeros(3, 1)),
    ],
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 6},
    reference={
        "equation": "S_i' = S_i x (J_{i-1} S_{i-1} + J_i S_{i+1}), i = 1..5, J = (1, 3/2, 1/2, 2), |S_i| = 1",
        "group": "SO(3)",
        "stabilizer": "trivial unless all spins are parallel, SO(2) there",
        "orbit_dimension": 3,
        "source": "this project; the classical exchange model",
        "theorem": "I: 4 commuting directions and 4 integrals with pairing of rank 2 on the product of spheres",
        "pictures": [
            {
                "kind": "curves",
                "curves": [[f"x{i}", f"y{i}", f"z{i}"] for i in range(1, SPINS + 1)],
                "sphere": True,
                "time": 10,
            }
        ],
        "measured": ["0.120(23)", "0.0282(73)", "0.0018(27)", "0.0017(12)", "0.0017(18)", "-0.00029(39)"],
        "measured_time": "1000",
        "matters": "spin dynamics: six of ten exponents are zero by symmetry and conservation, at nonzero total spin",
    },
)
