"""The compact bilinear operator against its definition."""

import io

import pytest
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

from harness.run.racing import hold
from recipes.st_pyramid.races import ExplicitSketch, find_entries, make_pair
from recipes.st_pyramid.sketch import CompactBilinear


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.mark.parametrize(
    ("channels", "size"),
    [((64, 48), 128), ((24, 16, 20), 64), ((24, 16, 20), 45), ((8, 7, 6, 5), 32)],
    ids=["two", "three", "odd", "four"],
)
def test_it_is_the_sketch_of_the_outer_product(channels, size):
    """To 1e-5 of its norm in float32, for two inputs and more, and for odd sizes."""
    operator = CompactBilinear(channels, size)
    inputs = [torch.randn(3, width, 2, 5) for width in channels]

    expected = ExplicitSketch(operator)(*inputs)

    assert (operator(*inputs) - expected).norm() <= 1e-5 * expected.norm()


def test_at_the_papers_size_it_is_the_sketch_of_the_outer_product():
    """To 1e-5 of its norm in float32, with 1,024 channels and d = 4,096."""
    operator = CompactBilinear((1024, 1024), 4096)
    inputs = [torch.randn(2, 1024).relu() for _ in range(2)]

    expected = ExplicitSketch(operator)(*inputs)

    assert (operator(*inputs) - expected).norm() <= 1e-5 * expected.norm()


@pytest.mark.parametrize("size", [8, 9])
@pytest.mark.parametrize("channels", [(5, 4), (5, 4, 3)])
def test_its_gradient_is_that_of_finite_differences(channels, size):
    """In float64, for each input, even and odd sizes."""
    operator = CompactBilinear(channels, size)
    inputs = [
        torch.randn(2, width, 3, dtype=torch.float64, requires_grad=True) for width in channels
    ]

    assert torch.autograd.gradcheck(operator, inputs)


def test_an_input_without_gradient_gets_none():
    """A frozen stream costs no backward pass; the other's gradient is the same."""
    operator = CompactBilinear((6, 5), 16)
    free, frozen = torch.randn(2, 6, requires_grad=True), torch.randn(2, 5)

    (alone,) = torch.autograd.grad(operator(free, frozen).square().sum(), free)
    both = frozen.clone().requires_grad_()
    together, _ = torch.autograd.grad(operator(free, both).square().sum(), (free, both))

    assert torch.equal(alone, together)


def test_one_tensor_as_two_inputs_gets_both_gradients():
    """A tensor that is fused with itself."""
    operator = CompactBilinear((5, 5), 8)
    x = torch.randn(2, 5, dtype=torch.float64, requires_grad=True)

    assert torch.autograd.gradcheck(lambda x: operator(x, x), x)


def estimate(channels, size, inputs, others, draws):
    """Products of the sketches of two sets of inputs, for as many draws of the hashes."""
    products = []
    for _ in range(draws):
        operator = CompactBilinear(channels, size)
        products.append((operator(*inputs) * operator(*others)).sum())
    return torch.stack(products)


@pytest.mark.parametrize("count", [2, 3])
def test_products_of_sketches_estimate_the_polynomial_kernel(count):
    """Their mean over draws is the product of products, within five standard errors."""
    inputs = [nn.functional.normalize(torch.randn(1, 32)) for _ in range(count)]
    others = [nn.functional.normalize(x + 0.1 * torch.randn(1, 32)) for x in inputs]
    kernel = torch.stack([(x * y).sum() for x, y in zip(inputs, others, strict=True)]).prod()

    products = estimate((32,) * count, 256, inputs, others, draws=400)

    error = products.std() / len(products) ** 0.5
    assert kernel > 0.3
    assert (products.mean() - kernel).abs() < 5 * error


def test_the_error_of_the_estimate_falls_as_one_over_the_root_of_the_size():
    """From d = 64 to d = 1,024 the spread falls to a fourth, give or take a quarter."""
    inputs = [nn.functional.normalize(torch.randn(1, 32)) for _ in range(2)]
    others = [nn.functional.normalize(torch.randn(1, 32)) for _ in range(2)]

    small, large = (estimate((32, 32), d, inputs, others, draws=400).std() for d in (64, 1024))

    assert small / large == pytest.approx(4, rel=0.25)


