/** `npm run admin -- register-organization`: an organisation of the directory, written through the record's own door. */
import { GRADES } from '@platform/fhir/caller'
import { parseOdsCode } from '@platform/nhs/ods-code'
import { HANDRAIL, ID } from '@platform/nhs/systems'
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped } from '../options.ts'

export const name = 'register-organization'

export const summary = 'Register an organisation: --name NAME --sector S --grade G [--ods CODE]'

const SECTORS = ['nhs', 'third-sector', 'leisure', 'social-care', 'independent']

const HELP = `npm run admin -- register-organization --name NAME --sector SECTOR --grade GRADE [options]

  --name NAME       what people read
  --sector SECTOR   ${SECTORS.join(', ')}
  --grade GRADE     ${GRADES.join(', ')}: how much it may see, from the assurance it holds
  --ods CODE        its ODS code; an organisation with the same code is not registered twice

A hub must be running. Prints the id that register-client takes as --organization.
`

/** Prints the id of the organisation alone. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped('register-organization', typed, ['name', 'sector', 'grade', 'ods'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const { name: title, sector, grade } = options
  if (words.length > 0 || title === undefined || sector === undefined || grade === undefined) {
    throw new CannotStart('register-organization needs --name, --sector and --grade; --help says more.')
  }
  if (!SECTORS.includes(sector)) throw new CannotStart(`There is no sector "${sector}": it is one of ${SECTORS.join(', ')}.`)
  if (!GRADES.some((known) => known === grade)) throw new CannotStart(`There is no grade "${grade}": it is one of ${GRADES.join(', ')}.`)
  const ods = options.ods === undefined ? undefined : parseOdsCode(options.ods)
  if (options.ods !== undefined && ods === undefined) throw new CannotStart(`"${options.ods}" is no ODS code.`)

  await using door = await openOperatorDoor('system/Organization.crs')
  const organization = {
    resourceType: 'Organization',
    extension: [
      { url: `${HANDRAIL}/StructureDefinition/sector`, valueCode: sector },
      { url: `${HANDRAIL}/StructureDefinition/grade`, valueCode: grade },
    ],
    ...(ods === undefined ? {} : { identifier: [{ system: ID.ODS_ORGANIZATION, value: ods }] }),
    active: true,
    name: title,
  }
  const once = ods === undefined ? {} : { 'if-none-exist': `identifier=${encodeURIComponent(`${ID.ODS_ORGANIZATION}|${ods}`)}` }
  const answer = await door.ask('POST', 'Organization', JSON.stringify(organization), { ...once, prefer: 'return=representation' })
  const { id } = JSON.parse(answer) as { id: string }
  process.stdout.write(`${id}\n`)
  return 0
}
