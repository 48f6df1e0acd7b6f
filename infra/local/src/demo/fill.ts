/** Fills the demonstration at start: its organisations, people and records through the record's own door, then its clients. */
import type { Bundle } from '@medplum/fhirtypes'
import { clientRegister } from '@services/identity/store/client-register'
import { people } from '@services/identity/store/people'
import type { RuleEffect } from '@services/referrals/domain/matching/effects'
import { ruleEffectsIn } from '@services/referrals/store/rule-effects'
import { registerDemo, registerDemoAdmin } from '@services/identity/provision'
import { AGE_BANDS } from '@platform/fhir/age-band'
import { systemClock } from '@platform/service/clock'
import type { Database } from '@platform/service/database'
import type { Log } from '@platform/service/log'
import { tokenSource } from '@platform/service/token-source'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { loadReportAreas } from '@handrail/fhir-profiles/report-areas'
import { factStore, personNumber } from '@services/passport/store/reports/fact-store'
import { unitCostsIn } from '@services/passport/store/reports/unit-costs'
import { generateFacts } from './generated-facts.ts'
import { fillFlow } from './generated-flow.ts'
import { SAMPLE_DAY_MADE } from './sample-day/entry.ts'
import { seedDemo } from './seed.ts'

/** The hub that is a demonstration; it listens already. */
export interface DemoHub {
  readonly database: Database
  readonly home: string
  readonly publicUrl: string
  /** Whether people are in hospital and requests wait from the start. */
  readonly sampleDay: boolean
  readonly log: Log
}

/** How long the record may take over one transaction of the demonstration, in milliseconds. */
const ANSWER_WITHIN_MS = 60_000

/** People behind the figures of the demonstration. */
const FIGURES_OF_PEOPLE = 2_000

/** Makes everything of the demonstration that is not there yet. Repeating it changes nothing. */
export async function fillDemo({ database, home, publicUrl, sampleDay, log }: DemoHub): Promise<void> {
  const clients = clientRegister(database)
  const key = await registerDemoAdmin({ clients, home })
  const tokens = tokenSource({ tokenUrl: `${publicUrl}/identity/token`, clientId: 'demo-admin', key })
  const record = { transaction: (bundle: Bundle) => transact(`${publicUrl}/fhir`, tokens.get(), bundle) }

  const { organizationIds, practitionerIds, patientIds, known } = await seedDemo({ record })
  await fillFigures(database, organizationIds)
  await fillRuleEffects(database)
  await fillFlow(database)
  await registerDemo({
    clients,
    people: people(database, systemClock),
    home,
    organizationIds,
    fhirUsers: { ...practitionerIds, ...patientIds },
  })
  if (!sampleDay || (await hasSampleDay(publicUrl, tokens.get()))) return
  // Read only by the start that makes it: it knows everything that the stories know.
  const [{ openWorld }, { fillSampleDay }] = await Promise.all([import('./world/world.ts'), import('./sample-day/sample-day.ts')])
  await using world = await openWorld({ url: publicUrl, home })
  await orNextTime(() => fillSampleDay(world, record, known), log)
}

/**
 * A machine with no time to spare may not do in time what the sample day waits for. The hub is of use without: it begins, says so, and the next start
 * makes what is missing.
 */
export async function orNextTime(make: () => Promise<void>, log: Pick<Log, 'warn'>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof Error) || !LATE.has(error.name)) throw error
    const remedy = 'Start the hub again when the machine has less to do: the rest is made then.'
    log.warn({ event: 'demo.sample-day-unfinished', reason: error.message, remedy })
  }
}

/** What it is called when something did not come in time: `soon`, and `AbortSignal.timeout`. */
const LATE: ReadonlySet<string> = new Set(['NotSoYet', 'TimeoutError'])

