"""The process of one Python contestant: builds and steps when asked, measures itself, ends with its stdin.

It speaks what ../protocol.ts describes: one JSON object a line. An engine gives `title`, `threads`, `build(fixture)` and,
where it has a profiler, `profile(run, steps)`; `build` returns a function that does one training step and returns the
loss before the update.
"""

import json
import os
import sys
import time

import numpy as np

KIB = 1024


class Fixture:
    """Start weights, data and settings, as ../write-fixture.ts wrote them."""

    def __init__(self, folder):
        with open(os.path.join(folder, "fixture.json")) as file:
            described = json.load(file)
        self.model = described["model"]
        self.settings = described["settings"]
        self.learning_rate = described["learningRate"]
        data = np.fromfile(os.path.join(folder, "data.bin"), np.uint8)
        self.weights = {array["name"]: _view(data, array) for array in described["weights"]}
        self.feeds = {array["name"]: _view(data, array) for array in described["feeds"]}


def _view(data, array):
    dtype = np.dtype(array["dtype"])
    count = int(np.prod(array["shape"], dtype=np.int64))
    start = array["at"]
    return data[start : start + count * dtype.itemsize].view(dtype).reshape(array["shape"])


def channels_last(arrays):
    """Images and kernels with the channels last, for engines that want them so: [n, c, h, w] and [out, in, kh, kw]."""
    orders = {"feeds": {4: (0, 2, 3, 1), 3: (0, 2, 1)}, "weights": {4: (2, 3, 1, 0), 3: (2, 1, 0)}}

    def moved(kind, value):
        order = orders[kind].get(value.ndim) if value.dtype == np.float32 else None
        return np.ascontiguousarray(value.transpose(order)) if order else value

    return {kind: {name: moved(kind, value) for name, value in values.items()} for kind, values in arrays.items()}


def _status(field):
    """Bytes of a field of /proc/self/status; None where there is no such file."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * KIB
    except OSError:
        pass
    return None


def peak_memory():
    """The most that was resident at one time, bytes."""
    found = _status("VmHWM")
    if found is not None:
        return found
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KIB


class Contestant:
    def __init__(self, load):
        self.load = load
        self.engine = None
        self.step = None

    def hello(self, _):
        self.engine = self.load(sys.argv[1], int(sys.argv[2]))
        idle = _status("VmRSS") or peak_memory()
        return {"title": self.engine.title, "threads": self.engine.threads, "idle": idle}

    def build(self, question):
        fixture = Fixture(question["fixture"])
        start = time.perf_counter()
        self.step = self.engine.build(fixture)
        built = time.perf_counter()
        loss = self.step()
        first = time.perf_counter()
        return {"build": (built - start) * 1000, "first": (first - built) * 1000, "loss": loss}

    def run_steps(self, question):
        own, start = time.process_time(), time.perf_counter()
        losses = [self.step() for _ in range(question["steps"])]
        wall = (time.perf_counter() - start) * 1000
        return {"wall": wall, "cpu": (time.process_time() - own) * 1000, "losses": losses}

    def memory(self, _):
        return {"peak": peak_memory()}

    def profile(self, question):
        if not hasattr(self.engine, "profile"):
            raise NotImplementedError("profile: no profiler is wired up for this engine")
        return {"rows": self.engine.profile(self.step, question["steps"])}


def main(load):
    """`load(device, threads)` imports the engine, so that a missing one is an answer and no crash."""
    contestant = Contestant(load)
    calls = {
        "hello": contestant.hello,
        "build": contestant.build,
        "step": contestant.run_steps,
        "memory": contestant.memory,
        "profile": contestant.profile,
    }
    # What libraries print is no answer.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = calls[question["call"]](question)
        except Exception as error:  # whatever an engine cannot do is its answer
            text = str(error).strip()
            answer = {"error": text.splitlines()[0] if text else type(error).__name__}
        print(json.dumps(answer), file=replies, flush=True)
