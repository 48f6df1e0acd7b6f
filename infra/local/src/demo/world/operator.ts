/** The hub's operator, at the command line beside it: for what is set up there, and by nobody over the network. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { NotSo } from '../story.ts'

const ADMIN = join(import.meta.dirname, '..', '..', 'admin', 'main.ts')

/** Types `npm run admin -- <words>` and answers what it prints. @throws NotSo with what it says, when it refuses */
export type Operator = (...words: readonly string[]) => Promise<string>

/** @param databaseUrl where the hub's database is, when neither its home folder nor this environment says so */
export function operatorOf({ home, databaseUrl }: { readonly home: string; readonly databaseUrl?: string | undefined }): Operator {
  const env = { ...process.env, HANDRAIL_HOME: home, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) }
  return (...words) =>
    new Promise((resolve, reject) => {
      execFile(process.execPath, [ADMIN, ...words], { env }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(new NotSo(`The operator's command was refused: ${stderr.trim()}`))
      })
    })
}
