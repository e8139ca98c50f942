"""Equivariant rate network: z_j' = -z_j + g sum_k J_jk z_k/(1 + |z_k|^2), twelve complex units, one common phase.

g J is complex normal of variance g^2/N, g = 6, seeded and rounded to 1/64. G = SO(2), z -> e^{i phi} z, H trivial off z = 0, q = 1.
The ball |z| <= R is entered: |z_k|/(1 + |z_k|^2) <= 1/2 bounds the recurrent input.
Source: this project (a rate network whose gain depends on the invariants |z_k|^2 alone).
The phase is carried by the chaotic units themselves, which an uncoupled product lacks.
"""

import random

import sympy as sp

import neutralmodes as nm

UNITS, GAIN, SEED, DENOMINATOR = 12, 6, 2, 64
z = sp.symbols(f"z1:{UNITS + 1}")
