/**
 * `POST /$import-referrals`: requests of a sender as a list (CSV), row by row, each with what became of it. A list that is sent again asks nobody twice;
 * `dryRun` asks nobody the first time either. Everything is read and written with the caller's own token: a person that they may not see is not found.
 */
import type { ParametersParameter, Patient, ServiceRequest } from '@medplum/fhirtypes'
import type { Caller } from '@platform/fhir/caller'
import { readCsv } from '@platform/fhir/csv-file'
import { Refusal } from '@platform/fhir/errors'
import { scopesAllow } from '@platform/fhir/scopes'
import { isSubsetted } from '@platform/fhir/subsetted'
import { ID } from '@platform/nhs/systems'
import type { FastifyPluginAsync } from 'fastify'
import type { Dependencies } from '../../dependencies.ts'
import { keyOfRow, MOST_REFERRALS, readReferralsList, requestOf, type ReferralRow } from '../../domain/referrals-list/referrals-list.ts'
import { NEED_KEY } from '../../domain/vocabulary.ts'
import { refuse } from '../../errors.ts'
import type { FhirRecord } from '../../store/record.ts'
import { sendResource } from './answer.ts'
import { complete, readParameters } from './parameters.ts'

interface RowResult {
  readonly line: number
  /** `asked`, `unchanged` (it was asked for already), or `not-taken` */
  readonly went: 'asked' | 'unchanged' | 'not-taken'
  readonly request?: string
  readonly text?: string
}

const PLACE = { expression: "Parameters.parameter.where(name = 'csv')" }
/** Whom and what a row asks for. */
interface AskedRow {
  readonly patient: string
  readonly need: string
}

/** A reference that comes again with another person or need is no repeat: taken for one, nobody would ever be asked. HAZ-R90 */
const USED = 'This reference stands for another person or need that you asked for before. Give this row a reference of its own.'
const NOBODY = 'Nobody with this number and date of birth is known to you here.'

export const importReferrals: FastifyPluginAsync<Dependencies> = async (app, { record, bars, directory, clock }) => {
  app.post('/$import-referrals', async ({ body, caller }, reply) => {
    const given = readParameters(body, ['csv', 'dryRun'])
    const { csv } = complete({ csv: given.string('csv') })
    const dryRun = given.boolean('dryRun') === true
    const { organization } = caller
    if (organization === undefined) throw refuse.REFERRER_WITHOUT_ORGANISATION()
    const file = readCsv(Buffer.from(csv), { mostRows: MOST_REFERRALS })
    if ('no' in file) throw refuse.REFERRALS_UNREADABLE({ because: 'why' in file ? file.why : BECAUSE[file.no] }, PLACE)
    const list = readReferralsList(file)
    if ('missing' in list) throw refuse.REFERRALS_UNREADABLE({ because: `it has no column ${list.missing.join(', ')}` }, PLACE)
    const results: RowResult[] = []
    const rehearsed = new Map<string, AskedRow>()
    // One after another: two rows may have one reference, and the second is then the first one's repeat.
    for (const row of list.rows) {
      if ('problem' in row) results.push({ line: row.line, went: 'not-taken', text: row.problem })
      else results.push(await takeRow(row, { ...caller, organization }, dryRun ? rehearsed : undefined))
    }
    const count = (went: RowResult['went']) => results.filter((one) => one.went === went).length
    const parameter: ParametersParameter[] = [
      { name: 'asked', valueUnsignedInt: count('asked') },
      { name: 'unchanged', valueUnsignedInt: count('unchanged') },
      { name: 'notTaken', valueUnsignedInt: count('not-taken') },
      { name: 'dryRun', valueBoolean: dryRun },
      ...results.map(({ line, request, went, text }) => ({
        name: 'row',
        part: [
          { name: 'line', valueUnsignedInt: line },
          { name: 'went', valueCode: went },
          ...(request === undefined ? [] : [{ name: 'request', valueReference: { reference: request } }]),
          ...(text === undefined ? [] : [{ name: 'text', valueString: text }]),
        ],
      })),
    ]
    return sendResource(reply, { resourceType: 'Parameters', parameter })
  })

  /** @param rehearsed the rows before that would be asked for, by key, where nobody is to be asked */
  async function takeRow(
    row: ReferralRow,
    caller: Caller & { readonly organization: string },
    rehearsed: Map<string, AskedRow> | undefined,
  ): Promise<RowResult> {
    const { line, nhsNumber, bornOn, receiver } = row
    const own = record.as({ get: async () => caller.token })
    const no = (text: string): RowResult => ({ line, went: 'not-taken', text })
    try {
      const key = keyOfRow(caller.organization, row)
      const [known] = await own.search<ServiceRequest>('ServiceRequest', { identifier: `${NEED_KEY}|${key}` })
      // Both at once, which whoever is not shown them may ask by too: the list brings them.
      const found = await own.search<Patient>('Patient', { identifier: `${ID.NHS_NUMBER}|${nhsNumber}`, birthdate: bornOn })
      const people = found.filter((one) => (one.birthDate === bornOn || isSubsetted(one)) && one.active !== false)
      const [patient] = people
      if (patient === undefined || people.length > 1) return no(NOBODY)
      const asked = { key, need: row.need, patient: `Patient/${patient.id ?? ''}` }
      if (known !== undefined) {
        const isSame = known.code?.text === asked.need && (await isAbout(known, asked.patient, own))
        return isSame ? { line, went: 'unchanged', request: `ServiceRequest/${known.id ?? ''}` } : no(USED)
      }
      if (receiver !== undefined && directory.listing(receiver)?.active !== true)
        return no('The receiver is not listed, or no longer in use.')
      if (rehearsed !== undefined) {
        if (!scopesAllow(caller.scopes, 'ServiceRequest', 'c')) throw refuse.ANSWER_NOT_YOURS_TO_WRITE({ type: 'ServiceRequest' })
        const before = rehearsed.get(key)
        if (before === undefined) rehearsed.set(key, asked)
        else if (before.need !== asked.need || before.patient !== asked.patient) return no(USED)
        return { line, went: before === undefined ? 'asked' : 'unchanged' }
      }
      const who = {
        sender: caller.organization,
        patient: asked.patient,
        category: { coding: [bars.category] },
        at: clock.now(),
      }
      const request = await own.create({ request: requestOf(row, who), key })
      return { line, went: 'asked', request }
    } catch (error) {
      if (!(error instanceof Refusal) || error.issue === 'transient') throw error
      return no(error.message)
    }
  }
}

/** Whether a request is about this person, also by a record of theirs that was merged into this one. */
async function isAbout({ subject }: ServiceRequest, patient: string, own: Pick<FhirRecord, 'read'>): Promise<boolean> {
  if (subject.reference === patient) return true
  const named = await own.read<Patient>(subject.reference ?? '')
  return named?.link?.some(({ type, other }) => type === 'replaced-by' && other.reference === patient) === true
}

const BECAUSE = { empty: 'it has no row of headings', 'too-long': `it has more than ${String(MOST_REFERRALS)} rows` } as const
