/** Secure links that went out, and the verified ways of organisations that have no account. Hashes and ids alone. */
import type { Database, Queryable } from '@platform/service/database'
import { revoke, type Link } from '../domain/link/link.ts'

/** Where a link of an organisation goes, and by which second way its code. */
export interface LinkRoute {
  /** `Organization/<id>` */
  readonly organization: string
  /** E-mail address. */
  readonly mailTo: string
  readonly codeBy: 'sms' | 'email'
  readonly codeTo: string
  /** When a code that went the second way came back; absent: no link is sent. */
  readonly verifiedAt?: Date
}

/** A check that is under way. */
export interface RouteCheck {
  readonly hash: string
  readonly until: Date
  readonly wrong: number
}

/** Links and routes. */
export interface Links {
  /** Whether this organisation has verified ways; answered from memory, which `refresh` keeps. */
  reaches(organization: string): boolean
  /** Reads which organisations have verified ways. */
  refresh(): Promise<void>
  route(organization: string): Promise<LinkRoute | undefined>
  /** The ways of an organisation, not verified yet; a code is to be sent. Other ways that were verified no longer count. */
  propose(route: Omit<LinkRoute, 'verifiedAt'>): Promise<void>
  /** Organisations to whom a code is to be sent that verifies their second way. */
  checksWanted(most: number): Promise<readonly LinkRoute[]>
  /** The code is about to go. @returns false where somebody else sends it */
  issueCheck(organization: string, check: Omit<RouteCheck, 'wrong'>): Promise<boolean>
  /** Links for which a code is to be sent, as hashes of their tokens. A code is hashed with the token's hash. */
  codesWanted(most: number): Promise<readonly string[]>
  /** Decides about a check under a lock. @returns what the decision came to; nothing where no check is under way */
  check(
    organization: string,
    decide: (check: RouteCheck) => 'verified' | 'wrong' | 'over',
    at: Date,
  ): Promise<'verified' | 'wrong' | 'over' | undefined>
  /** Takes a new link; earlier ones of the same step no longer open. */
  make(tokenHash: string, link: Link, at: Date): Promise<void>
  read(tokenHash: string): Promise<Link | undefined>
  /** Decides about a link under a lock, so that five codes tried at once are five. */
  change<T extends { readonly next: Link } | { readonly no: string }>(tokenHash: string, decide: (link: Link) => T): Promise<T | undefined>
  /** Every link of a step stops. @returns how many there were */
  revokeOf(task: string, at: Date): Promise<number>
  /** The newest link of a step, as whoever sent it may know. */
  newestOf(task: string): Promise<Link | undefined>
}

interface LinkRow {
  readonly token_hash: string
  readonly task: string
  readonly need: string
  readonly organization: string
  readonly expires_at: Date
  readonly revoked_at: Date | null
  readonly locked_at: Date | null
  readonly opened_at: Date | null
  readonly wrong_codes: number
  readonly codes_sent: number
  readonly code_sent_at: Date | null
  readonly code_wanted: boolean
  readonly code_hash: string | null
  readonly code_until: Date | null
  readonly session_hash: string | null
  readonly session_until: Date | null
}

/** Opens them in a database. */
export function linksIn(database: Database): Links {
  const reached = new Set<string>()
  const refresh = async () => {
    const text = 'SELECT organization FROM referrals.link_route WHERE verified_at IS NOT NULL'
    const { rows } = await database.query<{ organization: string }>({ name: 'link-routes', text })
    reached.clear()
    for (const { organization } of rows) reached.add(organization)
  }
  return {
    reaches: (organization) => reached.has(organization),
    refresh,
    async route(organization) {
      const text = 'SELECT * FROM referrals.link_route WHERE organization = $1'
      const { rows } = await database.query<RouteRow>({ name: 'link-route', text, values: [organization] })
      return rows[0] === undefined ? undefined : toRoute(rows[0])
    },
    async propose({ organization, mailTo, codeBy, codeTo }) {
      await database.query({ name: 'link-propose', text: PROPOSE, values: [organization, mailTo, codeBy, codeTo] })
      reached.delete(organization)
    },
    async checksWanted(most) {
      const text = 'SELECT * FROM referrals.link_route WHERE check_wanted LIMIT $1'
      const { rows } = await database.query<RouteRow>({ name: 'link-checks-wanted', text, values: [most] })
      return rows.map(toRoute)
    },
    async issueCheck(organization, { hash, until }) {
      const text = `UPDATE referrals.link_route SET check_hash = $2, check_until = $3, check_wrong = 0, check_wanted = false
        WHERE organization = $1 AND check_wanted`
      const { rowCount } = await database.query({ name: 'link-issue-check', text, values: [organization, hash, until] })
      return rowCount === 1
    },
    async codesWanted(most) {
      const text = 'SELECT token_hash FROM referrals.link WHERE code_wanted ORDER BY code_sent_at LIMIT $1'
      const { rows } = await database.query<{ token_hash: string }>({ name: 'link-codes-wanted', text, values: [most] })
      return rows.map(({ token_hash: hash }) => hash)
    },
    async check(organization, decide, at) {
      const came = await database.transaction(async (tx) => {
        const text = 'SELECT * FROM referrals.link_route WHERE organization = $1 AND check_hash IS NOT NULL FOR UPDATE'
        const { rows } = await tx.query<RouteRow>({ name: 'link-check-lock', text, values: [organization] })
        const [row] = rows
        if (row === undefined) return undefined
        const went = decide({ hash: row.check_hash ?? '', until: row.check_until ?? at, wrong: row.check_wrong })
        const change = {
          verified: 'verified_at = $2, check_hash = NULL',
          wrong: 'check_wrong = check_wrong + 1',
          over: 'check_hash = NULL',
        }[went]
        // The text is one of three: each is its own statement.
        const values = went === 'verified' ? [organization, at] : [organization]
        await tx.query({ name: `link-check-${went}`, text: `UPDATE referrals.link_route SET ${change} WHERE organization = $1`, values })
        return went
      })
      await refresh()
      return came
    },
    async make(tokenHash, link, at) {
      await database.transaction(async (tx) => {
        await revokeAll(tx, link.task, at)
        await tx.query({ name: 'link-make', text: MAKE, values: [tokenHash, link.task, link.need, link.organization, at, link.expiresAt] })
      })
    },
    async read(tokenHash) {
      const text = 'SELECT * FROM referrals.link WHERE token_hash = $1'
      const { rows } = await database.query<LinkRow>({ name: 'link-read', text, values: [tokenHash] })
      return rows[0] === undefined ? undefined : toLink(rows[0])
    },
    change: (tokenHash, decide) =>
      database.transaction(async (tx) => {
        const text = 'SELECT * FROM referrals.link WHERE token_hash = $1 FOR UPDATE'
        const { rows } = await tx.query<LinkRow>({ name: 'link-lock', text, values: [tokenHash] })
        if (rows[0] === undefined) return undefined
        const decided = decide(toLink(rows[0]))
        if ('next' in decided) await tx.query({ name: 'link-save', text: SAVE, values: [tokenHash, ...valuesOf(decided.next)] })
        return decided
      }),
    revokeOf: (task, at) => revokeAll(database, task, at),
    async newestOf(task) {
      const text = 'SELECT * FROM referrals.link WHERE task = $1 ORDER BY made_at DESC, expires_at DESC LIMIT 1'
      const { rows } = await database.query<LinkRow>({ name: 'link-newest', text, values: [task] })
      return rows[0] === undefined ? undefined : toLink(rows[0])
    },
  }
}

