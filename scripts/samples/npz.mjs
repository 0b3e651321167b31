// Arrays as NumPy's .npz: a zip, not compressed, of .npy files; the same arrays give the same bytes on every machine.
import { crc32 } from 'node:zlib';

/** bytes: what NumPy calls |u1 and so on, in order. */
function npy({ shape, descr, bytes }) {
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64; // of the whole header: a multiple of 64
  const header = Buffer.alloc(length, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(length - 10, 8);
  header.write(dict, 10, 'latin1');
  header[length - 1] = 10; // a line's end
  return Buffer.concat([header, bytes]);
}

export const bytesArray = (shape, values) => ({ shape, descr: '|u1', bytes: Buffer.from(values) });

export function integersArray(shape, values) {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of [...values].entries()) bytes.writeInt32LE(value, 4 * i);
  return { shape, descr: '<i4', bytes };
}

export function wordsArray(words) {
  const most = Math.max(...words.map((word) => word.length));
  const bytes = Buffer.alloc(4 * most * words.length);
  for (const [i, word] of words.entries())
    for (let j = 0; j < word.length; j++) bytes.writeUInt32LE(word.charCodeAt(j), 4 * (i * most + j));
  return { shape: [words.length], descr: `<U${most}`, bytes };
}

const firstOfJanuary1980 = 0x0021; // the first day that a zip knows

/** arrays: by their names. */
export function npz(arrays) {
  const [parts, directory] = [[], []];
  let at = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const file = Buffer.from(`${name}.npy`);
    const bytes = npy(array);
    const facts = Buffer.alloc(26); // what both headers of a file say: version 2.0, stored
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(firstOfJanuary1980, 8);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(file.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), facts, file, bytes);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, place, file);
    at += 30 + file.length + bytes.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(Object.keys(arrays).length, 8);
  end.writeUInt16LE(Object.keys(arrays).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}
