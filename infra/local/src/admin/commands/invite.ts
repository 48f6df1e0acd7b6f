/** `npm run admin -- invite`: the first person of an organisation, who then invites the others from their own pages. Row I2. */
import type { Organization } from '@medplum/fhirtypes'
import { HANDRAIL } from '@platform/nhs/systems'
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped } from '../options.ts'

export const name = 'invite'

export const summary = 'Invite somebody into an organisation: --organization ID --name NAME --title WORDS'

const HELP = `npm run admin -- invite --organization ID --name NAME --title WORDS [options]

  --organization ID   the Organization, as register-organization printed it; they see no more than its grade allows
  --name NAME         what others read of them
  --title WORDS       what they do: it stands beside everything they record
  --role ROLE         worker or professional (worker)
  --contact ADDRESS   e-mail address or mobile number for one-time codes, for whoever cannot make a passkey
  --issuer URL        instead of a link: the issuer of SIGN_IN_ISSUERS at which they sign in
  --subject SUB       and who they are there, the sub of its ID tokens
  --administers       they invite others into the organisation, from their own pages

A hub must be running. Prints the link, which works once and for a week: give it to them and to nobody else. With --issuer prints the id of the person.
`

/** Prints the link alone, or the id of the person. */
export async function run(typed: readonly string[]): Promise<number> {
  const names = ['organization', 'name', 'title', 'role', 'contact', 'issuer', 'subject'] as const
  const { options, flags, words, help } = readTyped('invite', typed, names, ['administers'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const { organization: id, name: person, title, role = 'worker', contact, issuer, subject } = options
  if (words.length > 0 || id === undefined || person === undefined || title === undefined) {
    throw new CannotStart('invite needs --organization, --name and --title; --help says more.')
  }

  await using door = await openOperatorDoor('system/Organization.r')
  const organization = JSON.parse(await door.ask('GET', `Organization/${encodeURIComponent(id)}`)) as Organization
  const grade = organization.extension?.find(({ url }) => url === `${HANDRAIL}/StructureDefinition/grade`)?.valueCode
  if (grade === undefined) throw new CannotStart(`${organization.name ?? id} has no grade: nobody can say how much they may see.`)
  const invitation = await door.invite({
    name: person,
    title,
    role,
    organization: `Organization/${id}`,
    grade,
    administers: flags.has('administers'),
    ...(contact === undefined ? {} : { contact }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(subject === undefined ? {} : { subject }),
  })
  process.stdout.write(`${'link' in invitation ? invitation.link : invitation.registered}\n`)
  return 0
}
