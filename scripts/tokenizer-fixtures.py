"""Makes test/fixtures/tokenizers: tiny tokenizers of each kind as the tokenizers library saves them, with what it makes
of some texts. Run by hand; the tests only read what it wrote.

    python scripts/tokenizer-fixtures.py      (needs tokenizers)
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

out = Path(__file__).parent.parent / "test" / "fixtures" / "tokenizers"
out.mkdir(parents=True, exist_ok=True)

corpus = [
    "The quick brown fox jumps over the lazy dog.", "A model that predicts hidden parts of its input learns from itself.",
    "Masked words, missing patches and future frames are pretexts.", "Don't stop: it's only 3.14 % done, isn't it?",
    "Café naïve résumé über straße", "learning learned learns learner relearn", "  two  spaces\tand a tab\n",
] * 3
texts = [
    "The lazy fox learns.", "don't predict 3.14 unmaskable things!", "Café déjà-vu, ÜBER alles", "日本語 and 🙂 emoji", "", "  spaced   out  ",
    "a [MASK] word", "relearning\nlines",
]

bert = Tokenizer(models.WordPiece(unk_token="[UNK]"))
bert.normalizer = normalizers.BertNormalizer(lowercase=True)
bert.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
bert.decoder = decoders.WordPiece()
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
bert.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=140, special_tokens=special, show_progress=False))
bert.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
    special_tokens=[(name, bert.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
)

gpt2 = Tokenizer(models.BPE())
gpt2.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
gpt2.decoder = decoders.ByteLevel()
gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
gpt2.train_from_iterator(corpus, trainers.BpeTrainer(
    vocab_size=320, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))

for name, tokenizer in (("wordpiece", bert), ("byte-bpe", gpt2)):
    (out / f"{name}.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=True) + "\n")
    cases = []
    for text in texts:
        encoded = tokenizer.encode(text)
        cases.append(dict(text=text, ids=encoded.ids, tokens=encoded.tokens, decoded=tokenizer.decode(encoded.ids)))
    pair = tokenizer.encode("The fox", "a dog")
    expected = dict(cases=cases, pair=dict(ids=pair.ids, types=pair.type_ids))
    (out / f"{name}.expected.json").write_text(json.dumps(expected, ensure_ascii=True, indent=1) + "\n")
    print(name, tokenizer.get_vocab_size())
