/** What native libraries print on stderr that is no news to anybody: a machine without Vulkan is told of by its devices. */

const noise = [
  /Couldn't load Vulkan/,
  /dawn\/native\/\w+\/Backend\w+\.cpp/,
  /\[W:onnxruntime/,
  // What a run threw, once more: the exception is told.
  /\[E:onnxruntime.*ExecuteKernel/,
  // A provider whose libraries are not installed; its end of a line in colour.
  /provider_bridge_ort\.cc/,
  /^.?\[m$/,
  // sharp reads its own package.json, and warns of GTK's libraries, which a job host never loads.
  /ExperimentalWarning: Importing JSON modules/,
  /\[SharpElectronLinux\]/,
  /^\(Use `.* --trace-warnings/,
];

export const isNoise = (line: string): boolean => noise.some((pattern) => pattern.test(line));

/** Takes text as it comes and passes on whole lines, the noise left out. */
export function withoutNoise(write: (text: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    const kept = lines.filter((line) => !isNoise(line));
    if (kept.length > 0) write(`${kept.join('\n')}\n`);
  };
}
