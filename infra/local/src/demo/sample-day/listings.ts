/**
 * What services of the sample day say of themselves, and who confirmed it when: whom they serve, how much room there is, what was checked. Some say
 * nothing, and one was confirmed long ago: a directory is never whole, and the pages show it.
 */
import type { Extension } from '@medplum/fhirtypes'
import { ours, type Before } from './entry.ts'

interface Said {
  /** Days since a person confirmed it; nobody has where it is absent. */
  readonly confirmed?: number
  /** Whom it serves, by the start of their postcode. */
  readonly serves?: readonly string[]
  readonly places?: number
  readonly waitDays?: number
  /** What somebody has looked at, by the codes of access-attribute. */
  readonly checked?: Readonly<Record<string, boolean | { readonly value: number; readonly unit: string; readonly code: string }>>
}

const NEAR_THE_DEE = ['QQ1', 'QQ3']

/** By the key of the service. */
const SAID: Readonly<Record<string, Said>> = {
  'community-neuro-team': { confirmed: 20, serves: ['QQ1'], waitDays: 21 },
  'neurorehab-outpatients': { confirmed: 34, waitDays: 63 },
  'neuropsychology-clinic': { confirmed: 41, places: 0, waitDays: 140 },
  'centre-physiotherapy': { confirmed: 12, serves: NEAR_THE_DEE, places: 2, waitDays: 9, checked: { 'step-free': true, hoist: true } },
  'centre-peer-group': { confirmed: 12, serves: NEAR_THE_DEE, places: 6 },
  'chair-based-exercise': {
    confirmed: 9,
    serves: NEAR_THE_DEE,
    places: 3,
    checked: { 'step-free': true, 'rest-breaks': true, 'standing-support': true, 'neuro-trained-instructor': true },
  },
  'afternoon-strength': { confirmed: 230, serves: NEAR_THE_DEE, places: 5 },
  'warm-pool': {
    confirmed: 9,
    serves: NEAR_THE_DEE,
    places: 1,
    checked: { hoist: true, 'step-free': true, temperature: { value: 34, unit: '°C', code: 'Cel' } },
  },
}

/** The extensions of each service, by its key. */
export const listings = (now: Before): ReadonlyMap<string, readonly Extension[]> =>
  new Map(Object.entries(SAID).map(([key, said]) => [key, extensionsOf(said, now)]))

function extensionsOf({ confirmed, serves = [], places, waitDays, checked = {} }: Said, now: Before): readonly Extension[] {
  const saidAt: Extension = { url: 'asOf', valueDateTime: now.at(1) }
  return [
    ...(confirmed === undefined ? [] : [{ url: ours('service-confirmed'), extension: [{ url: 'on', valueDate: now.day(confirmed) }] }]),
    ...(serves.length === 0
      ? []
      : [{ url: ours('service-eligibility'), extension: serves.map((area) => ({ url: 'catchment', valueString: area })) }]),
    ...(places === undefined && waitDays === undefined
      ? []
      : [
          {
            url: ours('service-capacity'),
            extension: [
              ...(places === undefined ? [] : [{ url: 'places', valueUnsignedInt: places }]),
              ...(waitDays === undefined ? [] : [{ url: 'waitDays', valueUnsignedInt: waitDays }]),
              saidAt,
            ],
          },
        ]),
    ...Object.entries(checked).map(([code, value]) => ({
      url: ours('service-attribute'),
      extension: [
        { url: 'attribute', valueCode: code },
        typeof value === 'boolean'
          ? { url: 'value', valueBoolean: value }
          : { url: 'value', valueQuantity: { ...value, system: 'http://unitsofmeasure.org' } },
        { url: 'checkedOn', valueDate: now.day(confirmed ?? 0) },
      ],
    })),
  ]
}
