/** The keys of the projector: registered while it is open, listed always. */
export const projectorKeys = {
  lasso: { keys: ['L'], label: 'Select with a lasso' },
  box: { keys: ['B'], label: 'Select with a box' },
  pan: { keys: ['V'], label: 'Move the picture' },
  fit: { keys: ['0'], label: 'Fit all points' },
  near: { keys: ['F'], label: 'Select the nearest neighbours of the point in focus' },
  previews: { keys: ['I'], label: 'Show or hide previews' },
  undo: { keys: ['Ctrl Z'], label: 'Undo a selection' },
  redo: { keys: ['Ctrl Shift Z', 'Ctrl Y'], label: 'Redo a selection' },
  none: { keys: ['Ctrl D'], label: 'Select nothing' },
} as const;
