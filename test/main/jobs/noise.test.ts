import { expect, it } from 'vitest';
import { withoutNoise } from '#main/jobs/noise';

it('native warnings are left out, all else is passed on line by line, however it was cut', () => {
  const passed: string[] = [];
  const put = withoutNoise((text) => passed.push(text));
  for (const chunk of [
    "Warning: Couldn't load Vul",
    'kan: libvulkan.so.1: no such file\n    at operator() (/src/dawn/native/vulkan/BackendVk.cpp:368)\n',
    'Error: internal: a bug\n    at ',
    'train (trainer.ts:12)\n',
    '2026 [W:onnxruntime:, graph.cc:5607] Removing initializer\nlast',
  ])
    put(chunk);
  expect(passed).toEqual(['Error: internal: a bug\n', '    at train (trainer.ts:12)\n']);
});
