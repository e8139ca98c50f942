"""The learned task: its data and baselines are what they are said to be, training repeats, and wrong numbers show."""

from __future__ import annotations

import copy
import doctest
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm

torch = pytest.importorskip("torch")

from neutralmodes_experiments.learned import lifetimes, models, records, studies, symmetry, tables  # noqa: E402
from neutralmodes_experiments.learned.cell import EquivariantCell  # noqa: E402
from neutralmodes_experiments.learned.frames import RotationCell, TorusCell  # noqa: E402
from neutralmodes_experiments.learned.measured import SYMMETRY  # noqa: E402
from neutralmodes_experiments.learned.networks import build  # noqa: E402
from neutralmodes_experiments.learned.reproduce import reproduce  # noqa: E402
from neutralmodes_experiments.learned.stack import Stack, flattened  # noqa: E402
from neutralmodes_experiments.learned.task import PERSISTENCE, STEP, TASKS, rotations, velocities  # noqa: E402
from neutralmodes_experiments.learned.training import Plan, Run, train  # noqa: E402

pytestmark = [
    # torch compiles its own derivative rules by what it has deprecated.
    pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_circle_is_integrated_by_the_papers_rule(rng):
    batch = TASKS["S1"].batch(rng, 5, 9, scale=0.8, spread=np.pi / 4)
    phase = np.arctan2(batch.cue[:, 1], batch.cue[:, 0])
    assert np.all(np.abs(phase) <= np.pi / 4)
    for t in range(9):
        phase = phase + 0.1 * batch.velocity[:, t, 0]
        assert np.allclose(batch.target[:, t], np.stack([np.cos(phase), np.sin(phase)], -1), atol=1e-14)


def test_attitudes_are_integrated_by_the_matrix_exponential(rng):
    batch = TASKS["SO3"].batch(rng, 4, 6, scale=2.0)
    turns = torch.linalg.matrix_exp(torch.from_numpy(STEP * _cross(batch.velocity))).numpy()
    u, v = batch.cue[:, :3], batch.cue[:, 3:]
    attitude = np.stack([u, v, np.cross(u, v)], -1)
    for t in range(6):
        attitude = attitude @ turns[:, t]
    assert np.allclose(batch.target[:, -1].reshape(-1, 2, 3), attitude[..., :2].swapaxes(1, 2), atol=1e-13)


def _cross(w: np.ndarray) -> np.ndarray:
    return np.stack([np.cross(w, e) for e in np.eye(3)], -1)


def test_the_mixture_has_its_three_kinds_in_equal_parts(rng):
    """Pieces repeat exactly, AR(1) has its persistence; a Gaussian has neither."""
    v = velocities(rng, 3000, 200, 1)[..., 0]
    repeats = (np.diff(v) == 0).mean(1) > 0.5
    lag = (v[:, 1:] * v[:, :-1]).mean(1) / (v**2).mean(1)
    slow = ~repeats & (lag > 0.5)
    assert repeats.mean() == pytest.approx(1 / 3, abs=0.03)
    assert slow.mean() == pytest.approx(1 / 3, abs=0.03)
    assert np.mean(lag[slow]) == pytest.approx(PERSISTENCE, abs=0.05)
    assert v[slow].std() == pytest.approx(0.25 / np.sqrt(1 - 0.92**2), rel=0.05)
    assert v[:, 0].std() == pytest.approx(v[:, -1].std(), rel=0.1)
    pieces = np.array(
        [len(run) for row in v[repeats][:200, :-12] for run in np.split(row, np.flatnonzero(np.diff(row)) + 1)]
    )
    assert pieces.max() == 12
    assert np.median(pieces) == 8


@pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))
def test_a_guess_at_random_is_off_by_chance_and_an_angle_by_itself(task, rng):
    some, other = (task.batch(rng, 20_000, 1, scale=1.0).target for _ in range(2))
    assert np.sqrt(task.error(some, other).mean()) == pytest.approx(task.chance, rel=0.02)
    assert task.error(3 * some, some).max() < 1e-14


def test_the_error_on_so3_is_the_angle_between_attitudes(rng):
    axis = np.array([[1.0, 2.0, -2.0]]) / 3
    pairs = [rotations(angle * axis)[..., :2].swapaxes(1, 2).reshape(1, 6) for angle in (0.0, 1e-5, 2.5)]
    found = [np.sqrt(TASKS["SO3"].error(pair, pairs[0]))[0] for pair in pairs]
    assert found == pytest.approx([0, 1e-5, 2.5], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "width", "count"),
    [("GRU", 16, 994), ("LSTM", 16, 1346), ("orthogonal", 16, 386), ("orthogonal", 32, 1282)],
)
def test_the_baselines_have_the_papers_counts_of_parameters(name, width, count):
    assert models.size_of(build(name, TASKS["S1"], width)) == count


