/** What the page behind a link shows of a referral: what came in the payload and nothing else, so that what the hub left out is not here either. Pure. */
import type { Bundle, HumanName, Patient, ServiceRequest } from '@medplum/fhirtypes'
import type { LinkRead } from '../../clients/links.ts'
import { ours } from '../../knowledge/reading.ts'
import type { Words } from '../../words/words.ts'

/** One line of the card. */
export interface Line {
  readonly key: string
  readonly values: readonly string[]
}

/** The card of a referral. */
export interface Shown {
  readonly organization: string
  readonly status: string
  readonly due?: string
  readonly answers: readonly string[]
  readonly lines: readonly Line[]
}

/** The lines, in the order in which somebody who answers needs them; one without a value is not there. */
export function showLink({ organization, sender, status, due, answers, payload }: LinkRead, words: Words): Shown {
  const { link } = words
  const all = payload === undefined ? [] : linesOf(payload, words)
  const lines = [{ key: link.sender, values: sender === undefined ? [] : [sender] }, ...all].filter(({ values }) => values.length > 0)
  const plain = words.link.statuses[status as keyof Words['link']['statuses']] ?? status
  return { organization, status: plain, answers, lines, ...(due === undefined ? {} : { due }) }
}

function linesOf({ entry = [] }: Bundle, { link, inbox }: Words): readonly Line[] {
  const request = entry.find(({ resource }) => resource?.resourceType === 'ServiceRequest')?.resource as ServiceRequest | undefined
  const patient = entry.find(({ resource }) => resource?.resourceType === 'Patient')?.resource as Patient | undefined
  const { priority } = request ?? {}
  return [
    { key: link.asked, values: present([request?.code?.text ?? request?.code?.coding?.[0]?.display]) },
    { key: link.name, values: present([nameOf(patient?.name)]) },
    { key: link.telephone, values: telephonesOf(patient?.telecom) },
    { key: link.needs, values: [...new Set([...needsOf(request?.extension), ...needsOf(patient?.extension)])] },
    { key: link.notes, values: (request?.note ?? []).flatMap(({ text }) => present([text])) },
    { key: link.reasons, values: (request?.reasonCode ?? []).flatMap(({ text, coding }) => present([text ?? coding?.[0]?.display])) },
    {
      key: link.contact,
      values: (patient?.contact ?? []).map(({ name, telecom }) => present([nameOf(name && [name]), ...telephonesOf(telecom)]).join(', ')),
    },
    { key: link.born, values: present([patient?.birthDate]) },
    {
      key: link.address,
      values: (patient?.address ?? []).map(({ line = [], city, postalCode }) => present([...line, city, postalCode]).join(', ')),
    },
    { key: link.priority, values: [inbox.priorities[priority ?? 'unknown']] },
  ]
}

const present = (texts: readonly (string | undefined)[]): readonly string[] =>
  texts.filter((text) => text !== undefined && text !== '') as string[]

const nameOf = (names: readonly HumanName[] | undefined): string | undefined => {
  const [name] = names ?? []
  return name === undefined ? undefined : (name.text ?? present([...(name.given ?? []), name.family]).join(' '))
}

const telephonesOf = (telecom: Patient['telecom'] = []): readonly string[] =>
  telecom.flatMap(({ system, value }) => (system === 'phone' || system === 'sms' ? present([value]) : []))

const needsOf = (extension: Patient['extension'] = []): readonly string[] =>
  extension.flatMap(({ url, valueString }) => (url === ours('needs') ? present([valueString]) : []))
