import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '#app/records/run';
import { readOnnx } from '#main/engine/onnx/read';
import { checkpointFolder, openKeeper } from '#main/jobs/checkpoint';
import { closeModels } from '#main/jobs/models';
import { rooms } from '#main/jobs/rooms';
import { type ClassifierOptions, classifier, greedy, withWeightsOutside } from '#test/foreign/models';
import { makeProject, makeRun, perform, type TestProject } from '#test/jobs/project';

let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const file = async (name: string, bytes: Uint8Array) => {
  const path = join(project.root, name);
  await writeFile(path, bytes);
  return path;
};
const imported = async (path: string, config: Run['config'] = {}) =>
  perform('model.import', { folders: project.folders, path, dataset: project.dataset, config }, { rooms }).done;

/** A run as the calls record it. */
async function runOf(id: string, bytes: Uint8Array, config: Run['config'] = {}): Promise<Run> {
  const found = await imported(await file(`${id}.onnx`, bytes), config);
  const run = makeRun(project, { id, recipe: 'onnx-model', status: 'finished', steps: 0, batchSize: found.batchSize });
  const origin = { run: id, recipe: 'onnx-model', config: found.config, seed: 1, dataset: project.dataset.hash };
  const keeper = await openKeeper(checkpointFolder(project.folders.checkpoints, id), origin, 0);
  await keeper.save(new Map(), { step: 0, seconds: 0, metrics: {}, validated: 0 }, { best: true, milestone: false });
  return { ...run, config: found.config };
}
const apply = async (run: Run, head = 'embed', more = {}) => {
  const ask = {
    folders: project.folders,
    model: { run, dataset: project.dataset },
    head,
    split: 'test' as const,
    config: {},
  };
  return perform('apply', { ...ask, ...more }, { rooms }).done;
};
const rows = ({ values }: { values: unknown[] }) =>
  (values as { embedding: number[] }[]).map(({ embedding }) => embedding);

describe('looking at a file', () => {
  it('tells what it has and how it would be used on the data', async () => {
    const path = await file('look.onnx', classifier({ channels: 3, side: 16, layout: 'NHWC' }));
    const { done } = perform('model.inspect', { path, dataset: project.dataset }, { rooms });
    expect(await done).toMatchObject({
      name: 'look',
      opset: 13,
      producer: 'someone',
      values: ['first', 'map', 'active', 'features', 'scores', 'classes'],
      config: {
        input: 'data',
        layout: 'NHWC',
        inputChannels: 3,
        inputHeight: 16,
        output: 'features',
        answer: 'classes',
      },
    });
  });
});

describe('an imported network', () => {
  it.each<[string, ClassifierOptions]>([
    ['any number of pictures at once', {}],
    ['one picture at a time', { batch: 1 }],
    ['four at a time', { batch: 4 }],
    ['one at a time though it says any', { rows: 1 }],
    ['another size, colours and channels last', { side: 12, channels: 3, layout: 'NHWC' }],
  ])('that takes %s is applied to all items of a split', async (name, how) => {
    const id = `r-${name.replaceAll(/\W/g, '')}`;
    const { shape, count, values } = await apply(await runOf(id, classifier(how)));
    const side = how.side ?? 8;
    expect({ shape, count }).toEqual({ shape: [4 * side * side], count: 20 });
    expect(new Set(rows({ values }).map((row) => row.join())).size).toBeGreaterThan(15); // not one for all
  });

  it('gives the same numbers for a picture whatever else is in the batch', async () => {
    const [any, one, four] = [
      await runOf('r-any', classifier()),
      await runOf('r-one', classifier({ batch: 1 })),
      await runOf('r-four', classifier({ batch: 4 })),
    ];
    const wanted = rows(await apply(any));
    for (const run of [one, four])
      rows(await apply(run)).forEach((row, at) =>
        row.forEach((value, i) => expect(value).toBeCloseTo(wanted[at]![i]!, 4)),
      );
  });

  it('is built anew for data of another size', async () => {
    const run = await runOf('r-other', classifier());
    const other = await makeProject({ count: 20 });
    const dataset = { ...other.dataset, image: { height: 4, width: 16, channels: 1 as const }, hash: 'another' };
    const ask = { folders: { ...project.folders, objects: other.folders.objects }, head: 'embed', config: {} };
    // its file lies in the other project's objects too
    await writeFile(join(other.folders.objects, String(run.config['model'])), classifier());
    const { count } = await perform('apply', { ...ask, model: { run, dataset }, split: 'test' }, { rooms }).done;
    expect(count).toBe(4);
    await closeModels();
    await other.remove();
  });

  it('is measured by linear probe and nearest neighbours beside raw pixels and itself with shuffled weights', async () => {
    const run = await runOf('r-measured', classifier());
    for (const evaluation of ['linear-probe', 'knn']) {
      const model = { run, dataset: project.dataset };
      const ask = {
        folders: project.folders,
        model,
        evaluation,
        data: project.dataset,
        split: 'test' as const,
        config: {},
      };
      const { figures, n } = await perform('evaluate', ask, { rooms }).done;
      expect(n).toBe(20);
      expect(figures['accuracy']).toBeGreaterThan(0.5);
      expect(figures['accuracy_random_init']).toBeGreaterThan(0);
    }
  });

  it('is exported with what it needs in front of it', async () => {
    const run = await runOf('r-exported', classifier());
    const to = join(project.root, 'exported');
    const ask = { folders: project.folders, model: { run, dataset: project.dataset }, to };
    const { files } = await perform('export', ask, { rooms }).done;
    expect((await readdir(to)).sort()).toEqual(['embed.onnx', 'predict.onnx', 'pretext.json', 'weights.safetensors']);
    expect(files).toHaveLength(4);
  });

  it('keeps the file that was imported, weights beside it taken in', async () => {
    const { file: bytes, beside } = withWeightsOutside('w.bin');
    await file('w.bin', beside);
    const { config } = await imported(await file('outside.onnx', bytes), {});
    const kept = join(project.folders.objects, String(config['model']));
    expect(readOnnx(await readFile(kept)).parameters).toBe(192);
    await file('w.bin', beside.subarray(0, 100));
    await expect(imported(join(project.root, 'outside.onnx'))).rejects.toThrow('w.bin, which has only 100');
  });
});

describe('what cannot be used is refused with the name of the file and the cause', () => {
  it.each<[string, Uint8Array, Run['config'], string]>([
    ['damaged', classifier().subarray(0, 900), {}, 'it is not an ONNX model, or it is damaged'],
    ['greedy', greedy(), {}, 'ONNX Runtime cannot run it'],
    ['colours', classifier({ channels: 7 }), {}, 'is not a picture of 1 or 3 channels'],
    ['settings', classifier(), { rnage: 'byte' }, 'rnage is not a setting of this recipe; did you mean range?'],
    ['value', classifier(), { output: 'nope' }, 'computes no value “nope”'],
    ['mean', classifier(), { mean: '1, 2' }, "mean must be one number, or 1 for its channels, got '1, 2'"],
    ['deviation', classifier(), { deviation: '0' }, 'deviation must be above 0'],
  ])('%s', async (name, bytes, config, cause) => {
    const path = await file(`bad-${name}.onnx`, bytes);
    await expect(imported(path, config)).rejects.toThrow(cause);
    await expect(imported(path, config)).rejects.toThrow(path);
  });

  it('a file that is not there', async () => {
    await expect(imported(join(project.root, 'none.onnx'))).rejects.toThrow('there is no such file');
  });
});
