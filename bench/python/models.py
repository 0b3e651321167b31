"""The networks of the workloads, in the operations that each engine gives (`o`); ../models.ts has the same for JavaScript.

That each is the network Pretext trains is checked in every run: from the same weights, the losses of the first steps
must agree. `p`: weights by Pretext's names, `f`: one batch, `s`: settings of the workload.

Letters: n items, t places, m rows, w width.
"""


def dense(o, p, f, s):
    h = f["x"]  # [n, 784]
    for layer in range(s["layers"]):
        h = o.linear(h, p[f"{layer}.weight"], p[f"{layer}.bias"])
        if layer < s["layers"] - 1:
            h = o.relu(h)
    return o.mean(o.square(h - f["x"]))


def vq_vae(o, p, f, s):
    def conv(x, name, stride=1, pad=0):
        return o.conv2d(x, p[f"{name}.weight"], p[f"{name}.bias"], stride, pad)

    def up(x, name):
        return o.conv_transpose2d(x, p[f"{name}.weight"], p[f"{name}.bias"], 2, 1)

    h = o.relu(conv(f["x"], "down1", 2, 1))
    h = o.relu(conv(h, "down2", 2, 1))
    h = h + o.relu(conv(h, "residual1", 1, 1))
    z = conv(h, "to")
    rows = o.pixel_rows(z)  # [m, 64]

    codebook = p["codebook"]  # [512, 64]
    q = o.take(codebook, o.nearest(rows, codebook))
    codebook_loss = o.mean(o.square(q - o.stop_gradient(rows)))
    commitment = o.mean(o.square(rows - o.stop_gradient(q)))

    y = o.pixel_image(rows + o.stop_gradient(q - rows), z)
    y = o.relu(conv(y, "from", 1, 1))
    y = y + o.relu(conv(y, "residual2", 1, 1))
    y = up(o.relu(up(y, "up1")), "up2")
    return o.mean(o.square(y - f["x"])) + codebook_loss + s["commitment"] * commitment


def transformer(o, p, f, s):
    """BERT (post-norm, covered tokens) or GPT-2 (pre-norm, causal, every next token)."""
    causal, heads = s["causal"], s["heads"]
    epsilon = 1e-5 if causal else 1e-12

    def linear(x, name):
        return o.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    def norm(x, name):
        return o.layer_norm(x, p[f"{name}.gain"], p[f"{name}.bias"], epsilon)

    def attend(x, name):
        q, k, v = (linear(x, f"{name}.{part}") for part in ("query", "key", "value"))
        return linear(o.attention(q, k, v, heads, causal), f"{name}.output")

    def feed_forward(x, name):
        inner = linear(x, f"{name}.in")
        return linear(o.gelu_tanh(inner) if causal else o.gelu(inner), f"{name}.out")

    table = p["embeddings.token"]
    x = o.take(table, f["tokens"]) + p["embeddings.position"]  # [n, t, w]
    if not causal:
        x = norm(x, "embeddings.norm")
    stack = "decoder" if causal else "encoder"
    for layer in range(s["layers"]):
        for name, part in (("attention", attend), ("feedForward", feed_forward)):
            at = f"{stack}.layers.{layer}.{name}"
            x = x + part(norm(x, f"{at}.norm"), at) if causal else norm(x + part(x, at), f"{at}.norm")
    width = x.shape[-1]
    if causal:
        rows = o.reshape(norm(x, f"{stack}.norm"), (-1, width))
        return o.cross_entropy(o.matmul_transposed(rows, table), o.reshape(f["labels"], (-1,)))
    rows = o.take(o.reshape(x, (-1, width)), f["places"])  # [15 % of n · t, w]
    inner = norm(o.gelu(linear(rows, "head.dense")), "head.norm")
    return o.cross_entropy(o.matmul_transposed(inner, table) + p["head.bias"], f["labels"])


def simclr(o, p, f, s):
    def part(x, name, stride=1, pad=0):
        y = o.conv2d(x, p[f"{name}.weight"], None, stride, pad)
        return o.batch_norm(y, p[f"{name}Norm.gain"], p[f"{name}Norm.bias"], 1e-5)

    def linear(x, name):
        return o.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    h = o.relu(part(f["views"], "stem", 1, 1))
    for block in range(s["blocks"]):
        at = f"blocks.{block}"
        inner = o.relu(part(h, f"{at}.first", 2, 1))
        h = o.relu(part(inner, f"{at}.second", 1, 1) + part(h, f"{at}.past", 2))
    z = o.unit_rows(linear(o.relu(linear(o.pixel_mean(h), "hidden")), "out"))  # [2n, 128]
    return o.cross_entropy(o.matmul_transposed(z, z) / s["temperature"] + f["self"], f["partners"])


def voice(o, p, f, s):
    def conv(x, name, pad=0):
        return o.conv1d(x, p[f"{name}.weight"], p[f"{name}.bias"], pad)

    def blocks(x, name):
        for block in range(s["blocks"]):
            x = x + o.relu(o.instance_norm(conv(x, f"{name}.{block}", 2), 1e-5))
        return x

    content = conv(blocks(o.relu(conv(f["mel"], "in", 2)), "encoder"), "content")
    speaker = o.take(p["speaker"], f["speakers"])  # [n, 256]
    y = o.relu(o.add_to_frames(conv(content, "from", 2), speaker))
    return o.mean(o.square(conv(blocks(y, "decoder"), "out") - f["mel"]))


MODELS = {"dense": dense, "vqVae": vq_vae, "transformer": transformer, "simclr": simclr, "conv1d": voice}
