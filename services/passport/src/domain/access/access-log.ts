/** The audit trail of one person in plain sentences: who, what kind of thing, and why as far as the record says. Pure. Row H4. */
import type { StoredAudit } from '../audit-event.ts'
import { auditId } from '../audit-event.ts'
import { RESOURCE_TYPES } from '../resource-types.ts'
import type { Kind } from './policy.ts'
import type { AccessLanguage, AccessWords } from './words.ts'
import { dayOf, timeOf, wordsOf } from './words.ts'

export interface LogContext {
  readonly language: AccessLanguage
  /** Names of organisations by reference. */
  readonly names: ReadonlyMap<string, string>
  /** How each organisation stands to the person now. */
  readonly kinds: ReadonlyMap<string, readonly Kind[]>
}

/** One line: what one caller did of one kind on one day, however often. */
export interface LogLine {
  readonly text: string
  /** When it was first and last done. */
  readonly from: Date
  readonly to: Date
  /** The newest of the entries it stands for, as an AuditEvent id. */
  readonly event: string
  readonly count: number
}

/** @param entries newest first, as they are in the trail */
export function accessLog(entries: readonly StoredAudit[], context: LogContext): LogLine[] {
  const lines = new Map<string, { said: string; entries: StoredAudit[] }>()
  for (const entry of entries) {
    const said = sentenceOf(entry, context)
    const key = `${dayOf(entry.at, 'en')}|${said}`
    const known = lines.get(key)
    if (known === undefined) lines.set(key, { said, entries: [entry] })
    else known.entries.push(entry)
  }
  return [...lines.values()].flatMap(({ said, entries: its }): LogLine[] => {
    const [last, first] = [its[0], its.at(-1)]
    if (last === undefined || first === undefined) return []
    return [
      {
        text: `${whenOf(first.at, last.at, its.length, context.language)}: ${said}`,
        from: first.at,
        to: last.at,
        event: auditId(last),
        count: its.length,
      },
    ]
  })
}

function whenOf(from: Date, to: Date, count: number, language: AccessLanguage): string {
  const [first, last] = [timeOf(from, language), timeOf(to, language)]
  const times = first === last ? first : `${first}–${last}`
  return `${dayOf(from, language)}, ${times}${count > 1 ? wordsOf(language).log.times(count) : ''}`
}

function sentenceOf(entry: StoredAudit, context: LogContext): string {
  const words = wordsOf(context.language)
  const sentence = whatOf(entry, whoOf(entry, context), words)
  const why = whyOf(entry, context, words)
  return capital(why === undefined ? sentence : `${sentence} ${why}`)
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

function whoOf({ client, organization, purpose }: StoredAudit, { names, language }: LogContext): string {
  const { log, somebody } = wordsOf(language)
  if (purpose === 'PATRQT') return log.you
  if (purpose === 'FAMRQT') return log.carer
  if (organization !== null) return names.get(organization) ?? somebody
  if (client === 'unknown') return log.unknown
  return client.startsWith('handrail') ? log.hub : `${log.application} (${client})`
}

const WRITES: Readonly<Record<string, 'added' | 'changed' | 'removed'>> = {
  create: 'added',
  update: 'changed',
  'conditional-update': 'changed',
  patch: 'changed',
  'conditional-patch': 'changed',
  confirm: 'changed',
  delete: 'removed',
  'conditional-delete': 'removed',
}
const LOOKS: ReadonlySet<string> = new Set(['read', 'vread', 'history-instance', 'history-type', 'search-type'])

function whatOf({ interaction, entity, status }: StoredAudit, who: string, { log, classes }: AccessWords): string {
  const type = entity?.split('/')[0] ?? ''
  const kind = Object.hasOwn(RESOURCE_TYPES, type) ? RESOURCE_TYPES[type]?.dataClass : undefined
  const what = kind === undefined ? log.record : classes[kind]
  if (status >= 400) return log.refused(who, what)
  const write = WRITES[interaction]
  if (write !== undefined) return log[write](who, what)
  if (LOOKS.has(interaction)) return log.looked(who, what)
  if (interaction === 'timeline') return log.looked(who, log.record)
  if (interaction === 'emergency') return log.looked(who, classes.emergency)
  if (interaction === 'everything') return log.lookedAtAll(who)
  if (interaction === 'summary' || interaction === 'document') return log.summary(who)
  if (interaction === 'break-glass') return log.opened(who)
  if (interaction === 'access-log') return log.readLog(who)
  if (interaction === 'merge' || interaction === 'unmerge') return log.merged(who)
  if (interaction === 'transaction' || interaction === 'batch') return log.wrote(who)
  if (/export|print|health-cards/.test(interaction)) return log.copied(who)
  const shared = SHARING[interaction]
  if (shared !== undefined) return log[shared](who)
  return log.other(who)
}

/** What is done with codes and links: looking at those that there are is not making one, and making one is not opening it. */
const SHARING: Readonly<Record<string, 'sawShared' | 'shared' | 'unshared' | 'openedShared' | 'acceptedShown'>> = {
  'share-links': 'sawShared',
  'share-link': 'shared',
  'show-to-record': 'shared',
  'withdraw-link': 'unshared',
  'withdraw-shown': 'unshared',
  'open-link': 'openedShared',
  'accept-shown': 'acceptedShown',
}

/** The narrowest reasons come first: an emergency is one whatever else connects them. */
const IN_ORDER: readonly Kind[] = ['admitted', 'referral-received', 'mental-health-team', 'care-team', 'agreed', 'registered', 'entry-made']

function whyOf(
  { organization, purpose, client, status }: StoredAudit,
  { kinds }: LogContext,
  { why, log }: AccessWords,
): string | undefined {
  if (purpose === 'BTG' || purpose === 'ETREAT') return status < 400 ? why['break-glass'] : undefined
  if (organization === null || purpose !== null || client.startsWith('handrail') || status >= 400) return undefined
  const now = kinds.get(organization) ?? []
  const kind = IN_ORDER.find((one) => now.includes(one))
  return kind === undefined ? log.noReasonNow : why[kind]
}
