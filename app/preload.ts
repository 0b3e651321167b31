/** The renderer's only door: ask a call, listen to facts. No Node, no Electron passes through it. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from './contract';

const bridge: Bridge = {
  call: (name, ask) => ipcRenderer.invoke('call', name, ask),
  on(name, listener) {
    const heard = (_: unknown, told: string, fact: Parameters<typeof listener>[0]) => {
      if (told === name) listener(fact);
    };
    ipcRenderer.on('fact', heard);
    return () => void ipcRenderer.off('fact', heard);
  },
  pathOf: (file) => webUtils.getPathForFile(file as File),
};
contextBridge.exposeInMainWorld('bridge', bridge);
