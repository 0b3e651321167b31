/** The part of yazl that the tests write archives with; the package brings no types. */
declare module 'yazl' {
  import type { Readable } from 'node:stream';

  export class ZipFile {
    readonly outputStream: Readable;
    addBuffer(content: Buffer, name: string, options?: { compress?: boolean }): void;
    end(): void;
  }
}
