/** Folder names for projects: what every file system takes, made from what the user typed. */

/** `Lecture 7: codes` in `/home/ada` → `/home/ada/lecture-7-codes`, with the separator that `inside` uses. */
export function folderName(inside: string, name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[\s/\\:*?"<>|.]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const separator = inside.includes('\\') ? '\\' : '/';
  return `${inside.replace(/[/\\]+$/, '')}${separator}${plain || 'project'}`;
}

export const parentFolder = (path: string): string => path.replace(/[/\\]+$/, '').replace(/[/\\][^/\\]+$/, '') || '/';
