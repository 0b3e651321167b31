/** Messages at the bottom right: at most three, gone after six seconds, unless they report an error. */
import { failureOf, sentencesOf } from '#app/contract';

export interface ToastAction {
  label: string;
  run: () => void;
}
export interface ToastRecord {
  id: number;
  kind: 'done' | 'plain' | 'error';
  title: string;
  text?: string;
  icon?: string;
  actions?: ToastAction[];
}

const most = 3;
const life = 6000; // ms

class Toasts {
  #next = 1;
  list = $state.raw<ToastRecord[]>([]);

  show(toast: Omit<ToastRecord, 'id'>): number {
    const id = this.#next++;
    // the oldest that is not an error gives way first
    const kept = [...this.list];
    while (kept.length >= most) {
      const plain = kept.findIndex(({ kind }) => kind !== 'error');
      kept.splice(Math.max(0, plain), 1);
    }
    this.list = [...kept, { id, ...toast }];
    if (toast.kind !== 'error') setTimeout(() => this.close(id), life);
    return id;
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  done(title: string, text?: string, ...actions: ToastAction[]): number {
    return this.show({ kind: 'done', title, ...(text !== undefined && { text }), actions });
  }
  /** Something was taken away; it can be brought back. */
  undoable(title: string, undo: () => void): number {
    return this.show({ kind: 'plain', title, icon: 'trash', actions: [{ label: 'Undo', run: undo }] });
  }
  /** Any thrown value, said as what happened and what to do about it. A thing that the user stopped is no error. */
  failed(title: string, error: unknown, ...actions: ToastAction[]): number | undefined {
    const failure = failureOf(error);
    if (failure.kind === 'cancelled') return undefined;
    return this.show({ kind: 'error', title, text: sentencesOf(failure), actions });
  }
}

export const toasts = new Toasts();

/** Runs something that may fail; what goes wrong is told in a toast. Gives undefined then. */
export async function attempt<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    toasts.failed(title, error);
    return undefined;
  }
}
