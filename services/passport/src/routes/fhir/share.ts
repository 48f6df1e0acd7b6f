/** `$share-link`, `$share-links` and `$withdraw-link`: what a person does with the links of their record. */
import { randomBytes } from 'node:crypto'
import { informationOutcome } from '@platform/fhir/operation-outcome'
import type { FastifyPluginAsync } from 'fastify'
import { encodeLink, flagOf, LONGEST_LABEL, LONGEST_URL, type Flag } from '../../domain/share/link.ts'
import { PASSCODE, statusOf } from '../../domain/share/link-state.ts'
import { isSection, SECTIONS, sectionsOf } from '../../domain/share/section.ts'
import { LANGUAGES, type Language } from '../../domain/summary/words.ts'
import { refuse } from '../../errors.ts'
import { encryptAll, newLinkId } from '../../store/open-link.ts'
import { createLink, linksOf, newSecret, openingsOf, withdrawLink, type Link, type Opening } from '../../store/share-links.ts'
import { hashPasscode } from '../../store/share-passcode.ts'
import { shownCodes, type ShownCode } from '../../store/shown-codes.ts'
import { sealLink } from '../../store/share-secrets.ts'
import { entryOf } from './audit-hook.ts'
import { readParameters } from './operation-input.ts'
import type { ShareDependencies } from './share-dependencies.ts'
import { atParameter, expiryIn, idIn, sendPrivately } from './share-parameters.ts'
import { mayGiveLinks } from './sharer.ts'

const IN = {
  section: 'many',
  expires: 'once',
  passcode: 'once',
  'long-term': 'once',
  direct: 'once',
  label: 'once',
  language: 'once',
} as const

export const share: FastifyPluginAsync<ShareDependencies> = async (app, { database, sharing, publicUrl, readRow, now }) => {
  const { clock, keys, contents } = sharing

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$share-link',
    { config: { fhir: { operation: 'share-link', types: ['Patient'] } } },
    async (request, reply) => {
      const person = await mayGiveLinks(request, readRow)
      const given = readParameters(request.body, IN)
      const at = clock.now()
      const asked = choicesIn(given, at)
      const { language, direct } = asked
      const content = await contents(person, asked.sections, { at, direct, language })
      if (content === undefined || content.files.length === 0) throw refuse.SHARE_CLOSED()

      const secret = newSecret()
      const url = `${publicUrl}/shl/${secret}`
      if (url.length > LONGEST_URL) throw new Error(`PUBLIC_URL is too long for links: an address would have ${url.length} characters.`)
      const key = randomBytes(32)
      const id = newLinkId()
      const longTerm = asked.flag.includes('L')
      const audit = { ...entryOf(request, { at: now(), status: 200 }), entity: 'SMART Health Link', people: [person.patient] }
      await createLink(
        database,
        {
          id,
          secret,
          patient: person.patient,
          role: person.role,
          carer: person.carer,
          language,
          sections: asked.sections,
          flag: asked.flag,
          label: asked.label,
          createdAt: at,
          expiresAt: asked.expires,
          passcode: asked.passcode === undefined ? undefined : await hashPasscode(asked.passcode),
          // The content of a long-term link is made anew at each opening; of any other the hub keeps the text and forgets the key.
          sealedKey: longTerm ? sealLink(keys, { key, secret, id }) : undefined,
          files: longTerm ? [] : await encryptAll(key, content, at),
          classes: longTerm ? 0 : content.classes,
        },
        audit,
      )
      request.disclosure.committed = true
      const link = encodeLink(`${publicUrl}/view`, {
        url,
        key: key.toString('base64url'),
        exp: Math.floor(asked.expires.getTime() / 1000),
        ...(asked.flag === '' ? {} : { flag: asked.flag }),
        ...(asked.label === undefined ? {} : { label: asked.label }),
      })
      return sendPrivately(request, reply, [
        { name: 'link', valueUri: link },
        { name: 'id', valueId: id },
        { name: 'expires', valueInstant: asked.expires.toISOString() },
      ])
    },
  )

  app.post<{ Params: { id: string } }>(
    '/Patient/:id/$withdraw-link',
    { config: { fhir: { operation: 'withdraw-link', types: ['Patient'] } } },
    async (request, reply) => {
      const person = await mayGiveLinks(request, readRow)
      const id = idIn(request.body)
      if (id === undefined || !(await withdrawLink(database, person, id, clock.now()))) throw refuse.LINK_UNKNOWN()
      return reply
        .header('content-type', request.answerType)
        .send(
          JSON.stringify(informationOutcome('The link is withdrawn. The next opening fails; what was read before cannot be taken back.')),
        )
    },
  )

  app.get<{ Params: { id: string } }>(
    '/Patient/:id/$share-links',
    { config: { fhir: { operation: 'share-links', types: ['Patient'] } } },
    async (request, reply) => {
      const sharer = await mayGiveLinks(request, readRow)
      const { patient } = sharer
      const [links, openings] = await Promise.all([linksOf(database, sharer, clock.now()), openingsOf(database, patient)])
      const of = Map.groupBy(openings, ({ link }) => link)
      // A carer sees what became of the links that they gave out; codes are the person's.
      const codes = sharer.role === 'patient' ? await shownCodes(database, patient, clock.now()) : []
      return sendPrivately(request, reply, [
        ...links.map((link) => ({ name: 'link', part: partsOf(link, of.get(link.id) ?? [], clock.now()) })),
        ...codes.map((code) => ({ name: 'shown', part: partsOfCode(code, clock.now()) })),
      ])
    },
  )
}

