/** The values of a statement in the making; each gets its placeholder. */
export class Values {
  readonly list: unknown[]

  /** @param first values that are placed already: $1, $2 … */
  constructor(...first: unknown[]) {
    this.list = first
  }

  /** Adds a value and gives its placeholder, with its type where PostgreSQL could not tell. */
  add(value: unknown, type?: string): string {
    this.list.push(value)
    return type === undefined ? `$${this.list.length}` : `$${this.list.length}::${type}`
  }

  /** The number of the next placeholder. */
  get next(): number {
    return this.list.length + 1
  }
}
