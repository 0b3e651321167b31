import { expect, it } from 'vitest';
import { explainFsError, explainSqliteError } from '#main/store/explain';

const coded = (code: string) => Object.assign(new Error(code), { code });

it.each([
  ['EACCES', 'permission denied'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the disk is read-only'],
  ['ENOENT', 'there is no such file or folder'],
])('says what %s means, where, and what to do', (code, words) => {
  expect(explainFsError(coded(code), 'write', '/x/y.png')).toMatchObject({
    message: `cannot write /x/y.png: ${words}`,
    kind: 'failed',
    advice: expect.any(String),
  });
});

it.each([
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_READONLY_DBMOVED', 'it is read-only'],
  ['SQLITE_IOERR_WRITE', 'the disk reported an error'],
])('says what %s means', (code, words) => {
  expect(explainSqliteError(coded(code), '/p/project.sqlite')).toMatchObject({
    message: `cannot use /p/project.sqlite: ${words}`,
  });
});

it('leaves a bug of ours as it is', () => {
  const bug = new TypeError('x is undefined');
  expect(explainFsError(bug, 'write', '/x')).toBe(bug);
  expect(explainSqliteError(coded('SQLITE_CONSTRAINT_UNIQUE'), '/x')).toMatchObject({
    code: 'SQLITE_CONSTRAINT_UNIQUE',
  });
});
