/** The keys of the generator's explorer: registered while it is open, listed always. */
export const generatorKeys = {
  another: { keys: ['R'], label: 'Another 64 samples' },
} as const;
