/** Which kind of payload a receiver gets, by the table of `pathway/payloads.json`. Pure: whoever sends and whoever shows decide by the same rows. */

/** A receiver, as the directory says; codes of `sector` and `grade`. */
export interface PayloadReceiver {
  readonly sector?: string | undefined
  readonly grade?: string | undefined
}

/** The rows, read from the top, and what everybody else gets. */
export interface PayloadRows {
  readonly receivers: readonly {
    readonly sectors?: readonly string[] | undefined
    readonly grades?: readonly string[] | undefined
    readonly kind: string
  }[]
  readonly otherwise: string
}

/** The kind of payload of a receiver; who meets no row of the table gets the least. */
export function kindFor({ sector, grade }: PayloadReceiver, { receivers, otherwise }: PayloadRows): string {
  const met = receivers.find(
    ({ sectors, grades }) =>
      (sectors === undefined || (sector !== undefined && sectors.includes(sector))) &&
      (grades === undefined || (grade !== undefined && grades.includes(grade))),
  )
  return met?.kind ?? otherwise
}
