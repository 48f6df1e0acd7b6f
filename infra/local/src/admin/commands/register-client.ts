/** `npm run admin -- register-client`: a system that may ask for tokens, from the next request on. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '@platform/service/database'
import { formatScopes } from '@platform/fhir/scopes'
import { clientRegister } from '@services/identity/store/client-register'
import { CannotStart } from '../../cannot-start.ts'
import { homeOf, postgresFolderOf, readConfig } from '../../config.ts'
import { runningEmbeddedPostgres } from '../../embedded-postgres.ts'

export const name = 'register-client'

export const summary = 'Register a system that may ask for tokens: --jwks FILE --organization ID --grade G --scopes S'

const HELP = `npm run admin -- register-client --jwks FILE --organization ID --grade GRADE --scopes SCOPES [options]

  --jwks FILE         its public keys, a JWK Set; each key with a kid, RSA (RS384) or EC P-384 (ES384)
  --organization ID   the Organization it acts for; with role admin it may act for none
  --grade GRADE       link-only, needs-only, therapy-record or full
  --scopes SCOPES     SMART scopes separated by spaces, such as "system/Procedure.crs system/Patient.rs"
  --role ROLE         admin, professional, worker, ward, commissioner, patient or carer (professional)
  --id ID             its client id (the file's name without ending)
  --name NAME         what people read (its client id)
  --patient ID        whose record it is for, with role patient or carer

A client that is registered already is replaced.
`

/** Registers a client in the database of the hub. Prints its registration as one JSON object. */
export async function run(words: readonly string[]): Promise<number> {
  const values = readOptions(words)
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const { jwks, organization, grade, scopes, role = 'professional', patient } = values
  const missing = Object.entries({ jwks, organization, grade, scopes }).filter(
    // The operator's own client writes what belongs to nobody.
    ([option, value]) => value === undefined && !(option === 'organization' && role === 'admin'),
  )
  if (jwks === undefined || grade === undefined || scopes === undefined || missing.length > 0) {
    throw new CannotStart(`register-client needs ${missing.map(([option]) => `--${option}`).join(', ')}; --help says more.`)
  }
  const clientId = values.id ?? jwks.replace(/^.*\//, '').replace(/(\.jwks?)?\.json$/, '')
  const registration = {
    clientId,
    name: values.name ?? clientId,
    jwks: readJwks(jwks),
    grade,
    scopes,
    role,
    ...(organization === undefined ? {} : { organization }),
  }

  await using database = await openDatabase(databaseUrl(), { name: 'admin', max: 1 })
  const client = await clientRegister(database).register({ ...registration, ...(patient === undefined ? {} : { patient }) })
  const { jwks: _keys, redirectUris: _uris, ...shown } = client
  process.stdout.write(`${JSON.stringify({ ...shown, scopes: formatScopes(client.scopes) })}\n`)
  return 0
}

function readOptions(words: readonly string[]) {
  const option = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...words],
      options: {
        jwks: option,
        organization: option,
        grade: option,
        scopes: option,
        role: option,
        id: option,
        name: option,
        patient: option,
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}; "npm run admin -- register-client --help" says more.`)
  }
}

function readJwks(file: string): unknown {
  try {
    // npm runs scripts at the repository's root; INIT_CWD is where the person is.
    return JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? '.', file), 'utf8')) as unknown
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new CannotStart(`The key file ${file} ${reason}: give a JWK Set with the public keys of the client.`)
  }
}

/** The database of the hub: the one named in DATABASE_URL, or the embedded one of the hub that runs here. */
function databaseUrl(): string {
  const config = readConfig(process.env)
  const url = config.DATABASE_URL ?? runningEmbeddedPostgres(postgresFolderOf(homeOf(config)))
  if (url === undefined) throw new CannotStart('No hub is running here: start one with "npm start", or set DATABASE_URL.')
  return url
}
