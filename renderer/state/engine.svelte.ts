/** The machine under the app: the state of the training process, versions, devices, memory. */
import type { Fact, Reply } from '#app/contract';
import type { Doctor } from '#app/records/project';
import { type Device, deviceTitles } from '#app/records/run';
import { call, listen } from './bridge';

class Engine {
  state = $state.raw<Fact<'engine.changed'>>({ state: 'ready' });
  info = $state.raw<Reply<'app.info'>>();
  doctor = $state.raw<Doctor>();
  doctorError = $state.raw<unknown>();
  #asked: Promise<void> | undefined;

  async start(): Promise<void> {
    listen('engine.changed', (state) => {
      this.state = state;
    });
    this.info = await call('app.info');
  }
  /** Devices, memory and disk; measured once, for it takes seconds. */
  look(): Promise<void> {
    this.#asked ??= call('app.doctor').then(
      (doctor) => {
        this.doctor = doctor;
      },
      (error: unknown) => {
        this.doctorError = error;
        this.#asked = undefined;
      },
    );
    return this.#asked;
  }
  /** The device that trains unless another is chosen. */
  readonly device: Doctor['devices'][number] | undefined = $derived(
    this.doctor?.devices.find((device) => device.default && device.available),
  );
}

export const engine = new Engine();
export const deviceWord = (device: string | undefined): string =>
  device === 'webgpu' ? 'GPU' : (deviceTitles[device as Device] ?? device ?? '');
