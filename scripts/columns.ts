/** Texts side by side, one column each, for a terminal. */

/** One column. */
export interface Column {
  readonly title: string;
  readonly lines: readonly string[];
  /** A last line, below a rule. */
  readonly foot: string;
}

const GAP = 2;

/** Lays columns out side by side within a width; long lines are wrapped between words. */
export function sideBySide(columns: readonly Column[], width: number): string {
  const columnWidth = Math.floor((width - GAP * columns.length) / columns.length);
  const rule = '─'.repeat(columnWidth);
  const bodies = columns.map((column) => column.lines.flatMap((line) => wrap(line, columnWidth)));
  const height = Math.max(...bodies.map((body) => body.length));
  const rows = [
    columns.map((column) => column.title),
    columns.map(() => rule),
    ...Array.from({ length: height }, (_, row) => bodies.map((body) => body[row] ?? '')),
    columns.map(() => rule),
    columns.map((column) => column.foot),
  ];
  return rows
    .map((row) =>
      row
        .map((cell) => ' '.repeat(GAP) + cell.padEnd(columnWidth))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = `  ${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}
