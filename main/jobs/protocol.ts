/** What main and a job host say to each other. Structured clone carries it: no functions, no classes. */

import type { Failure } from '#app/contract';
import type { Anomalies, AnomalyItems } from '#app/records/anomaly';
import type { Codebook, CodeLevel, CodeMap, Firing } from '#app/records/codebook';
import type { Pictures, Split } from '#app/records/common';
import type { Dataset, ImportOptions, Inspection, Item, NewDataset, Problem, TableDataset } from '#app/records/dataset';
import type { Draw, Generator, NearItems, NearSpace, Samples } from '#app/records/generator';
import type { Job } from '#app/records/job';
import type { EncodedItems, LatentSpace } from '#app/records/latent';
import type { ModelInspection } from '#app/records/model';
import type { Network } from '#app/records/network';
import type { Doctor } from '#app/records/project';
import type {
  Cloud,
  CloudSplit,
  Colouring,
  Colours,
  Layout,
  LayoutProgress,
  LayoutSettings,
  NearestRows,
  NeighbourMetric,
  SpaceQuality,
  VectorSource,
} from '#app/records/projector';
import type { Config, Plan, PresetName } from '#app/records/recipe';
import type { Checkpoint, Device, Evaluation, Point, Preview, Run, RunEvent } from '#app/records/run';
import type { RowFigures, RowFilter, RowPage, RowSort } from '#app/records/table';

/** Where a project's bulk lies: `objects/` (data, by content hash) and `checkpoints/` (by run and step). */
export interface Folders {
  objects: string;
  checkpoints: string;
}
/** One checkpoint of one run, with what is needed to rebuild the model. step: default = best, else last. */
export interface ModelRef {
  run: Run;
  dataset: Dataset;
  step?: number;
}

/** Vectors of items as one model has them. */
export interface VectorsRef {
  folders: Folders;
  model: ModelRef;
  source: VectorSource;
  split: CloudSplit;
}

/** Everything a host can be asked to do, by name: what it gets and what it gives back. */
export interface Tasks {
  inspect: { ask: { sources: string[] }; result: Inspection };
  import: {
    ask: { folders: Folders; sources: string[]; options: ImportOptions };
    result: NewDataset;
  };
  'model.inspect': { ask: { path: string; dataset?: Dataset }; result: ModelInspection };
  /** Checks and tries a network and keeps its file; what must be recorded of it comes back. */
  'model.import': {
    ask: { folders: Folders; path: string; dataset: Dataset; config: Config };
    result: {
      name: string;
      config: Config;
      batchSize: number;
      parameters: number;
      environment: Record<string, string>;
    };
  };
  pictures: { ask: { folders: Folders; dataset: Dataset; indices: number[] }; result: Pictures };
  'rows.page': {
    ask: { folders: Folders; dataset: TableDataset; filter: RowFilter; sort?: RowSort; offset: number; limit: number };
    result: RowPage;
  };
  'rows.figures': { ask: { folders: Folders; dataset: TableDataset; filter: RowFilter }; result: RowFigures };
  plan: {
    ask: {
      folders: Folders;
      recipe: string;
      dataset: Dataset;
      preset: PresetName;
      config: Config;
      steps?: number;
      epochs?: number;
      peakGflops: Partial<Record<Device, number>>;
      /** Time a few real steps: not while a run trains, which would make them slow. */
      measure: boolean;
    };
    result: Plan;
  };
  views: {
    ask: {
      folders: Folders;
      recipe: string;
      dataset: Dataset;
      preset: PresetName;
      config: Config;
      item: number;
      pairs: number;
      seed: number;
    };
    result: { item: Pictures; views: Pictures };
  };
  explain: {
    ask: {
      folders: Folders;
      recipe: string;
      dataset: Dataset;
      preset: PresetName;
      /** All settings of the run where there is one, else what differs from the preset. */
      config: Config;
      run?: string;
      /** Time every node over a few real steps. */
      profile: boolean;
    };
    result: Network;
  };
  train: {
    ask: {
      folders: Folders;
      run: Run;
      dataset: Dataset;
      minutes?: number;
      resume: boolean;
      /**
       * Resume from the newest whole checkpoint of at most this step. One after it was written in the last moment of a
       * process that was killed, so its points never reached the store; going back to this one measures them again.
       */
      upTo?: number;
      /** What is known of the devices' speed, Gflop/s: an `auto` need not measure it again. */
      peakGflops?: Partial<Record<Device, number>>;
    };
    result: { status: 'finished' | 'cancelled'; step: number; seconds: number };
  };
  evaluate: {
    ask: { folders: Folders; model: ModelRef; evaluation: string; data: Dataset; split: Split; config: Config };
    result: Omit<Evaluation, 'id' | 'createdAt'>;
  };
  apply: {
    ask: {
      folders: Folders;
      model: ModelRef;
      head: string;
      data?: Dataset;
      split?: Split;
      items?: number[];
      inputs?: string[];
      limit?: number;
      output?: string;
      config: Config;
    };
    result: { head: string; step: number; count: number; shape: number[]; files: string[]; values: unknown[] };
  };
  export: {
    ask: { folders: Folders; model: ModelRef; to: string };
    result: { files: { path: string; bytes: number }[] };
  };
  'anomaly.open': { ask: { folders: Folders; model: ModelRef; split: Split }; result: Anomalies };
  'anomaly.items': {
    ask: { folders: Folders; model: ModelRef; items: number[]; errorScale?: number };
    result: Omit<AnomalyItems, 'items'>;
  };
  'anomaly.export': {
    ask: {
      folders: Folders;
      model: ModelRef;
      split: Split;
      threshold: number;
      only: 'all' | 'flagged';
      to: string;
    };
    result: { path: string; rows: number };
  };
  'codebook.open': { ask: { folders: Folders; model: ModelRef; level?: CodeLevel; split: Split }; result: Codebook };
  'codebook.where': {
    ask: {
      folders: Folders;
      model: ModelRef;
      level?: CodeLevel;
      split: Split;
      code: number;
      position?: number;
      offset: number;
      limit: number;
    };
    result: Omit<Firing, 'page'> & { page: { index: number; label: number; split: Split; cells: number[] }[] };
  };
  'codebook.map': {
    ask: { folders: Folders; model: ModelRef; level?: CodeLevel; item: number };
    result: Omit<CodeMap, 'item'>;
  };
  'codebook.decode': {
    /** item: whose map of the other level stands beside an edited one, where there are two. */
    ask: { folders: Folders; model: ModelRef; level?: CodeLevel; codes: Int32Array; item?: number };
    result: { picture: Pictures; milliseconds: number };
  };
  'latent.open': { ask: { folders: Folders; model: ModelRef; split: Split }; result: LatentSpace };
  'latent.encode': {
    ask: { folders: Folders; model: ModelRef; items: number[] };
    result: Omit<EncodedItems, 'items'>;
  };
  'latent.decode': {
    ask: { folders: Folders; model: ModelRef; codes: Float32Array };
    result: { pictures: Pictures; milliseconds: number };
  };
  'generator.open': { ask: { folders: Folders; model: ModelRef }; result: Generator };
  'generator.sample': { ask: { folders: Folders; model: ModelRef; draw: Draw }; result: Samples };
  'generator.decode': {
    ask: { folders: Folders; model: ModelRef; codes: Float32Array };
    result: { pictures: Pictures; milliseconds: number };
  };
  'generator.nearest': {
    ask: { folders: Folders; model: ModelRef; draw: Draw; space: NearSpace };
    result: Omit<NearItems, 'items'> & { indices: number[] };
  };
  'projector.open': { ask: VectorsRef & { over?: Float32Array }; result: Cloud };
  'projector.layout': { ask: VectorsRef & { settings: LayoutSettings; over?: Float32Array }; result: Layout };
  'projector.colours': { ask: VectorsRef & { colouring: Colouring }; result: Colours };
  'projector.nearest': {
    ask: VectorsRef & { row: number; count: number; metric: NeighbourMetric };
    result: NearestRows;
  };
  'projector.quality': { ask: VectorsRef & { positions?: Float32Array }; result: SpaceQuality };
  devices: { ask: { measure: boolean }; result: Doctor['devices'] };
}
export type TaskName = keyof Tasks;