@pytest.mark.parametrize(("name", "twin"), [("GRU", "GRUCell"), ("LSTM", "LSTMCell")])
def test_the_gated_baselines_are_torchs_own_cells(name, twin):
    ours, theirs = build(name, TASKS["S1"], 7), getattr(torch.nn, twin)(1, 7)
    parts = {"weight_ih": ours.drive.weight, "bias_ih": ours.drive.bias, "weight_hh": ours.recurrence.weight}
    theirs.load_state_dict({**parts, "bias_hh": ours.recurrence.bias})
    state, v = torch.randn(3, ours.encoder.out_features), torch.randn(3, 1)
    there = theirs(v, state if name == "GRU" else state.chunk(2, -1))
    assert torch.allclose(ours.step(state, v), there if name == "GRU" else torch.cat(there, -1), atol=1e-6)


def test_the_orthogonal_recurrence_is_orthogonal():
    w = build("orthogonal", TASKS["S1"], 9).double().turn()
    assert torch.allclose(w @ w.T, torch.eye(9, dtype=torch.float64), atol=1e-12)


@pytest.mark.parametrize("module", [models, records, tables])
def test_the_examples_are_true(module):
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted > 0
    assert found.failed == 0


def test_a_stack_computes_what_its_networks_compute():
    task = TASKS["S1"]
    networks = [build("LSTM", task, 5) for _ in range(3)]
    stack, flat = Stack(networks[0]), flattened(networks)
    cue, velocity = torch.randn(3, 2, 2), torch.randn(3, 2, 4, 1)
    together = stack(flat, cue, velocity)
    for r, network in enumerate(networks):
        assert torch.allclose(together[r], network(cue[r], velocity[r]), atol=1e-6)
        assert torch.allclose(stack.network(flat[r])(cue[r], velocity[r]), together[r], atol=1e-6)


PLAN = Plan("GRU", "S1", 4, 8, 12, (Run(0, 1e-2), Run(1, 1e-3, 0.5)), batch=8, validate_every=4)


def test_training_repeats_and_resumes_to_the_same_weights(tmp_path, monkeypatch):
    from neutralmodes_experiments.learned import training

    whole = train(PLAN, tmp_path / "whole")
    monkeypatch.setattr(training, "SAVE_EVERY", 5)

    class Stopped(Exception):
        pass

    def stop(name: str, done: float) -> None:
        if done > 0.6:
            raise Stopped

    with pytest.raises(Stopped):
        train(PLAN, tmp_path / "parts", stop)
    resumed = train(PLAN, tmp_path / "parts")
    assert torch.equal(resumed.flat, whole.flat)
    assert resumed.curve == whole.curve
    assert [step for step, _ in whole.curve] == [0, 4, 8, 12]


def test_a_run_does_not_depend_on_its_neighbours_and_steps_as_adamw_does(tmp_path):
    """The oracle is torch.optim.AdamW on one network alone."""
    from neutralmodes_experiments.learned import training

    found = train(PLAN, tmp_path)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        alone = build("GRU", TASKS["S1"], 4)
    optimizer = torch.optim.AdamW(alone.parameters(), lr=1e-3, weight_decay=1e-5)
    for step in range(PLAN.steps):
        cue, velocity, target = (part[1] for part in training._batches(PLAN, training.TRAINING, step, 8))
        optimizer.zero_grad()
        (alone(cue, velocity) - target).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(alone.parameters(), 1.0)
        optimizer.step()
    assert torch.allclose(flattened([alone])[0], found.flat[1], atol=1e-5)


def test_validation_stays_inside_the_training_regime():
    from neutralmodes_experiments.learned import training

    cue, velocity, _ = training._batches(PLAN, training.VALIDATION, 0, 64)
    phase = torch.atan2(cue[1, :, 1], cue[1, :, 0])
    assert velocity.shape[2] == PLAN.horizon
    assert phase.abs().max() <= 0.5
    assert not torch.equal(velocity[:, :8], training._batches(PLAN, training.TRAINING, 0, 8)[1])


def test_a_record_has_its_rows_and_its_weights_back(tmp_path: Path):
    plan = Plan("still", "S1", 16, 8, 2, (Run(0, 1e-3),), batch=8, keep=True)
    made = records.record(plan, tmp_path, sequences=8)
    again = records.record(plan, tmp_path)
    assert made == again
    assert len(made["rows"]) == len(records.HORIZONS) * len(records.SPEEDS)
    assert torch.equal(records.weights(again).float(), train(plan, tmp_path).best)


