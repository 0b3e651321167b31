/** Pretrained language models in the formats of Hugging Face: sizes, weights by name, and the networks themselves. */
export { type Family, families, type LanguageConfig, languageConfig } from './config';
export { type Checkpoint, type Loaded, loadPretrained } from './load';
export { hiddenStates, type LanguageInputs, summary, tokenLogits } from './model';
