import { describe, expect, it } from 'vitest';
import { recipeDescription } from '#app/records/recipe';
import { recipeOf, recipes } from '#main/recipes';
import { nearest } from '#main/recipes/spelling';

const data = {
  modality: 'image',
  height: 28,
  width: 28,
  channels: 1,
  trainCount: 8000,
  validationCount: 1000,
  variance: 0.1,
} as const;
const vqVae = recipeOf('vq-vae');

it('a recipe that is imported is not built without its file, and says what to do', () => {
  const imported = recipeOf('onnx-model');
  expect(() => imported.build(imported.configure('tiny', {}).config, data)).toThrow(
    'is imported from a file, not trained',
  );
});

describe.each(recipes.map((recipe) => [recipe.description.id, recipe] as const))('%s', (_, recipe) => {
  const { description } = recipe;

  it('describes itself as the contract asks', () => {
    expect(recipeDescription.parse(description)).toEqual(description);
  });

  it('has a reason, a label and a value in every preset for every field', () => {
    for (const field of description.fields) {
      expect(field.reason.length, field.path).toBeGreaterThan(20);
      expect(field.label.length, field.path).toBeGreaterThan(0);
      for (const preset of ['tiny', 'small', 'base'] as const)
        expect(field.presets[preset], field.path).toBe(description.presets[preset][field.path]);
    }
  });

  // A network that is imported is built from its file: test/main/jobs/tasks/model.test.ts.
  const itTrained = it.skipIf(description.imported === true);

  itTrained('every preset and every twin of it stands without issues and builds', () => {
    for (const preset of ['tiny', 'small', 'base'] as const)
      for (const twin of [{ set: {} }, ...description.twins]) {
        const { config, issues } = recipe.configure(preset, twin.set);
        expect(issues).toEqual([]);
        expect(recipe.build(config, data).steps).toBe(config['steps']);
      }
  });

  it('every twin changes something that its preset does not have already', () => {
    for (const { id, set } of description.twins)
      expect(recipe.configure('tiny', set).config, id).not.toEqual(recipe.configure('tiny', {}).config);
  });

  it('`when` of a field names another field and one of its values', () => {
    for (const { path, when } of description.fields) {
      if (!when) continue;
      const other = description.fields.find((field) => field.path === when.path);
      expect(other, `${path} depends on ${when.path}`).toBeDefined();
      if (other!.kind === 'choice') expect(other!.choices!.map(({ value }) => value)).toContain(when.is);
      else expect(when.is).toBeTypeOf('boolean');
    }
  });

  itTrained('builds the heads that it promises', () => {
    const system = recipe.build(recipe.configure('tiny', {}).config, data);
    expect(Object.keys(system.heads)).toEqual(expect.arrayContaining(description.heads));
  });

  itTrained('its plan counts exactly the parameters that training has', () => {
    const choices = description.fields.flatMap(({ path, kind, choices }) =>
      kind === 'choice' ? choices!.map(({ value }) => ({ [path]: value })) : [],
    );
    for (const changes of choices) {
      const system = recipe.build(recipe.configure('tiny', changes).config, data);
      const { plan } = system;
      const sum = (counted: { parameters: number }[]) => counted.reduce((all, { parameters }) => all + parameters, 0);
      expect(plan.parameters).toBe(system.program('cpu').parameterCount);
      expect(sum(plan.parts)).toBe(plan.parameters);
      expect(sum(plan.blocks)).toBe(plan.parameters);
      expect(plan.flopsPerItem).toBeGreaterThan(2 * plan.parameters);
    }
  });
});

it('a plan counts a codebook of running averages as numbers kept, one of gradients as parameters', () => {
  const data = {
    modality: 'image',
    height: 28,
    width: 28,
    channels: 1,
    trainCount: 640,
    validationCount: 64,
    variance: 0.1,
  } as const;
  const codebook = (codebookLearning: string) => {
    const { config } = vqVae.configure('tiny', { codebookLearning });
    return vqVae.build(config, data).plan.parts.find(({ name }) => name === 'codebook');
  };
  // Sums [K, D] and counts [K] of the averages; vectors [K, D] alone where a gradient moves them.
  expect(codebook('ema')).toEqual({ name: 'codebook', parameters: 0, kept: 128 * 16 + 128 });
  expect(codebook('gradient')).toEqual({ name: 'codebook', parameters: 128 * 16 });
});