def test_the_paper_protocol_has_120_runs_and_1920_rows():
    plans = [studies.paper_plan(name, horizon) for name in studies.COMPARED for horizon in (32, 64)]
    assert sum(len(plan.runs) for plan in plans) == 120
    assert sum(len(plan.runs) for plan in plans) * len(records.HORIZONS) * len(records.SPEEDS) == 1920
    assert len({plan.label for plan in plans}) == 10


def test_the_cells_beyond_the_circle_are_equivariant_and_a_broken_one_is_not():
    torch.manual_seed(0)
    turn = torch.from_numpy(rotations(np.array([0.3, 1.0, -2.0])))
    cases = {RotationCell(): turn, TorusCell(2): torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)}
    for cell, element in cases.items():
        cell.double()
        split = cell.vectors * cell.space
        state, velocity = torch.randn(5, split + 16).double(), torch.randn(5, cell.update.in_features - 16).double()
        velocity = velocity[:, : cell.input_gain.numel()]

        def act(x, element=element, cell=cell, split=split):
            moved = x[:, :split].unflatten(-1, (cell.vectors, cell.space)) @ element.T
            return torch.cat([moved.flatten(-2), x[:, split:]], -1)

        assert torch.allclose(cell.step(act(state), velocity), act(cell.step(state, velocity)), atol=1e-13)
        assert not torch.allclose(cell.step(2 * state, velocity), 2 * cell.step(state, velocity), atol=1e-3)


def test_the_still_cell_rests_without_input_and_the_free_one_turns():
    still, free = EquivariantCell(still=True, seed=3), EquivariantCell(seed=3)
    assert symmetry.neutrality(still).turning == 0
    turning = symmetry.neutrality(free)
    assert abs(turning.turning) > 1e-5
    assert abs(turning.exponent) < 1e-8
    assert turning.angle < 1e-6


def test_a_broken_cell_has_neither_a_small_error_nor_a_zero_exponent():
    broken = EquivariantCell(seed=3, broken=0.02)
    assert symmetry.equivariance_error(broken, torch.float64) > 5e-4
    assert abs(symmetry.neutrality(broken).exponent) > 1e-3
    assert symmetry.equivariance_error(EquivariantCell(seed=3), torch.float64) < 1e-15
    assert symmetry.equivariance_error(EquivariantCell(seed=3), torch.float32) < 1.2e-7


def test_lifetimes_follow_the_drift_law_with_and_without_turning():
    """The oracle for the still cell is a closed form: theta' = -eps sin 2 theta."""
    for life in lifetimes.lifetimes([EquivariantCell(still=True, seed=1)], (1e-2, 6e-2))[0]:
        exact = np.log(np.tan(0.35) / np.tan(0.15)) / (2 * life.size)
        assert life.drift_law == pytest.approx(exact, rel=1e-9)
        assert life.measured == pytest.approx(exact, rel=0.01)
        assert life.linear == pytest.approx(-np.log(1 - 0.2 / 0.35) / (2 * life.size), rel=1e-6)
    ((life,),) = lifetimes.lifetimes([EquivariantCell(seed=1)], (6e-2,))
    assert life.measured == pytest.approx(life.drift_law, rel=0.01)


def test_the_flow_of_the_cell_lives_as_long_by_the_librarys_own_drift_law():
    cell = symmetry.frozen(EquivariantCell(still=True, hidden=2, width=3, seed=1))
    x, y, *h = sp.symbols("x y h1 h2", real=True)
    seen = sp.Matrix([x**2 + y**2, *h, 0])
    mixed = (_exact(cell.mix.weight) * seen + _exact(cell.mix.bias)).applyfunc(sp.tanh)
    radial = (_exact(cell.gains.weight) * mixed + _exact(cell.gains.bias))[0]
    a = _exact(cell.alpha)[0] * (1 - seen[0] + sp.tanh(radial) / 4)
    targets = (_exact(cell.update.weight) * seen + _exact(cell.update.bias)).applyfunc(sp.tanh)
    rest = [rate * (target - unit) for rate, target, unit in zip(_exact(cell.gamma), targets, h, strict=True)]
    circle = nm.groups.torus([[1]])
    action = (circle + nm.groups.trivial(circle, 2)).on([x, y, *h])
    start = symmetry.settled(cell, lifetimes.PHASE).tolist()
    flow = nm.System("flow", nm.VectorField([x, y, *h], [a * x, a * y, *rest]), action, start=_exact(start))
    found = nm.breaking.lifetime(flow, [x, -y, 0, 0], 1e-2, deviation=lifetimes.DEVIATION)
    ((ours,),) = lifetimes.lifetimes([cell], (1e-2,))
    assert ours.drift_law == pytest.approx(found.drift_law, rel=1e-6)
    assert ours.linear == pytest.approx(found.linear, rel=1e-6)
    assert ours.measured == pytest.approx(found.measured, rel=2e-3)  # a step of 0.1 and a flow


