/** The commands and shortcuts that are there in every view, and what the system menu asks for. */
import { call, listen } from '#renderer/state/bridge';
import { type Command, commands } from '#renderer/state/commands.svelte';
import { preferences } from '#renderer/state/preferences.svelte';
import { project } from '#renderer/state/project.svelte';
import { to } from '#renderer/state/route';
import { router } from '#renderer/state/router.svelte';
import { sheets } from '#renderer/state/sheets.svelte';
import { type Shortcut, shortcuts } from '#renderer/state/shortcuts.svelte';
import { attempt } from '#renderer/state/toasts.svelte';

const go = (address: string) => () => router.go(address);
const toggleSidebar = () => void preferences.prefer({ sidebar: preferences.sidebar === 'full' ? 'icons' : 'full' });
const toggleTheme = () => void preferences.prefer({ theme: preferences.drawn === 'dark' ? 'light' : 'dark' });

const appCommands: Command[] = [
  { id: 'new-run', label: 'New run…', icon: 'plus', keys: 'N', words: 'train start', run: go(to.newRun()) },
  {
    id: 'add-data',
    label: 'Add a folder of data…',
    icon: 'folder',
    words: 'import data',
    run: () => void sheets.chooseImport('folder'),
  },
  {
    id: 'add-files',
    label: 'Add files…',
    icon: 'data',
    words: 'import data zip idx mnist',
    run: () => void sheets.chooseImport('files'),
  },
  {
    id: 'new-project',
    label: 'New project…',
    icon: 'plus',
    run: () => {
      sheets.newProject = true;
    },
  },
  {
    id: 'open-project',
    label: 'Open a project…',
    icon: 'folder',
    keys: 'Ctrl O',
    run: () => void sheets.chooseProject(),
  },
  {
    id: 'reveal-project',
    label: 'Show the project’s folder',
    icon: 'ext',
    words: 'files explorer finder reveal',
    run: () => {
      const { current } = project;
      if (current) void attempt('The folder could not be shown', () => call('app.reveal', { path: current.directory }));
    },
  },
  { id: 'theme', label: 'Switch between light and dark', icon: 'sun', words: 'theme night', run: toggleTheme },
  { id: 'sidebar', label: 'Narrow or widen the sidebar', icon: 'side', keys: 'Ctrl B', run: toggleSidebar },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts',
    icon: 'kb',
    keys: '?',
    words: 'keys help',
    run: () => {
      sheets.shortcuts = true;
    },
  },
  {
    id: 'jobs',
    label: 'Jobs',
    icon: 'jobs',
    keys: 'J',
    words: 'queue tray',
    run: () => {
      sheets.jobs = true;
    },
  },
];

const everywhere = (keys: string, label: string, run: () => void, always = false): Shortcut => ({
  keys,
  label,
  group: 'Everywhere',
  run,
  always,
});
const appShortcuts: Shortcut[] = [
  everywhere('Ctrl K', 'Search or run a command', () => sheets.openPalette(), true),
  everywhere('N', 'New run', go(to.newRun())),
  everywhere('G H', 'Home, runs, report', go(to.home)),
  everywhere('G R', 'Home, runs, report', go(to.runs)),
  everywhere('G P', 'Home, runs, report', go(to.report())),
  everywhere('G A', 'Anomalies', go(to.anomaly())),
  everywhere('G C', 'Codebook', go(to.codebook())),
  everywhere('G D', 'Latent dimensions', go(to.latent())),
  everywhere('G E', 'Generator', go(to.generator())),
  everywhere('G S', 'Projector', go(to.projector())),
  everywhere('G W', 'Network', go(to.network())),
  everywhere('G L', 'Lessons', go(to.lessons())),
  everywhere('Alt Left', 'Back, forward', () => router.back(), true),
  everywhere('Alt Right', 'Back, forward', () => router.forward(), true),
  everywhere('Ctrl B', 'Sidebar', toggleSidebar, true),
  everywhere('Ctrl O', 'Open a project', () => void sheets.chooseProject(), true),
  everywhere('J', 'Jobs', () => {
    sheets.jobs = !sheets.jobs;
  }),
  everywhere('?', 'This list', () => {
    sheets.shortcuts = true;
  }),
  everywhere(
    'Ctrl /',
    'This list',
    () => {
      sheets.shortcuts = true;
    },
    true,
  ),
];

/** Adds what is always there; gives back how to take it away. */
export function registerAppCommands(): () => void {
  const stops = [
    commands.register(...appCommands),
    shortcuts.register(...appShortcuts),
    listen('app.command', ({ command, path }) => {
      if (path) sheets.import([path]);
      else appCommands.find(({ id }) => id === command)?.run();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
