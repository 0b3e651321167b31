/** The keys of the explorer of latent dimensions: registered while it is open, listed always. */
export const latentKeys = {
  another: { keys: ['R'], label: 'Another item' },
  undo: { keys: ['Ctrl Z'], label: 'Undo a change of the code' },
  redo: { keys: ['Ctrl Shift Z', 'Ctrl Y'], label: 'Redo a change of the code' },
  previous: { keys: ['['], label: 'The dimension before' },
  next: { keys: [']'], label: 'The next dimension' },
} as const;
