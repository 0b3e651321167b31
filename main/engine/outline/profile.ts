/** Reads ONNX Runtime's profile of a few steps back onto the graph: how long each node took. */

export interface OperatorTime {
  /** ONNX operator, `com.microsoft.` left out. */
  readonly operator: string;
  /** Of one step. */
  readonly calls: number;
  readonly seconds: number;
}

export interface StepProfile {
  /** Steps that count: all but the first, which warms up. */
  readonly steps: number;
  /** One step from the outside, mean. */
  readonly secondsPerStep: number;
  /** Node of the graph → seconds of its kernels in one step, mean. */
  readonly secondsOf: ReadonlyMap<number, number>;
  /** Kernels that no node of the graph is known for: what ONNX Runtime added itself, seconds of one step. */
  readonly unknownSeconds: number;
  /** Longest first. */
  readonly operators: readonly OperatorTime[];
}

/** An event of the file, in microseconds. */
interface Event {
  cat: string;
  name: string;
  ts: number;
  dur: number;
  args?: { op_name?: string };
}

const MICROSECOND = 1e-6;
const RUN = 'model_run';
const KERNEL = '_kernel_time';
/** Optimizations of the runtime put words in front of the names of the nodes that they join. */
const ORIGIN = /(?:^|[^0-9])(\d+):/;

/** @throws Error when the text is no profile, or one of a single run */
export function readProfile(text: string): StepProfile {
  const events = eventsOf(text);
  const runs = events.filter(({ cat, name }) => cat === 'Session' && name === RUN).sort((a, b) => a.ts - b.ts);
  const counted = runs.slice(1);
  if (counted.length === 0) {
    throw new Error(`readProfile: needs at least two runs, of which the first warms up, got ${runs.length}`);
  }
  const begin = counted[0]!.ts;
  const kernels = outermost(
    events.filter(({ cat, name, ts }) => cat === 'Node' && name.endsWith(KERNEL) && ts >= begin),
  );
  const share = MICROSECOND / counted.length;
  const secondsOf = new Map<number, number>();
  const operators = new Map<string, { calls: number; seconds: number }>();
  let unknownSeconds = 0;
  for (const { name, dur, args } of kernels) {
    const seconds = dur * share;
    const origin = ORIGIN.exec(name)?.[1];
    if (origin === undefined) unknownSeconds += seconds;
    else secondsOf.set(Number(origin), (secondsOf.get(Number(origin)) ?? 0) + seconds);
    const operator = args?.op_name ?? 'unknown';
    const known = operators.get(operator) ?? { calls: 0, seconds: 0 };
    operators.set(operator, { calls: known.calls + 1 / counted.length, seconds: known.seconds + seconds });
  }
  return {
    steps: counted.length,
    secondsPerStep: counted.reduce((sum, { dur }) => sum + dur * share, 0),
    secondsOf,
    unknownSeconds,
    operators: [...operators].map(([operator, time]) => ({ operator, ...time })).sort((a, b) => b.seconds - a.seconds),
  };
}

/** A loop's time has that of the kernels of its body in it already. */
function outermost(kernels: readonly Event[]): Event[] {
  let end = Number.NEGATIVE_INFINITY;
  return [...kernels]
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur)
    .filter(({ ts, dur }) => {
      if (ts + dur <= end) return false;
      end = ts + dur;
      return true;
    });
}

function eventsOf(text: string): Event[] {
  let events: unknown;
  try {
    events = JSON.parse(text);
  } catch (error) {
    throw new Error(`readProfile: the profile is not whole: ${(error as Error).message}`);
  }
  if (!Array.isArray(events)) throw new Error('readProfile: a profile is a list of events');
  return events as Event[];
}
