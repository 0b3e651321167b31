/** The system menu: standard roles, and commands that the page carries out as if typed in its palette. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { tellWindows } from './ipc';

const command = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
  label,
  ...(accelerator && { accelerator }),
  click: () => tellWindows('app.command', { command: name }),
});

export function setMenu(): void {
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      {
        label: 'File',
        submenu: [
          command('New run', 'new-run'),
          command('Add data…', 'add-data'),
          command('Open a project…', 'open-project', 'CmdOrCtrl+O'),
          { type: 'separator' },
          process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
      },
      { role: 'windowMenu' },
    ]),
  );
}
