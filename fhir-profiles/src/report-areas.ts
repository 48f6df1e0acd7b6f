/**
 * The areas that reports exist for. They are fixed: two ways of dividing the same people would let small numbers be found by subtraction,
 * and so a change of this file counts from the next quarter on and changes no report that was published.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { profilesFolder } from './package.ts'
import { listOf, MalformedDataFile, matching, object, parseDataFile, text } from './reading.ts'

/** One area. */
export interface ReportArea {
  readonly id: string
  readonly name: { readonly en: string; readonly cy: string }
  /** Outward postcodes of the people who live there, such as `QQ1`. */
  readonly outward: readonly string[]
}

const areas = object({
  source: text,
  areas: listOf(
    object({
      id: matching(/^[a-z][a-z0-9-]*$/, 'an id of small letters, digits and hyphens'),
      name: object({ en: text, cy: text }),
      outward: listOf(matching(/^[A-Z]{1,2}\d[A-Z\d]?$/, 'an outward postcode'), 1),
    }),
  ),
})

/** Every area. @throws MalformedDataFile also where an outward postcode is in two areas, or an id is used twice */
export async function loadReportAreas(file = join(profilesFolder, 'reports', 'areas.json')): Promise<readonly ReportArea[]> {
  return readReportAreas(await readFile(file, 'utf8'))
}

/** The same from the text of the file. */
function readReportAreas(json: string): readonly ReportArea[] {
  const { areas: all } = parseDataFile(json, 'reports/areas.json', areas)
  const [ids, outward] = [all.map(({ id }) => id), all.flatMap((area) => area.outward)]
  if (new Set(ids).size !== ids.length) throw new MalformedDataFile('reports/areas.json uses an id twice.')
  if (new Set(outward).size !== outward.length) throw new MalformedDataFile('reports/areas.json has an outward postcode in two areas.')
  return all
}