def test_hashes_are_drawn_anew_for_each_input_and_each_operator():
    """No two are alike, and places cover the whole sketch."""
    first, second = CompactBilinear((512, 512), 64), CompactBilinear((512, 512), 64)

    drawn = [operator.get_buffer(f"place_{i}") for operator in (first, second) for i in (0, 1)]

    for index, place in enumerate(drawn):
        assert place.unique().tolist() == list(range(64))
        assert not any(torch.equal(place, other) for other in drawn[:index])
    assert sorted(first.sign_0.unique().tolist()) == [-1, 1]


def test_hashes_are_saved_and_loaded():
    """A model that is loaded fuses as the one that was saved, to the bit; nothing is learned."""
    saved, loaded = CompactBilinear((6, 5, 4), 16), CompactBilinear((6, 5, 4), 16)
    inputs = [torch.randn(2, width) for width in (6, 5, 4)]
    before = saved(*inputs)
    file = io.BytesIO()
    torch.save(saved.state_dict(), file)
    file.seek(0)

    loaded.load_state_dict(torch.load(file, weights_only=True))

    assert torch.equal(loaded(*inputs), before)
    assert list(saved.parameters()) == []


def test_it_computes_in_float32_under_autocast():
    """The result is that without autocast, to the bit."""
    operator = CompactBilinear((64, 64), 128)
    inputs = [torch.randn(4, 64) for _ in range(2)]

    with torch.autocast("cpu", torch.bfloat16):
        lowered = operator(*inputs)
        halves = operator(*(x.bfloat16() for x in inputs))

    assert torch.equal(lowered, operator(*inputs))
    assert halves.dtype == torch.float32


def test_inputs_of_other_widths_are_refused():
    """Rather than sketched by the first of its hashes."""
    with pytest.raises(ValueError, match=r"expected inputs of \(6, 5\) channels, got \(6, 4\)"):
        CompactBilinear((6, 5), 8)(torch.zeros(1, 6), torch.zeros(1, 4))


def kept(operator, inputs):
    """Bytes that are kept for the backward pass."""
    sizes = []

    def note(x):
        sizes.append(x.nbytes)
        return x

    with saved_tensors_hooks(note, lambda x: x):
        operator(*inputs)
    return sum(sizes)


def test_memory_does_not_grow_with_channels_squared():
    """From 256 to 1,024 channels what is kept stays, where the outer product's grows 16-fold."""
    inputs = {c: [torch.randn(2, c, requires_grad=True) for _ in range(2)] for c in (256, 1024)}
    operators = {c: CompactBilinear((c, c), 1024) for c in inputs}

    ours = {c: kept(operators[c], inputs[c]) for c in inputs}
    explicit = {c: kept(ExplicitSketch(operators[c]), inputs[c]) for c in inputs}

    assert ours[1024] == ours[256]
    assert explicit[1024] > 8 * explicit[256]
    assert ours[1024] < explicit[1024] / 100


@pytest.mark.slow
def test_it_is_three_times_as_fast_as_an_explicit_outer_product():
    """Forward and backward at 1,024 channels with the same d, in turns, the median of each."""
    for entry in find_entries(torch.device("cpu"), 16):
        race = hold(entry, rounds=9, turn_s=0.0)

        assert race.theirs.per_s.median * 3 <= race.ours.per_s.median


def test_both_ways_of_a_race_fuse_the_same():
    """What is raced for speed has equal hashes, and gives equal gradients."""
    operator, explicit = make_pair((6, 5), 16)
    inputs = [torch.randn(3, width, requires_grad=True) for width in (6, 5)]
    slope = torch.randn(3, 16)

    found, expected = (
        torch.autograd.grad(fuse(*inputs), inputs, slope) for fuse in (operator, explicit)
    )

    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
