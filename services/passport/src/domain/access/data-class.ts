/**
 * What kind of information a row holds, so that policy is a comparison of bits in SQL. The words are those of
 * https://handrail.example/fhir/CodeSystem/data-class; `directory` is what belongs to nobody and may be seen by every caller.
 */

export const DATA_CLASSES = [
  'identity',
  'contacts',
  'needs',
  'emergency',
  'diagnoses',
  'medicines',
  'therapy',
  'measures',
  'mental-health',
  'referral',
  'audit',
  'directory',
  'unclassified',
  'notifications',
  'own-draft',
] as const

export type DataClass = (typeof DATA_CLASSES)[number]

/** Whether a text is the code of a data class. */
export const isDataClass = (text: string): text is DataClass => (DATA_CLASSES as readonly string[]).includes(text)

/** The bit of each class in `passport.resource.classes`. The order above is stored: classes may be added at the end, not moved. */
export const BIT: Readonly<Record<DataClass, number>> = Object.freeze(
  Object.fromEntries(DATA_CLASSES.map((name, index) => [name, 1 << index])) as Record<DataClass, number>,
)

/** The bits of several classes together. */
export function bitsOf(classes: readonly DataClass[]): number {
  return classes.reduce((bits, name) => bits | BIT[name], 0)
}

/** The names in a set of bits, for messages and tests. */
export function classesIn(bits: number): DataClass[] {
  return DATA_CLASSES.filter((name) => (bits & BIT[name]) !== 0)
}

const ALL_BITS = bitsOf(DATA_CLASSES)

/** Every class there is. */
export const EVERYTHING = ALL_BITS
