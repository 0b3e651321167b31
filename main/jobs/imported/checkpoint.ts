/** A folder as Hugging Face keeps a model in: config.json and model.safetensors, in one file or in shards with an index. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PretextError } from '#app/contract';
import { type LanguageConfig, type Loaded, languageConfig, loadPretrained } from '#main/nn/pretrained';
import { openSafetensors } from '../safetensors-file';

/** Real ones have a few kB, an index of a thousand tensors 100 kB. */
const largestJson = 20_000_000; // bytes
const mostShards = 1000;

const shardIndex = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) });

export interface PretrainedFolder extends Loaded {
  config: LanguageConfig;
}

/** @throws PretextError that names the file and what is wrong with it */
export async function readPretrained(folder: string): Promise<PretrainedFolder> {
  const path = join(folder, 'config.json');
  const config = wrapped(path, languageConfig, await readJson(path));
  const checkpoint = new Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }>();
  for (const file of await weightFiles(folder)) {
    const tensors = await openSafetensors(join(folder, file));
    try {
      for (const [name, { dtype }] of tensors.tensors)
        if (/^B?F\d+$/.test(dtype)) checkpoint.set(name, await tensors.floats(name)); // position numbers are not weights
    } finally {
      await tensors.close();
    }
  }
  return { config, ...wrapped(folder, () => loadPretrained(config, checkpoint), undefined) };
}

async function weightFiles(folder: string): Promise<string[]> {
  const whole = 'model.safetensors';
  if (await isFile(join(folder, whole))) return [whole];
  const path = join(folder, `${whole}.index.json`);
  if (!(await isFile(path)))
    throw new PretextError(`${folder}: has neither ${whole} nor ${whole}.index.json`, {
      advice: 'Choose the folder that holds config.json and the weights as safetensors.',
    });
  const read = shardIndex.safeParse(await readJson(path));
  if (!read.success)
    throw new PretextError(`${path}: must map each tensor to a .safetensors file beside it`, {
      advice: 'Download it again.',
    });
  const files = [...new Set(Object.values(read.data.weight_map))].sort();
  if (files.length > mostShards) throw new PretextError(`${path}: names ${files.length} files; at most ${mostShards}`);
  return files;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** @throws PretextError when it is missing, too large or not JSON */
export async function readJson(path: string, largest = largestJson): Promise<unknown> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) throw new PretextError(`${path}: there is no such file`, { advice: 'Check the path.' });
  if (size > largest) throw new PretextError(`${path}: has ${size} bytes; at most ${largest} are read`);
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PretextError(`${path}: is not JSON: ${(error as Error).message.slice(0, 200)}`, {
      advice: 'Check that the file is whole, or download it again.',
      cause: error,
    });
  }
}

/** Puts the name of the file in front of a sentence about it. */
function wrapped<A, T>(path: string, read: (from: A) => T, from: A): T {
  try {
    return read(from);
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('internal:')) throw error;
    throw new PretextError(`${path}: ${message}`, {
      advice: 'Check that config.json and the weights are of the same model.',
      cause: error,
    });
  }
}
