"""Makes test/fixtures/pretrained and every-type.safetensors: tiny random checkpoints of each family as transformers saves them, with what
transformers computes from them. Run by hand when a family is added; the tests only read what it wrote.

    python scripts/pretrained-fixtures.py      (needs torch, transformers, tokenizers and safetensors)
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (
    AlbertConfig, AlbertForMaskedLM, BertConfig, BertForPreTraining, DistilBertConfig, DistilBertForMaskedLM,
    ElectraConfig, ElectraForPreTraining, GPT2Config, GPT2LMHeadModel, RobertaConfig, RobertaForMaskedLM,
)

out = Path(__file__).parent.parent / "test" / "fixtures" / "pretrained"
VOCABULARY, LENGTH = 32, 7
small = dict(vocab_size=VOCABULARY, max_position_embeddings=14, attn_implementation="eager")
bert_like = dict(small, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)

models = {
    # hidden 16 for the two that matter most
    "bert": BertForPreTraining(BertConfig(**dict(bert_like, hidden_size=16, intermediate_size=24))),
    "gpt2": GPT2LMHeadModel(GPT2Config(vocab_size=VOCABULARY, n_positions=14, n_embd=16, n_layer=2, n_head=2, n_inner=24,
                                       bos_token_id=0, eos_token_id=0, attn_implementation="eager")),
    "roberta": RobertaForMaskedLM(RobertaConfig(**dict(bert_like, layer_norm_eps=1e-5, pad_token_id=1))),
    "distilbert": DistilBertForMaskedLM(DistilBertConfig(**small, dim=8, n_layers=2, n_heads=2, hidden_dim=12)),
    "albert": AlbertForMaskedLM(AlbertConfig(**dict(bert_like, embedding_size=6))),
    "electra": ElectraForPreTraining(ElectraConfig(**dict(bert_like, embedding_size=6))),
}

for name, model in models.items():
    generator = torch.Generator().manual_seed(len(name))
    with torch.no_grad():  # start values are all but zero: these let every part of the network be seen in its output
        for key, value in model.named_parameters():
            is_gain = value.ndim == 1 and key.endswith("weight")
            value.copy_(torch.randn(value.shape, generator=generator) * (0.3 if value.ndim > 1 else 0.2) + (1.0 if is_gain else 0.0))
    model.eval()
    folder = out / name
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)

    tokens = torch.randint(2, VOCABULARY, (2, LENGTH), generator=generator)
    mask = torch.ones_like(tokens)
    mask[1, 5:] = 0
    if name == "roberta":
        tokens[1, 5:] = 1  # it finds positions by counting what is not padding
    segments = torch.zeros_like(tokens)
    asked = dict(input_ids=tokens, attention_mask=mask, output_hidden_states=True)
    if name in ("bert", "albert", "electra"):
        segments[:, 3:] = 1
        asked["token_type_ids"] = segments
    with torch.no_grad():
        result = model(**asked)
    expected = {
        "tokens": tokens.int(), "mask": mask.int(), "segments": segments.int(),
        "hidden": result.hidden_states[-1].contiguous(),
    }
    logits = getattr(result, "prediction_logits", None)
    expected["logits"] = (result.logits if logits is None else logits).contiguous()
    if name == "bert":
        with torch.no_grad():
            expected["pooled"] = model.bert(tokens, mask, segments).pooler_output.contiguous()
    save_file(expected, folder / "expected.safetensors")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    print(name, sum(p.numel() for p in model.parameters()), sorted(expected))

# One tensor of every element type, with the values that a conversion may get wrong.
half = torch.tensor([1.0, -0.5, 65504.0, 2.0**-24, 6.1e-05, float("inf"), float("-inf"), float("nan"), -0.0], dtype=torch.float16)
brain = torch.tensor([1.0, -3.140625, 1e38, 1e-39, float("inf"), float("nan")], dtype=torch.bfloat16)
save_file({
    "f64": torch.tensor([1.5, -2.25e100], dtype=torch.float64), "f16": half, "bf16": brain,
    "i64": torch.tensor([2**62, -(2**63)]), "i32": torch.tensor([-(2**31), 7], dtype=torch.int32),
    "i16": torch.tensor([-32768, 3], dtype=torch.int16), "i8": torch.tensor([-128, 127], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([[True], [False]]),
    "u16": torch.tensor([65535], dtype=torch.uint16), "u32": torch.tensor([2**32 - 1], dtype=torch.uint32),
    "u64": torch.tensor([2**64 - 1], dtype=torch.uint64), "scalar": torch.tensor(0.1), "empty": torch.zeros(0, 4),
}, out.parent / "every-type.safetensors", {"made": "by safetensors"})
