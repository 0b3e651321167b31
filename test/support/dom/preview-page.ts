/** The first script of the dev page: puts the fake bridge where the preload would, then lets the training run go on. */
import { fakeBridge } from './fake-bridge';

const asked = new URLSearchParams(location.search);
const bridge = fakeBridge({
  empty: asked.has('empty'),
  fresh: asked.has('fresh'),
  noProject: asked.has('none'),
  theme: asked.get('theme') === 'dark' ? 'dark' : 'light',
});
Object.assign(window, { bridge });
if (asked.has('live'))
  setInterval(() => {
    bridge.train(25);
    bridge.importStep(700);
  }, 250);
