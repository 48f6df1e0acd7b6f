/** `npm run admin -- end-sign-in`: takes back whoever signs in at another issuer. Decision 301. */
import { CannotStart } from '../../cannot-start.ts'
import { openOperatorDoor } from '../operator-door.ts'
import { readTyped } from '../options.ts'

export const name = 'end-sign-in'

export const summary = 'Take back who signs in at another issuer: --issuer URL --subject SUB'

const HELP = `npm run admin -- end-sign-in --issuer URL --subject SUB

  --issuer URL    as in SIGN_IN_ISSUERS
  --subject SUB   who they are there

A hub must be running. What they have open ends within a minute of use.
`

/** Says nothing when it is done. */
export async function run(typed: readonly string[]): Promise<number> {
  const { options, words, help } = readTyped('end-sign-in', typed, ['issuer', 'subject'])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const { issuer, subject } = options
  if (words.length > 0 || issuer === undefined || subject === undefined)
    throw new CannotStart('end-sign-in needs --issuer and --subject; --help says more.')
  await using door = await openOperatorDoor('system/Organization.r')
  await door.endSignIn({ issuer, subject })
  return 0
}
