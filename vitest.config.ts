import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const alias = {
  '#app': resolve('app'),
  '#main': resolve('main'),
  '#renderer': resolve('renderer'),
  '#test': resolve('test/support'),
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['test/{app,main,bench}/**/*.test.ts'], testTimeout: 60_000, pool: 'forks' },
      },
      {
        plugins: [svelte()],
        resolve: { alias, conditions: ['browser'] },
        test: { name: 'component', include: ['test/renderer/**/*.test.ts'], environment: 'happy-dom' },
      },
      {
        resolve: { alias },
        test: {
          name: 'product', // what needs the build: the command line and the tour
          include: ['test/product/**/*.test.ts', 'test/tour.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e', // drives the real window
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