describe('settings', () => {
  it('are defaults, over them the preset, over that the changes', () => {
    const { config } = vqVae.configure('tiny', { commitment: 1 });
    expect(config).toMatchObject({ emaDecay: 0.99, codeLength: 16, commitment: 1 });
    expect(vqVae.configure('base', {}).config).toMatchObject({ codebookSize: 512, codeLength: 64, channels: 128 });
  });

  it.each([
    [{ codebookSize: 0 }, 'codebookSize must be an integer from 2 to 8192, got 0; the paper uses 512'],
    [{ codebookSize: 2.5 }, 'codebookSize must be an integer from 2 to 8192, got 2.5; the paper uses 512'],
    [{ codebookSize: '64' }, "codebookSize must be an integer from 2 to 8192, got '64'; the paper uses 512"],
    [{ learningRate: 50 }, 'learningRate must be a number from 1e-7 to 10, got 50; the paper uses 0.0002'],
    [{ restart: 'yes' }, "restart must be true or false, got 'yes'; the paper uses false"],
    [
      { schedule: 'sine' },
      "schedule must be one of 'constant', 'cosine', 'linear', 'inverse-sqrt', 'step', got 'sine'; the default is 'cosine'",
    ],
    [{ codebokSize: 64 }, 'codebokSize is not a setting of this recipe; did you mean codebookSize?'],
    [{ 'codebook-size': 64 }, 'codebook-size is not a setting of this recipe; did you mean codebookSize?'],
  ])('%o: says what must hold, what came and what would do', (changes, message) => {
    const { issues, config } = vqVae.configure('tiny', changes as never);
    expect(issues).toEqual([{ path: Object.keys(changes)[0], message }]);
    expect(config).toEqual(vqVae.configure('tiny', {}).config);
  });

  it('several that cannot stand are all listed, each under its own name', () => {
    const { issues } = vqVae.configure('tiny', { codebookSize: 1, commitment: -1 });
    expect(issues.map(({ path }) => path)).toEqual(['codebookSize', 'commitment']);
  });

  it('a name that is like none gets the list of all', () => {
    const [issue] = vqVae.configure('tiny', { zzzzzzzz: 1 }).issues;
    expect(issue!.message).toContain('the settings are codebookSize, codeLength,');
  });
});

describe('recipeOf', () => {
  it('finds a recipe by its id', () => {
    expect(recipeOf('vq-vae').description.title).toBe('VQ-VAE');
  });
  it.each([
    ['vqvae', 'Did you mean vq-vae?'],
    ['auto-encoder', 'Did you mean autoencoder?'],
  ])('%s: offers the nearest spelling', (id, advice) => {
    expect(() => recipeOf(id)).toThrow(expect.objectContaining({ kind: 'usage', advice }));
  });
  it('something like nothing is answered with all names', () => {
    const ids = recipes.map(({ description }) => description.id).join(', ');
    expect(() => recipeOf('qqqqqqqqqqq')).toThrow(`recipe must be one of ${ids}, got qqqqqqqqqqq`);
  });
});

describe('data that do not fit', () => {
  const build = (change: object) => () => vqVae.build(vqVae.configure('tiny', {}).config, { ...data, ...change });
  it.each([
    [{ height: 30 }, 'vq-vae: height and width must be multiples of 4', 'size 32'],
    [{ trainCount: 10 }, 'must hold at least one batch of 64 items, got 10', 'batchSize to 10 or less'],
    [{ validationCount: 0 }, 'the validation split must hold at least one item', 'share for validation'],
    [{ variance: 0 }, 'must differ somewhere, got a variance of 0', 'same value'],
  ])('%o is refused with what to do', (change, message, advice) => {
    expect(build(change)).toThrow(message);
    expect(build(change)).toThrow(expect.objectContaining({ advice: expect.stringContaining(advice) }));
  });
});

it('the nearest spelling forgives case, hyphens, a swap and a missing letter, but not another word', () => {
  const words = ['codebookSize', 'codeLength', 'channels'];
  expect(nearest('CODEBOOK_SIZE', words)).toBe('codebookSize');
  expect(nearest('chanels', words)).toBe('channels');
  expect(nearest('hcannels', words)).toBe('channels');
  expect(nearest('temperature', words)).toBeUndefined();
});