interface RouteRow {
  readonly organization: string
  readonly mail_to: string
  readonly code_by: LinkRoute['codeBy']
  readonly code_to: string
  readonly check_hash: string | null
  readonly check_until: Date | null
  readonly check_wrong: number
  readonly verified_at: Date | null
}

const toRoute = ({ organization, mail_to: mailTo, code_by: codeBy, code_to: codeTo, verified_at: verifiedAt }: RouteRow): LinkRoute => ({
  organization,
  mailTo,
  codeBy,
  codeTo,
  ...(verifiedAt === null ? {} : { verifiedAt }),
})

async function revokeAll(database: Queryable, task: string, at: Date): Promise<number> {
  const text = 'SELECT * FROM referrals.link WHERE task = $1 AND revoked_at IS NULL FOR UPDATE'
  const { rows } = await database.query<LinkRow>({ name: 'link-of-task', text, values: [task] })
  for (const row of rows)
    await database.query({ name: 'link-save', text: SAVE, values: [row.token_hash, ...valuesOf(revoke(toLink(row), at))] })
  return rows.length
}

const toLink = (row: LinkRow): Link => ({
  task: row.task,
  need: row.need,
  organization: row.organization,
  expiresAt: row.expires_at,
  wrongCodes: row.wrong_codes,
  codesSent: row.codes_sent,
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  ...(row.locked_at === null ? {} : { lockedAt: row.locked_at }),
  ...(row.opened_at === null ? {} : { openedAt: row.opened_at }),
  ...(row.code_sent_at === null ? {} : { codeSentAt: row.code_sent_at }),
  ...(row.code_wanted ? { codeWanted: true as const } : {}),
  ...(row.code_hash === null || row.code_until === null ? {} : { code: { hash: row.code_hash, until: row.code_until } }),
  ...(row.session_hash === null || row.session_until === null ? {} : { session: { hash: row.session_hash, until: row.session_until } }),
})

const valuesOf = (link: Link): readonly unknown[] => [
  link.revokedAt ?? null,
  link.lockedAt ?? null,
  link.openedAt ?? null,
  link.wrongCodes,
  link.codesSent,
  link.codeSentAt ?? null,
  link.code?.hash ?? null,
  link.code?.until ?? null,
  link.session?.hash ?? null,
  link.session?.until ?? null,
  link.codeWanted ?? false,
]

const MAKE = `
  INSERT INTO referrals.link (token_hash, task, need, organization, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`
const SAVE = `
  UPDATE referrals.link SET revoked_at = $2, locked_at = $3, opened_at = $4, wrong_codes = $5, codes_sent = $6, code_sent_at = $7,
    code_hash = $8, code_until = $9, session_hash = $10, session_until = $11, code_wanted = $12
  WHERE token_hash = $1`
const PROPOSE = `
  INSERT INTO referrals.link_route (organization, mail_to, code_by, code_to, check_wanted) VALUES ($1, $2, $3, $4, true)
  ON CONFLICT (organization) DO UPDATE
  SET mail_to = $2, code_by = $3, code_to = $4, check_hash = NULL, check_until = NULL, check_wrong = 0, check_wanted = true, verified_at = NULL`