interface Choices {
  readonly sections: Link['sections']
  readonly expires: Date
  readonly flag: Flag
  readonly passcode: string | undefined
  readonly label: string | undefined
  readonly direct: boolean
  readonly language: Language
}

function choicesIn(given: ReturnType<typeof readParameters>, at: Date): Choices {
  const named = given.words('section')
  const unknown = named.find((word) => !isSection(word))
  if (unknown !== undefined) throw refuse.SHARE_SECTION_UNKNOWN({ known: SECTIONS.join(', ') }, atParameter('section'))
  const expires = expiryIn(given, at)
  const passcode = given.word('passcode')
  const direct = given.boolean('direct')
  if (passcode !== undefined && direct) throw refuse.SHARE_FLAGS_CONTRADICT({}, atParameter('direct'))
  const length = [...(passcode ?? '')].length
  if (passcode !== undefined && (length < PASSCODE.least || length > PASSCODE.most))
    throw refuse.SHARE_PASSCODE_SHORT({ least: PASSCODE.least }, atParameter('passcode'))
  const label = given.word('label')
  if (label !== undefined && ([...label].length > LONGEST_LABEL || /\p{Cc}/u.test(label) || /\d{3}\s?\d{3}\s?\d{4}/.test(label)))
    throw refuse.SHARE_LABEL_INVALID({}, atParameter('label'))
  const language = LANGUAGES.find((one) => one === (given.word('language') ?? 'en'))
  if (language === undefined) throw refuse.PARAMETERS_UNREADABLE({}, atParameter('language'))
  return {
    sections: sectionsOf(named.filter(isSection)),
    expires,
    flag: flagOf({ longTerm: given.boolean('long-term'), passcode: passcode !== undefined, direct }),
    passcode,
    label,
    direct,
    language,
  }
}

function partsOfCode({ id, purpose, createdAt, expiresAt, withdrawnAt, accepted }: ShownCode, at: Date): object[] {
  return [
    { name: 'id', valueId: id },
    { name: 'status', valueCode: statusOf({ expiresAt, withdrawnAt, lockedAt: undefined }, at) },
    ...(purpose === undefined ? [] : [{ name: 'purpose', valueString: purpose }]),
    { name: 'created', valueInstant: createdAt.toISOString() },
    { name: 'expires', valueInstant: expiresAt.toISOString() },
    ...(withdrawnAt === undefined ? [] : [{ name: 'withdrawn', valueInstant: withdrawnAt.toISOString() }]),
    ...accepted.map((reference) => ({ name: 'accepted', valueReference: { reference } })),
  ]
}

function partsOf(link: Link, openings: readonly Opening[], at: Date): object[] {
  return [
    { name: 'id', valueId: link.id },
    { name: 'status', valueCode: statusOf(link, at) },
    ...(link.carer === undefined ? [] : [{ name: 'by', valueReference: { reference: link.carer } }]),
    { name: 'language', valueCode: link.language },
    ...link.sections.map((section) => ({ name: 'section', valueCode: section })),
    ...(link.flag === '' ? [] : [{ name: 'flag', valueCode: link.flag }]),
    ...(link.label === undefined ? [] : [{ name: 'label', valueString: link.label }]),
    { name: 'created', valueInstant: link.createdAt.toISOString() },
    { name: 'expires', valueInstant: link.expiresAt.toISOString() },
    ...(link.lockedAt === undefined ? [] : [{ name: 'locked', valueInstant: link.lockedAt.toISOString() }]),
    ...(link.withdrawnAt === undefined ? [] : [{ name: 'withdrawn', valueInstant: link.withdrawnAt.toISOString() }]),
    ...(link.passcode === undefined ? [] : [{ name: 'remainingAttempts', valueUnsignedInt: link.attemptsLeft }]),
    ...openings.map(({ at: when, recipient, outcome, notedAt }) => ({
      name: 'opening',
      part: [
        { name: 'at', valueInstant: when.toISOString() },
        // As stated by the reader: nobody has checked it.
        { name: 'saidToBe', valueString: recipient },
        { name: 'outcome', valueCode: outcome },
        ...(notedAt === undefined ? [] : [{ name: 'noteLeft', valueInstant: notedAt.toISOString() }]),
      ],
    })),
  ]
}
