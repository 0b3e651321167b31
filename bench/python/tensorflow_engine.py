"""TensorFlow on the CPU: the whole step in one tf.function, with TensorFlow's own fused Adam kernel."""

from contestant import channels_last, main
from models import MODELS

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class TensorFlowEngine:
    def __init__(self, _, threads):
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
        self.tf = tensorflow
        self.threads = threads
        self.title = f"TensorFlow {tensorflow.__version__} CPU"

    def build(self, fixture):
        tf = self.tf
        ops = TensorFlowOps(tf)
        model = MODELS[fixture.model]
        arrays = channels_last({"weights": fixture.weights, "feeds": fixture.feeds})
        feeds = {name: tf.constant(value) for name, value in arrays["feeds"].items()}
        weights = {name: tf.Variable(value) for name, value in arrays["weights"].items()}
        moments = {name: [tf.Variable(tf.zeros_like(value)) for _ in "mv"] for name, value in weights.items()}
        power1, power2 = tf.Variable(1.0), tf.Variable(1.0)

        @tf.function
        def train():
            with tf.GradientTape() as tape:
                loss = model(ops, weights, feeds, fixture.settings)
            gradients = tape.gradient(loss, list(weights.values()))
            power1.assign(power1 * BETA1)
            power2.assign(power2 * BETA2)
            for (name, weight), gradient in zip(weights.items(), gradients):
                first, second = moments[name]
                tf.raw_ops.ResourceApplyAdam(
                    var=weight.handle,
                    m=first.handle,
                    v=second.handle,
                    beta1_power=power1,
                    beta2_power=power2,
                    lr=fixture.learning_rate,
                    beta1=BETA1,
                    beta2=BETA2,
                    # The kernel adds ε before the bias correction of v, Adam's paper after it.
                    epsilon=EPSILON * tf.sqrt(1 - power2),
                    grad=tf.convert_to_tensor(gradient),
                )
            return loss

        return lambda: float(train())


class TensorFlowOps:
    """Images are [n, h, w, c] and kernels [kh, kw, in, out]."""

    def __init__(self, tf):
        self.tf = tf
        self.relu = tf.nn.relu
        self.mean = tf.reduce_mean
        self.square = tf.square
        self.reshape = tf.reshape
        self.stop_gradient = tf.stop_gradient
        self.take = tf.gather

    def linear(self, x, weight, bias):
        rows = x if len(x.shape) == 2 else self.tf.reshape(x, (-1, x.shape[-1]))
        y = self.tf.nn.bias_add(self.tf.matmul(rows, weight), bias)
        return y if len(x.shape) == 2 else self.tf.reshape(y, (*x.shape[:-1], weight.shape[1]))

    def matmul_transposed(self, a, b):
        return self.tf.matmul(a, b, transpose_b=True)

    def gelu(self, x):
        return self.tf.nn.gelu(x, approximate=False)

    def gelu_tanh(self, x):
        return self.tf.nn.gelu(x, approximate=True)

    def layer_norm(self, x, gain, bias, epsilon):
        mean, variance = self.tf.nn.moments(x, [-1], keepdims=True)
        return self.tf.nn.batch_normalization(x, mean, variance, bias, gain, epsilon)

    def attention(self, q, k, v, heads, causal):
        tf = self.tf
        n, t, width = q.shape

        def split(x):
            return tf.transpose(tf.reshape(x, (n, t, heads, width // heads)), (0, 2, 1, 3))

        scores = tf.matmul(split(q), split(k), transpose_b=True) * (width // heads) ** -0.5
        if causal:
            scores += (1 - tf.linalg.band_part(tf.ones((t, t)), -1, 0)) * -1e9
        mixed = tf.matmul(tf.nn.softmax(scores), split(v))
        return tf.reshape(tf.transpose(mixed, (0, 2, 1, 3)), (n, t, width))

    def nearest(self, rows, codebook):
        products = self.tf.matmul(rows, codebook, transpose_b=True)
        return self.tf.argmin(self.tf.reduce_sum(self.tf.square(codebook), 1) - 2 * products, 1)

    def cross_entropy(self, logits, labels):
        return self.mean(self.tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))

    def conv2d(self, x, weight, bias, stride, pad):
        padding = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
        y = self.tf.nn.conv2d(x, weight, stride, padding)
        return y if bias is None else self.tf.nn.bias_add(y, bias)

    def conv_transpose2d(self, x, weight, bias, stride, pad):
        n, height, width, _ = x.shape
        kernel, _, out, _ = weight.shape
        shape = (n, *((size - 1) * stride - 2 * pad + kernel for size in (height, width)), out)
        padding = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
        y = self.tf.nn.conv2d_transpose(x, weight, shape, stride, padding)
        return y if bias is None else self.tf.nn.bias_add(y, bias)

    def batch_norm(self, x, gain, bias, epsilon):
        y, *_ = self.tf.compat.v1.nn.fused_batch_norm(x, gain, bias, epsilon=epsilon)
        return y

    def pixel_mean(self, x):
        return self.mean(x, (1, 2))

    def unit_rows(self, x):
        return self.tf.math.l2_normalize(x, 1)

    def conv1d(self, x, weight, bias, pad):
        # SAME adds as much on either side as an odd kernel needs.
        assert pad == weight.shape[0] // 2
        return self.tf.nn.bias_add(self.tf.nn.conv1d(x, weight, 1, "SAME"), bias)

    def instance_norm(self, x, epsilon):
        mean, variance = self.tf.nn.moments(x, [1], keepdims=True)
        return self.tf.nn.batch_normalization(x, mean, variance, None, None, epsilon)

    def add_to_frames(self, x, rows):
        return x + rows[:, None]

    def pixel_rows(self, x):
        return self.tf.reshape(x, (-1, x.shape[-1]))

    def pixel_image(self, rows, like):
        return self.tf.reshape(rows, (*like.shape[:3], rows.shape[-1]))


if __name__ == "__main__":
    main(TensorFlowEngine)
