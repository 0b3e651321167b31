"""PyTorch, eager, on the CPU or on CUDA: nn.functional, autograd and the fused Adam."""

from contestant import main
from models import MODELS

BETAS, EPSILON = (0.9, 0.999), 1e-8


class TorchEngine:
    def __init__(self, device, threads):
        import torch

        torch.set_num_threads(threads)
        if device == "cuda" and not torch.cuda.is_available():
            raise RuntimeError("PyTorch finds no CUDA device")
        torch.backends.cuda.matmul.allow_tf32 = False  # the others compute in float32
        torch.backends.cudnn.allow_tf32 = False
        self.torch = torch
        self.device = device
        self.threads = torch.get_num_threads()
        self.title = f"PyTorch {torch.__version__.split('+')[0]} {'CUDA' if device == 'cuda' else 'CPU'}"

    def build(self, fixture):
        torch = self.torch
        ops = TorchOps(torch)

        def placed(value):
            tensor = torch.from_numpy(value.copy()).to(self.device)
            # Convolutions are faster with the channels last in memory.
            return tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor

        weights = {name: placed(value).requires_grad_() for name, value in fixture.weights.items()}
        feeds = {name: placed(value) for name, value in fixture.feeds.items()}
        optimizer = torch.optim.Adam(
            list(weights.values()), lr=fixture.learning_rate, betas=BETAS, eps=EPSILON, fused=True
        )
        model = MODELS[fixture.model]

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = model(ops, weights, feeds, fixture.settings)
            loss.backward()
            optimizer.step()
            return loss.item()

        return step

    def profile(self, step, steps):
        from torch.profiler import ProfilerActivity, profile

        with profile(activities=[ProfilerActivity.CPU]) as found:
            for _ in range(steps):
                step()
        events = [event for event in found.key_averages() if event.self_cpu_time_total > 0]
        events.sort(key=lambda event: -event.self_cpu_time_total)
        return [
            {"op": event.key, "calls": event.count // steps, "time": event.self_cpu_time_total / 1000 / steps}
            for event in events
        ]


class TorchOps:
    def __init__(self, torch):
        functional = torch.nn.functional
        self.torch = torch
        self.functional = functional
        self.relu = functional.relu
        self.gelu = functional.gelu
        self.mean = torch.mean
        self.square = torch.square
        self.reshape = torch.reshape
        self.cross_entropy = lambda logits, labels: functional.cross_entropy(logits, labels.long())

    def linear(self, x, weight, bias):
        return self.functional.linear(x, weight.t(), bias)

    def matmul_transposed(self, a, b):
        return a @ b.t()

    def gelu_tanh(self, x):
        return self.functional.gelu(x, approximate="tanh")

    def layer_norm(self, x, gain, bias, epsilon):
        return self.functional.layer_norm(x, gain.shape, gain, bias, epsilon)

    def attention(self, q, k, v, heads, causal):
        def split(x):
            return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)

        mixed = self.functional.scaled_dot_product_attention(split(q), split(k), split(v), is_causal=causal)
        return mixed.transpose(1, 2).reshape(q.shape)

    def take(self, table, places):
        return self.functional.embedding(places, table)

    def stop_gradient(self, x):
        return x.detach()

    def nearest(self, rows, codebook):
        with self.torch.no_grad():
            return (codebook.square().sum(1) - 2 * rows @ codebook.t()).argmin(1)

    def conv2d(self, x, weight, bias, stride, pad):
        return self.functional.conv2d(x, weight, bias, stride, pad)

    def conv_transpose2d(self, x, weight, bias, stride, pad):
        return self.functional.conv_transpose2d(x, weight, bias, stride, pad)

    def batch_norm(self, x, gain, bias, epsilon):
        return self.functional.batch_norm(x, None, None, gain, bias, True, 0.0, epsilon)

    def pixel_mean(self, x):
        return x.mean((2, 3))

    def unit_rows(self, x):
        return self.functional.normalize(x)

    def conv1d(self, x, weight, bias, pad):
        return self.functional.conv1d(x, weight, bias, 1, pad)

    def instance_norm(self, x, epsilon):
        return self.functional.instance_norm(x, eps=epsilon)

    def add_to_frames(self, x, rows):
        return x + rows[:, :, None]

    def pixel_rows(self, x):
        return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])

    def pixel_image(self, rows, like):
        n, _, height, width = like.shape
        return rows.reshape(n, height, width, -1).permute(0, 3, 1, 2)


if __name__ == "__main__":
    main(TorchEngine)