/** The figures of a demonstration: counted from people who do not exist, who would be too many to write into the record. */
async function fillFigures(database: Database, organizationIds: Readonly<Record<string, string>>): Promise<void> {
  const { rowCount } = await database.query({
    text: 'SELECT FROM passport.fact WHERE person = $1 LIMIT 1',
    values: [personNumber('generated-1')],
  })
  if (rowCount !== 0) return
  const of = (...keys: readonly string[]) => keys.flatMap((key) => organizationIds[key] ?? [])
  const facts = generateFacts({
    people: FIGURES_OF_PEOPLE,
    from: '2026-Q1',
    quarters: 3,
    areas: (await loadReportAreas()).map(({ id }) => id),
    organizations: {
      nhs: of('community-team', 'neurorehab', 'neuropsychology', 'hospital'),
      'third-sector': of('therapy-centre'),
      leisure: of('leisure'),
      'social-care': of('community-team'),
    },
  })
  await factStore(database).replace(new Map(facts))
  const costs = unitCostsIn(database)
  const invented = { source: 'Invented for the demonstration: no real cost', priceYear: 2026 }
  const entry = { by: 'demonstration', at: new Date(0) }
  await costs.enter({ sector: 'nhs', unit: 'contact', low: 5_000, central: 7_000, high: 9_500, ...invented }, entry)
  await costs.enter({ sector: 'nhs', unit: 'bed-day', low: 35_000, central: 45_000, high: 60_000, ...invented }, entry)
}

async function hasSampleDay(publicUrl: string, token: Promise<string>): Promise<boolean> {
  const response = await fetch(`${publicUrl}/fhir/Basic?identifier=${encodeURIComponent(`${DEMO_ID}|${SAMPLE_DAY_MADE}`)}&_summary=count`, {
    headers: { authorization: `Bearer ${await token}`, accept: 'application/fhir+json' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  if (!response.ok) throw new Error(`The record did not say whether the sample day is made (${response.status}).`)
  return ((await response.json()) as Bundle).total !== 0
}

async function transact(base: string, token: Promise<string>, bundle: Bundle): Promise<Bundle> {
  const response = await fetch(base, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/fhir+json', accept: 'application/fhir+json' },
    body: JSON.stringify(bundle),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  const answer: unknown = await response.json()
  // The demonstration is synthetic, so the whole answer may be told.
  if (!response.ok) throw new Error(`The record refused the demonstration with ${response.status}: ${JSON.stringify(answer)}`)
  return answer as Bundle
}

/** What the rules of matching did in the quarters of the figures, as though somebody had looked for services. */
async function fillRuleEffects(database: Database): Promise<void> {
  for (const [day, times] of RULE_EFFECTS) {
    const at = new Date(`${day}T12:00:00Z`)
    const effects = ruleEffectsIn(database, { now: () => at })
    if ((await effects.between(day, day)).length > 0) continue
    for (let person = 0; person < LOOKED_FOR; person += 1) {
      const about = {
        area: ['CH5', 'LL18', ''][person % 3] ?? '',
        age: AGE_BANDS[person % AGE_BANDS.length] ?? '40-64',
        condition: 'multiple-sclerosis',
      }
      const share = times.map((one) => ({ ...one, times: Math.floor(one.times / LOOKED_FOR) + (person < one.times % LOOKED_FOR ? 1 : 0) }))
      effects.count(
        share.filter((one) => one.times > 0),
        about,
        `generated-${person}`,
      )
    }
    await effects.write()
  }
}

/** People for whom somebody looked on such a day. */
const LOOKED_FOR = 40

/** One day in each quarter. */
const RULE_EFFECTS: readonly (readonly [day: string, effects: readonly RuleEffect[]])[] = ['2026-02-16', '2026-05-18', '2026-08-17'].map(
  (day, nth) => [
    day,
    [
      { rule: 'offers', effect: 'for', times: 412 + nth * 31 },
      { rule: 'distance', effect: 'excluded', times: 183 - nth * 12 },
      { rule: 'catchment', effect: 'excluded', times: 96 + nth * 4 },
      { rule: 'condition', effect: 'excluded', times: 41 },
      { rule: 'age', effect: 'excluded', times: 5 },
      { rule: 'access', effect: 'against', times: 64 + nth * 9 },
      { rule: 'confirmed', effect: 'against', times: 128 - nth * 20 },
      { rule: 'confirmed', effect: 'overruled', times: 12 + nth },
      { rule: 'harm', effect: 'against', times: 17 },
      { rule: 'capacity', effect: 'against', times: 74 + nth * 6 },
    ],
  ],
)