/** What a task tells on its way. */
export type Note =
  | { kind: 'progress'; done: number; total: number; unit: string; secondsLeft?: number }
  | { kind: 'items'; items: Item[] }
  | { kind: 'problems'; problems: Problem[] }
  | {
      kind: 'state';
      status: 'running' | 'paused';
      step: number;
      seconds: number;
      itemsPerSecond: number;
      device: Device;
      parameters?: number;
      environment?: Record<string, string>;
    }
  | { kind: 'points'; points: Point[] }
  | { kind: 'event'; event: RunEvent }
  | { kind: 'preview'; preview: Preview }
  | { kind: 'moved'; moved: Omit<LayoutProgress, 'ticket'> }
  /** All checkpoints on disk after one was made durable: what this lists survives any crash. */
  | { kind: 'checkpoints'; checkpoints: Checkpoint[] };

export type Signal = 'pause' | 'resume' | 'stop';

/** main → host */
export type ToHost =
  | { type: 'start'; id: number; task: TaskName; ask: unknown }
  | { type: 'signal'; id: number; signal: Signal };
/** host → main */
export type FromHost =
  | { type: 'ready'; pid: number }
  /** The last word of a process whose worker thread died of an error: why. */
  | { type: 'broken'; reason: string }
  | { type: 'note'; id: number; note: Note }
  | { type: 'ended'; id: number; result?: unknown; failure?: Failure };

/** A task under way. `done` rejects with a PretextError (kind `cancelled` after a stop, `failed` when its host died). */
export interface Running<K extends TaskName> {
  readonly done: Promise<Tasks[K]['result']>;
  signal(signal: Signal): void;
  /** Ends the host's process at once, whatever it is doing. */
  kill(): void;
}

/**
 * The hosts as the calls see them. Five lanes, each a child process of its own, so that a long import never holds up
 * a decode and nothing holds up training: `train` (one run at a time; a fresh process for each), `data`, `look`,
 * `project`, which moves the points of the projector for minutes, and `probe`, which tries devices whose drivers may be
 * slow or crash.
 */
export type Lane = 'train' | 'data' | 'look' | 'project' | 'probe';
export interface Hosts {
  run<K extends TaskName>(lane: Lane, task: K, ask: Tasks[K]['ask'], note?: (note: Note) => void): Running<K>;
  /** Told when a host starts, or dies when it should not have. */
  onState(listener: (state: 'starting' | 'ready' | 'training' | 'crashed', message?: string) => void): void;
  close(): Promise<void>;
}
/** How a host process is started: Electron's utilityProcess in the window, a Node child in the command line. */
export type Fork = (modulePath: string, env: Record<string, string>) => HostProcess;
export interface HostProcess {
  readonly pid: number | undefined;
  post(message: ToHost): void;
  onMessage(listener: (message: FromHost) => void): void;
  /** `signal` where the system tells it (SIGKILL, SIGABRT); Electron tells only a code. */
  onExit(listener: (code: number | null, signal?: string | null) => void): void;
  /** At once, also in mid-run: SIGKILL where there are signals. */
  kill(): void;
}
export type { Job };
