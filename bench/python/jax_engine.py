"""JAX on the CPU: the whole step, gradients and Adam included, under jit, with its state donated."""

import os

from contestant import channels_last, main
from models import MODELS

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class JaxEngine:
    def __init__(self, _, threads):
        # XLA takes as many threads as the process may use cores.
        if hasattr(os, "sched_setaffinity") and threads < len(os.sched_getaffinity(0)):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        os.environ["JAX_PLATFORMS"] = "cpu"
        import jax

        self.jax = jax
        self.threads = threads
        self.title = f"JAX {jax.__version__} CPU"

    def build(self, fixture):
        jax, jnp = self.jax, self.jax.numpy
        ops = JaxOps(jax)
        model = MODELS[fixture.model]
        arrays = channels_last({"weights": fixture.weights, "feeds": fixture.feeds})
        feeds = {name: jnp.asarray(value) for name, value in arrays["feeds"].items()}
        weights = {name: jnp.asarray(value) for name, value in arrays["weights"].items()}
        zeros = jax.tree.map(jnp.zeros_like, weights)
        state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.int32))

        def train(state, feeds):
            weights, first, second, count = state
            count = count + 1
            loss, gradients = jax.value_and_grad(lambda p: model(ops, p, feeds, fixture.settings))(weights)
            first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradients)
            second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradients)
            scale1, scale2 = 1 - BETA1**count, 1 - BETA2**count

            def moved(p, m, v):
                return p - fixture.learning_rate * (m / scale1) / (jnp.sqrt(v / scale2) + EPSILON)

            return loss, (jax.tree.map(moved, weights, first, second), first, second, count)

        compiled = jax.jit(train, donate_argnums=0)

        def step():
            nonlocal state
            loss, state = compiled(state, feeds)
            jax.block_until_ready(state)
            return float(loss)

        return step


class JaxOps:
    """Images are [n, h, w, c] and kernels [kh, kw, in, out]."""

    dimensions = ("NHWC", "HWIO", "NHWC")

    def __init__(self, jax):
        self.jax = jax
        self.relu = jax.nn.relu
        self.mean = jax.numpy.mean
        self.square = jax.numpy.square
        self.reshape = jax.numpy.reshape
        self.stop_gradient = jax.lax.stop_gradient

    def linear(self, x, weight, bias):
        return x @ weight + bias

    def matmul_transposed(self, a, b):
        return a @ b.T

    def gelu(self, x):
        return self.jax.nn.gelu(x, approximate=False)

    def gelu_tanh(self, x):
        return self.jax.nn.gelu(x, approximate=True)

    def layer_norm(self, x, gain, bias, epsilon):
        return self._standardized(x, -1, epsilon) * gain + bias

    def attention(self, q, k, v, heads, causal):
        def split(x):
            return x.reshape(x.shape[0], x.shape[1], heads, -1)

        return self.jax.nn.dot_product_attention(split(q), split(k), split(v), is_causal=causal).reshape(q.shape)

    def take(self, table, places):
        return table[places]

    def nearest(self, rows, codebook):
        rows, codebook = self.stop_gradient(rows), self.stop_gradient(codebook)
        return (self.square(codebook).sum(1) - 2 * rows @ codebook.T).argmin(1)

    def cross_entropy(self, logits, labels):
        logs = self.jax.nn.log_softmax(logits)
        return -self.jax.numpy.take_along_axis(logs, labels[:, None], 1).mean()

    def conv2d(self, x, weight, bias, stride, pad):
        padding = [(pad, pad)] * 2
        y = self.jax.lax.conv_general_dilated(
            x, weight, (stride, stride), padding, dimension_numbers=self.dimensions
        )
        return y if bias is None else y + bias

    def conv_transpose2d(self, x, weight, bias, stride, pad):
        edge = weight.shape[0] - 1 - pad  # a convolution over an image with gaps
        y = self.jax.lax.conv_transpose(
            x,
            weight,
            (stride, stride),
            [(edge, edge)] * 2,
            dimension_numbers=self.dimensions,
            transpose_kernel=True,
        )
        return y if bias is None else y + bias

    def _standardized(self, x, axes, epsilon):
        mean = x.mean(axes, keepdims=True)
        variance = self.square(x - mean).mean(axes, keepdims=True)
        return (x - mean) * self.jax.lax.rsqrt(variance + epsilon)

    def batch_norm(self, x, gain, bias, epsilon):
        return self._standardized(x, (0, 1, 2), epsilon) * gain + bias

    def pixel_mean(self, x):
        return x.mean((1, 2))

    def unit_rows(self, x):
        return x * self.jax.lax.rsqrt(self.square(x).sum(1, keepdims=True))

    def conv1d(self, x, weight, bias, pad):
        dimensions = ("NWC", "WIO", "NWC")
        return self.jax.lax.conv_general_dilated(x, weight, (1,), [(pad, pad)], dimension_numbers=dimensions) + bias

    def instance_norm(self, x, epsilon):
        return self._standardized(x, 1, epsilon)

    def add_to_frames(self, x, rows):
        return x + rows[:, None]

    def pixel_rows(self, x):
        return x.reshape(-1, x.shape[-1])

    def pixel_image(self, rows, like):
        return rows.reshape(*like.shape[:3], -1)


if __name__ == "__main__":
    main(JaxEngine)
