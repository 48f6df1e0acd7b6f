/**
 * One opening of a link, from its address to its files: the passcode against the attempts that are left, the last word of the gate, and only
 * then the content. What a stranger must not tell apart comes back as the same `gone`.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '@platform/service/database'
import type { ManifestRequest } from '../domain/share/manifest-request.ts'
import { statusOf } from '../domain/share/link-state.ts'
import type { AuditEntry } from './audit-store.ts'
import type { ContentOptions, SharedContent, SharedPerson } from './share-contents.ts'
import { encryptFile } from './share-files.ts'
import { filesOf, giveBackAttempt, keepWrongPasscode, passGate, takeAttempt, ticketText } from './link-openings.ts'
import { findLink, type Link, type StoredFile } from './share-links.ts'
import { isPasscode } from './share-passcode.ts'
import { openSealed, type KeySeal } from './share-secrets.ts'
import type { Section } from '../domain/share/section.ts'

export interface SharingDependencies {
  readonly database: Database
  readonly keys: KeySeal
  /** Business time: expiry. */
  readonly clock: { now(): Date }
  /** Real time: audit. */
  readonly now: () => Date
  /** What the person would share at this moment; nothing when there is no such person any more or everything was closed. */
  readonly contents: (person: SharedPerson, sections: readonly Section[], options: ContentOptions) => Promise<SharedContent | undefined>
  /** Tells the person that a link was locked by wrong passcodes. */
  readonly tellLocked: (link: Pick<Link, 'id' | 'patient' | 'label'>, at: Date) => Promise<void>
}

export type Opened =
  | { readonly outcome: 'opened'; readonly link: Link; readonly files: readonly StoredFile[]; readonly note: string }
  | { readonly outcome: 'passcode-wanted' | 'passcode-wrong'; readonly left: number }
  | { readonly outcome: 'gone' | 'too-often' | 'busy' | 'other-method' }

export interface Asked extends ManifestRequest {
  readonly secret: string
  /** By GET with flag U, which is one file; by POST without. */
  readonly direct: boolean
  /** Correlation id. */
  readonly request: string
}

/** Opens a link for whoever asks. The opening and its audit entry are durable before it answers. */
export async function openLink(dependencies: SharingDependencies, asked: Asked): Promise<Opened> {
  const { database, clock } = dependencies
  const link = await findLink(database, asked.secret)
  if (link === undefined || statusOf(link, clock.now()) !== 'active') return GONE
  if (link.flag.includes('U') !== asked.direct) return { outcome: 'other-method' }
  if (link.passcode !== undefined) {
    const refused = await tryPasscode(dependencies, link, link.passcode, asked)
    if (refused !== undefined) return refused
  }

  // Made before the gate, so that what is sent is never younger than the permission; nothing leaves if the gate stays shut.
  const at = clock.now()
  const files = await currentFiles(dependencies, link, at)
  if (files === undefined) return GONE
  const gate = await passGate(database, { link, recipient: asked.recipient, at, audit: auditOf(dependencies, link, asked, 200) })
  if (!gate.open) return gate.because === 'gone' ? GONE : { outcome: 'too-often' }
  return { outcome: 'opened', link, files, note: gate.note }
}

const GONE: Opened = { outcome: 'gone' }

/** @returns nothing when the passcode is right */
async function tryPasscode(dependencies: SharingDependencies, link: Link, kept: string, asked: Asked): Promise<Opened | undefined> {
  const { database, clock } = dependencies
  // Asking without one is how a reader learns that there is one; it costs nothing.
  if (asked.passcode === undefined) return { outcome: 'passcode-wanted', left: link.attemptsLeft }
  const attempt = await takeAttempt(database, link.id)
  if (attempt !== 'taken') return attempt === 'busy' ? { outcome: 'busy' } : GONE
  if (await isPasscode(asked.passcode, kept)) {
    await giveBackAttempt(database, link.id)
    return undefined
  }
  const at = clock.now()
  const audit = auditOf(dependencies, link, asked, 401)
  const { left, locked } = await keepWrongPasscode(database, { id: link.id, recipient: asked.recipient, at, audit })
  if (locked) await dependencies.tellLocked(link, at)
  return { outcome: 'passcode-wrong', left }
}

/** The files as they are now: those of a long-term link are made and encrypted for this very opening. */
async function currentFiles({ database, keys, contents }: SharingDependencies, link: Link, at: Date): Promise<StoredFile[] | undefined> {
  if (!link.flag.includes('L')) {
    const stored = await filesOf(database, link.id)
    return stored.length === 0 ? undefined : stored
  }
  if (link.sealedKey === undefined) return undefined
  const content = await contents(link, link.sections, { at, direct: link.flag.includes('U'), language: link.language })
  if (content === undefined) return undefined
  return encryptAll(openSealed(keys, link.sealedKey, link.id).key, content, at)
}

/** Encrypts every file of a content under one key, each with an IV of its own. */
export async function encryptAll(key: Uint8Array, { files }: SharedContent, at: Date): Promise<StoredFile[]> {
  return Promise.all(files.map(async (file) => ({ contentType: file.contentType, jwe: await encryptFile(key, file), updatedAt: at })))
}

/** One entry about a link; its bearer is nobody we know, and the name they give is not evidence. */
function auditOf({ now }: SharingDependencies, link: Link, { request }: Asked, status: number): AuditEntry {
  return {
    at: now(),
    client: 'smart-health-link',
    subject: `link:${link.id}`,
    organization: undefined,
    interaction: 'open-link',
    status,
    entity: 'SMART Health Link',
    people: [link.patient],
    purpose: undefined,
    request,
  }
}

/** A file by its short-lived address. It belongs to an opening that is kept already. */
export const openTicket = ({ database, clock }: SharingDependencies, secret: string): Promise<string | undefined> =>
  ticketText(database, secret, clock.now())

/** A new id for a link. */
export const newLinkId = (): string => randomUUID()
