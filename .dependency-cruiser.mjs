// Who may import whom, as the ground plan says. A room that is not named in `may` of another is out of its reach.
const rooms = {
  'app/(contract|records|format)': ['app/(contract|records|format)'],
  'main/engine': ['main/engine'],
  'main/nn': ['main/nn', 'main/engine'],
  'main/evaluation': ['main/evaluation', 'app/'],
  'main/projection': ['main/projection'],
  'main/data': ['main/data', 'app/'],
  'main/store': ['main/store', 'app/'],
  'main/recipes': ['main/recipes', 'main/nn', 'main/engine', 'main/data', 'main/evaluation', 'app/'],
  'main/jobs': [
    'main/jobs',
    'main/recipes',
    'main/nn',
    'main/engine',
    'main/data',
    'main/evaluation',
    'main/projection',
    'app/',
  ],
  'main/reports': ['main/reports', 'main/store', 'app/'],
  'main/calls': ['main/calls', 'main/jobs', 'main/store', 'main/data', 'main/recipes', 'main/reports', 'app/'],
  'main/cli': ['main/cli', 'main/calls', 'main/jobs/(fork-node|protocol)', 'app/'],
  'renderer/widgets': ['renderer/widgets', 'renderer/assets'],
  'renderer/charts': ['renderer/charts', 'renderer/widgets'],
  'renderer/explorers': ['renderer/explorers', 'renderer/charts', 'renderer/widgets', 'app/'],
  'renderer/state': ['renderer/state', 'app/'],
  'renderer/views': [
    'renderer/views',
    'renderer/explorers',
    'renderer/state',
    'renderer/charts',
    'renderer/widgets',
    'app/',
  ],
};

const layering = Object.entries(rooms).map(([room, may]) => ({
  name: `${room} reaches only ${may.filter((other) => other !== room).join(', ') || 'itself'}`,
  severity: 'error',
  from: { path: `^${room}` },
  to: { path: '^(app|main|renderer)/', pathNot: may.map((other) => `^${other}`) },
}));

export default {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    ...layering,
    {
      name: 'electron only beside main/index.ts and in the preload',
      severity: 'error',
      from: {
        pathNot: '^(main/(index|window|ipc|fork-electron|print-pdf|menu|scheme)\\.ts|main/window/|app/preload\\.ts)',
      },
      to: { path: '^(node_modules/)?electron(-33)?(/|$)' },
    },
    {
      name: 'no Node in app, renderer, engine, nn, recipes',
      severity: 'error',
      from: { path: '^(app|renderer|main/(engine|nn|recipes|evaluation))/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'SQLite only in the store, ONNX Runtime only in the engine, sharp only in data and jobs',
      severity: 'error',
      from: { pathNot: '^main/(store|engine|data|jobs)/' },
      to: { path: `node_modules/(better-sqlite3|onnxruntime-node|sharp)/` },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.main.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\?nodeWorker$|\\.css$|\\.woff2' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.svelte.ts'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
