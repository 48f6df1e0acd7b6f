/** Who asked for what before the sample day began. Each has an owner and a clock as soon as the hub has heard of it. */
import type { ServiceRequest } from '@medplum/fhirtypes'
import type { OrganizationKey } from '@platform/testing/cast'
import { concept } from '../world/reading.ts'
import { entry, ours, type Before } from './entry.ts'
import type { SampleKey } from './people.ts'

/** One request. Times are hours before the first start. */
interface Asked {
  readonly for: SampleKey | 'ada'
  readonly by: OrganizationKey | 'gp-practice'
  /** Absent: the single point of access decides. */
  readonly of?: OrganizationKey
  readonly what: string
  /** Of `service-kind`. */
  readonly kind: string
  readonly words: string
  readonly hoursAgo: number
  readonly priority?: 'urgent'
}

/** By key. */
const REQUESTS = {
  'ifor-up': {
    for: 'ifor',
    by: 'therapy-centre',
    what: 'Specialist review of walking and freezing',
    kind: 'specialist-neuro-rehabilitation',
    words: 'Ten metres took 13 seconds in September and take 19 now; two falls in doorways. Ifor wants to get to the garden by himself.',
    hoursAgo: 22,
  },
  'menna-letter': {
    for: 'menna',
    by: 'gp-practice',
    what: 'Help with transfers and stiff legs',
    kind: 'neuro-physiotherapy',
    words: 'Needs two people to stand since last month. Lives alone. Hard of hearing: write to her.',
    hoursAgo: 7,
    priority: 'urgent',
  },
  'menna-again': {
    for: 'menna',
    by: 'community-team',
    what: 'Help with transfers and stiff legs',
    kind: 'neuro-physiotherapy',
    words: 'Rung by her neighbour. We do not know her yet.',
    hoursAgo: 3,
  },
  'tomos-class': {
    for: 'tomos',
    by: 'community-team',
    of: 'leisure',
    what: 'A class to keep his balance',
    kind: 'exercise-class',
    words: 'Mornings. Needs a rail and large print.',
    hoursAgo: 5,
  },
  'megan-class': {
    for: 'megan',
    by: 'community-team',
    of: 'leisure',
    what: 'Chair-based exercise',
    kind: 'exercise-class',
    words: 'Wants to stand while she cooks. Stop before she is tired.',
    hoursAgo: 30,
  },
  'lowri-mind': {
    for: 'lowri',
    by: 'community-team',
    of: 'neuropsychology',
    what: 'Help with mood and memory',
    kind: 'neuropsychology',
    words: 'Low since the spring, and loses words. Talking therapy said that it is neurological.',
    hoursAgo: 26,
  },
  'ada-splint': {
    for: 'ada',
    by: 'gp-practice',
    of: 'community-team',
    what: 'Look at the splint of her right foot',
    kind: 'neuro-physiotherapy',
    words: 'It rubs.',
    hoursAgo: 28,
  },
} as const satisfies Readonly<Record<string, Asked>>

/** A request of the sample day, by key. */
export type RequestKey = keyof typeof REQUESTS

/** The requests, as their senders' systems write them. */
export const requests = ({ minutesAgo }: Before): readonly ServiceRequest[] =>
  (Object.entries(REQUESTS) as [RequestKey, Asked][]).map(([key, asked]) =>
    entry(`sample-${key}`, {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      priority: asked.priority ?? 'routine',
      category: [concept('request-category', 'neuro-rehabilitation')],
      code: { text: asked.what },
      orderDetail: [concept('service-kind', asked.kind)],
      extension: [{ url: ours('sector'), valueCode: asked.by === 'therapy-centre' ? 'third-sector' : 'nhs' }],
      subject: { reference: `Patient/${asked.for}` },
      requester: { reference: `Organization/${asked.by}` },
      ...(asked.of === undefined ? {} : { performer: [{ reference: `Organization/${asked.of}` }] }),
      authoredOn: minutesAgo(asked.hoursAgo * 60),
      note: [{ text: asked.words }],
    }),
  )

/** The identifier under which a request is found again. */
export const keyOfRequest = (key: RequestKey): string => `sample-${key}`
