/**
 * Every head of every recipe, in every kind of network that its settings choose between, leaves the program as an ONNX
 * file that gives the same numbers in plain ONNX Runtime, for any number of items.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Config, ConfigValue, Field } from '#app/records/recipe';
import { openForwardSession, openTrainSession, stream } from '#main/engine';
import { readOnnx } from '#main/engine/onnx/read';
import { arraysOf } from '#main/jobs/forwards';
import { signatureOf } from '#main/jobs/tasks/export';
import { recipes } from '#main/recipes';
import type { DataSpec, Feeds, Head, Recipe, System } from '#main/recipes/recipe';

const data: DataSpec = {
  modality: 'image',
  height: 16,
  width: 16,
  channels: 1,
  trainCount: 64,
  validationCount: 16,
  variance: 0.1,
};
const batches = [1, 2, 7];
const tolerance = 1e-5; // of the larger of 1 and the value

/** Small enough for a test, whatever the recipe calls it; a name that a recipe does not have is left out. */
const small: Config = {
  width: 16,
  channels: 8,
  hiddenLayers: 1,
  bottleneck: 4,
  batchSize: 4,
  codebookSize: 16,
  steps: 10,
  layerSteps: 1,
  dreamSweeps: 2,
  latent: 4,
  layers: 1,
};

/** The tiny preset made smaller, and one configuration for each further choice of each of its settings. */
function variants({ description, configure }: Recipe): [name: string, config: Config][] {
  const { fields } = description;
  const fits = ({ path, min, max }: Field) =>
    path in small && Number(small[path]) >= (min ?? 0) && Number(small[path]) <= (max ?? 1e9);
  const base = Object.fromEntries(fields.filter(fits).map(({ path }) => [path, small[path]!]));
  const choices = fields
    .filter(({ group }) => group !== 'Training')
    .flatMap(({ path, kind, choices = [] }): [string, ConfigValue][] => {
      if (kind === 'boolean')
        return [
          [path, true],
          [path, false],
        ];
      return kind === 'choice' ? choices.map(({ value }) => [path, value]) : [];
    });
  const all: [string, Config][] = [
    ['as it is', base],
    ...choices.map(([path, value]): [string, Config] => [`${path} ${value}`, { ...base, [path]: value }]),
  ];
  return all
    .map(([name, changes]) => [name, configure('tiny', changes)] as const)
    .filter(([, { issues }]) => issues.length === 0)
    .map(([name, { config }]) => [name, config]);
}

function feedsOf(head: Head, { config }: System, count: number): Feeds {
  const random = stream(count).split(head.id);
  if (head.draw) return head.draw(count, random);
  const most = Number(config['codebookSize'] ?? 2);
  return Object.fromEntries(
    Object.entries(head.inputs).map(([name, { dtype, shape }]) => {
      const values = random.split(name).uniform(shape.reduce((size, dim) => size * dim, count));
      return [name, dtype === 'int32' ? Int32Array.from(values, (u) => Math.floor(u * most)) : values];
    }),
  );
}

async function expectSame(head: Head, system: System, values: Awaited<ReturnType<typeof valuesOf>>): Promise<void> {
  const program = head.program('cpu');
  const file = program.bake(arraysOf(values), signatureOf(head));
  const own = await openForwardSession(program, { device: 'cpu', values: arraysOf(values) });
  const plain = await InferenceSession.create(file);
  for (const count of batches) {
    const feeds = feedsOf(head, system, count);
    const tensors = Object.entries(feeds).map(([name, fed]) => {
      const { dtype, shape } = head.inputs[name]!;
      return [name, new Tensor(dtype as 'float32', fed as Float32Array, [count, ...shape])] as const;
    });
    const [inside, outside] = [await own.run(feeds, count), await plain.run(Object.fromEntries(tensors))];
    expect(Object.keys(outside).sort()).toEqual(Object.keys(head.outputs).sort());
    for (const [name, { shape }] of Object.entries(head.outputs)) {
      expect(outside[name]!.dims, `${head.id} ${name}`).toEqual([count, ...shape]);
      const [a, b] = [inside[name]!.data, outside[name]!.data as Float32Array];
      for (let at = 0; at < b.length; at++)
        if (!(Math.abs(Number(a[at]) - b[at]!) <= tolerance * Math.max(1, Math.abs(b[at]!))))
          expect(b[at], `${head.id} ${name}[${at}] of ${count}`).toBeCloseTo(Number(a[at]), 5);
    }
  }
  expectDocumented(head, file);
  await own.close();
  await plain.release();
}

/** The file itself says what goes in and what comes out. */
function expectDocumented({ id, inputs, outputs }: Head, file: Uint8Array): void {
  const { metadata, inputs: fed, outputs: given } = readOnnx(file);
  expect(metadata['head']).toBe(id);
  for (const [kind, wanted, there] of [
    ['input', inputs, fed],
    ['output', outputs, given],
  ] as const) {
    expect(there.map(({ name }) => name).sort()).toEqual(Object.keys(wanted).sort());
    for (const { name, shape } of there) {
      expect(shape[0]).toBe('N');
      expect(metadata[`${kind}.${name}`]).toBe(`${wanted[name]!.dtype} [${shape.join(', ')}]`);
    }
  }
}

async function valuesOf(system: System) {
  const session = await openTrainSession(system.program('cpu'), { device: 'cpu', seed: 3 });
  try {
    return await session.read();
  } finally {
    await session.close();
  }
}

const trained = recipes.filter(({ description }) => !description.imported);
describe.each(trained.map((recipe) => [recipe.description.id, recipe] as const))('%s', (_, recipe) => {
  it.each(variants(recipe))('%s', async (__, config) => {
    const system = recipe.build(config, data);
    const values = await valuesOf(system);
    for (const head of Object.values(system.heads)) await expectSame(head, system, values);
  });
});

it('covers every recipe that is trained here, and more than one network of each that has a choice of them', () => {
  expect(trained.length).toBeGreaterThan(1);
  for (const recipe of trained) {
    const { id, fields } = recipe.description;
    const most = fields.some(({ kind }) => kind === 'choice') ? 1 : 0;
    expect(variants(recipe).length, id).toBeGreaterThan(most);
  }
});