def _exact(values: object) -> sp.Matrix:
    return sp.Matrix(np.atleast_1d(np.asarray(values))).applyfunc(lambda v: sp.Rational(*float(v).as_integer_ratio()))


def test_a_lifetime_that_never_ends_is_infinite():
    cells = [EquivariantCell(still=True, seed=seed) for seed in (1, 2)]
    assert lifetimes.measured(cells, (1e-4,), cap=20) == [[float("inf")]] * 2
    assert lifetimes.law(0.0, lambda theta: np.sin(2 * (theta - 0.3)), 1e-2) < np.inf
    assert lifetimes.law(0.0, lambda theta: -np.sin(2 * (theta - 0.3)), 1e-2) == np.inf


def test_wrong_numbers_are_noticed_by_the_tables():
    """Mutants: the broken cell's errors in the exact row, a drift law off by 2 %, task errors above the paper's."""
    good, bad = [0, 8e-8, 1e-16, 1e-12, 1e-5, 0, 0, 0, 0.9], [0, 1.5e-3, 1.5e-3, 0.02, 0.02, 0.4, 0.1, 0, 0.9]
    rows = {"exact": good, "broken": bad}
    table = tables.symmetry({name: {"columns": SYMMETRY, "rows": [row]} for name, row in rows.items()})
    assert all(check["met"] for check in table["checks"])
    swapped = {"exact": bad, "broken": good}
    table = tables.symmetry({name: {"columns": SYMMETRY, "rows": [row]} for name, row in swapped.items()})
    assert not any(check["met"] for check in table["checks"])

    lives = {"rows": [[0, 1e-2, 44.0, 44.1, 42.4], [0, 1e-4, None, 4409.0, 4236.0]]}
    assert all(check["met"] for check in tables.lifetimes("still", lives)["checks"])
    for wrong in (1.02 * 44.1, None):
        late = copy.deepcopy(lives)
        late["rows"][0][3] = wrong
        assert not any(check["met"] for check in tables.lifetimes("still", late)["checks"])

    rows = [
        [0, 3e-3, spread, h, s, 0.02]
        for spread in (studies.FULL, studies.RESTRICTED)
        for h in (128, 256)
        for s in (0.8, 1.8)
    ]
    found = {("equivariant", 32): {"columns": records.COLUMNS, "rows": rows, "parameters": 996}}
    assert all(check["met"] for check in tables.paper(found)["checks"])
    for row in rows:
        row[-1] = 0.3
    assert not any(check["met"] for check in tables.paper(found)["checks"])


def test_a_baseline_of_another_size_and_a_cell_above_the_papers_error_are_noticed():
    rows = [[0, 2e-3, studies.FULL, h, s, 0.02] for h in (128, 256) for s in (0.8, 1.8)]
    rows += [[*row[:2], studies.RESTRICTED, *row[3:]] for row in rows]
    found = {(name, 32): {"columns": records.COLUMNS, "rows": rows} for name in ("equivariant", studies.MATCHED)}
    for count, met in ((1282, True), (1010, False)):
        sized = {key: one | {"parameters": 996 if key[0] == "equivariant" else count} for key, one in found.items()}
        assert [check["met"] for check in tables.paper(sized)["checks"]] == [True, True, True, met]
    for error, met in ((0.25, True), (0.26, False)):
        one = {"columns": records.COLUMNS, "rows": [[*row[:-1], error] for row in rows], "parameters": 996}
        pair = (one | {"plan": {"steps": 500}},) * 2
        assert [check["met"] for check in tables.longer({"equivariant": pair})["checks"]] == [met]


def test_every_network_of_the_fair_study_has_the_same_steps_rates_and_data():
    plans = [studies.fair_plan(name) for name in studies.FAIR]
    restricted = [studies.restricted_plan(plan, 1e-2) for plan in plans]
    for group in (plans, restricted):
        assert len({(p.steps, p.runs, p.batch, p.horizon, p.cosine, p.validate_every) for p in group}) == 1
    assert "equivariant" in studies.FAIR
    longer = [studies.longer_plan(name, 64) for name in ("GRU", "orthogonal", "equivariant")]
    assert [(p.width, p.steps, len(p.runs)) for p in longer] == [(32, 500, 6), (32, 500, 6), (16, 500, 6)]


@pytest.mark.slow
def test_the_quick_reproduction_meets_its_checks():
    for table in reproduce(quick=True):
        assert all(check["met"] for check in table["checks"]), table
