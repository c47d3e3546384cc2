/** A drawing made of characters, each at a row and a column; what lies outside is not drawn. */

export type Paint = (text: string) => string;

interface Cell {
  readonly mark: string;
  readonly paint?: Paint;
}

export class Canvas {
  readonly #cells: Cell[][];

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.#cells = Array.from({ length: rows }, () => new Array<Cell>(columns).fill({ mark: ' ' }));
  }

  /** The character there; undefined outside. */
  at(row: number, column: number): string | undefined {
    return this.#cells[row]?.[column]?.mark;
  }

  put(row: number, column: number, mark: string, paint?: Paint): void {
    if (this.at(row, column) !== undefined) this.#cells[row]![column] = { mark, paint };
  }

  write(row: number, column: number, text: string, paint?: Paint): void {
    for (const [i, mark] of [...text].entries()) this.put(row, column + i, mark, paint);
  }

  /** Neighbours that are painted alike are painted at once. */
  lines(): string[] {
    return this.#cells.map((row) => {
      const last = row.findLastIndex(({ mark }) => mark !== ' ');
      let line = '';
      for (let from = 0; from <= last; ) {
        const { paint } = row[from]!;
        let to = from + 1;
        while (to <= last && row[to]!.paint === paint) to++;
        const text = row
          .slice(from, to)
          .map(({ mark }) => mark)
          .join('');
        line += paint ? paint(text) : text;
        from = to;
      }
      return line;
    });
  }
}
