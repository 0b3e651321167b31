/** The keys of the editor of a code map: registered while it is open, listed always. */
export const editorKeys = {
  paint: { keys: ['B'], label: 'Paint with the chosen code' },
  pick: { keys: ['I'], label: 'Pick a code from the map' },
  replace: { keys: ['A'], label: 'Replace a code everywhere' },
  undo: { keys: ['Ctrl Z'], label: 'Undo painting' },
  redo: { keys: ['Ctrl Shift Z', 'Ctrl Y'], label: 'Redo painting' },
} as const;
