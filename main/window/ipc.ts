/** The window's end of the contract: one channel for calls, one for facts, and a look at who is calling. */
import { BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import type { CallName, Failure, Tell } from '#app/contract';
import { isOurs } from './scheme';

/** Answers a call by name; never throws. */
export type Answer = (name: CallName, ask: unknown) => Promise<{ ok: unknown } | { failure: Failure }>;

export function serveCalls(answer: Answer): void {
  ipcMain.handle('call', (event, name: CallName, ask: unknown) => {
    if (!trusted(event.senderFrame)) {
      const message = `internal: a call from ${event.senderFrame?.url ?? 'a frame that is gone'} was refused`;
      return { failure: { kind: 'internal', message } };
    }
    return answer(name, ask);
  });
}

/** Only our own page, and only its top frame: what the page embeds has no say. */
const trusted = (frame: WebFrameMain | null): boolean => frame !== null && frame.parent === null && isOurs(frame.url);

export const tellWindows: Tell = (name, fact) => {
  for (const window of BrowserWindow.getAllWindows())
    if (!window.webContents.isDestroyed()) window.webContents.send('fact', name, fact);
};
