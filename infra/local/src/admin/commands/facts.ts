/** `npm run admin -- facts`: makes the facts that reports count anew from the whole record. What was published stays as it is. */
import { packageFolder } from '@handrail/fhir-profiles/package'
import { loadReportAreas } from '@handrail/fhir-profiles/report-areas'
import { loadProfiles } from '@platform/fhir/profiles'
import { placesIn } from '@platform/service/places'
import { measuresOf } from '@services/passport/domain/outcomes/paired-change'
import { factKeeper } from '@services/passport/store/reports/fact-keeper'
import { factStore } from '@services/passport/store/reports/fact-store'
import { CannotStart } from '../../cannot-start.ts'
import { openHubDatabase } from '../../hub-database.ts'
import { urlOfRunningHub } from '../../running-hub.ts'
import { readTyped } from '../options.ts'

export const name = 'facts'

export const summary = 'Make the facts that reports count anew from the whole record: rebuild'

const HELP = `npm run admin -- facts rebuild

Needed after an area changed its postcodes; a table of places, and an organisation that changes its sector, do it by themselves. Quarters that were published stay as they are.
`

/** Prints how many people there were. */
export async function run(typed: readonly string[]): Promise<number> {
  const { words, help } = readTyped(name, typed, [])
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  if (words.length !== 1 || words[0] !== 'rebuild') throw new CannotStart('Say "rebuild"; --help says more.')
  await using hub = await openHubDatabase('admin')
  const { database, home } = hub
  const { codeSystems } = loadProfiles(packageFolder)
  const keeper = factKeeper({
    database,
    facts: factStore(database),
    areas: await loadReportAreas(),
    places: placesIn(database),
    measures: measuresOf(codeSystems),
    codeSystems,
    baseUrl: `${urlOfRunningHub(home)}/fhir`,
    now: () => new Date(),
  })
  process.stdout.write(`The facts of ${await keeper.rebuild()} people were made anew\n`)
  return 0
}
