/** How each hospital writes its messages, as data: `pathway/hospital-sites.json`. A new hospital, or a quirk of one, is an entry there. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { duration } from './calendar.ts'
import { pathwayFolder } from './package.ts'
import { date, listOf, mapOf, matching, object, oneOf, optional, parseDataFile, text, type Reader } from './reading.ts'

const part = oneOf('ward', 'room', 'bed', 'site', 'other')
/** What a hospital writes is compared in upper case: written otherwise here, it would be true of no message, and nobody would hear so. HAZ-A137 */
const upper: Reader<string> = (value, place) => text(value, place).trim().toUpperCase()
const mapOfUpper =
  <T>(item: Reader<T>): Reader<ReadonlyMap<string, T>> =>
  (value, place) =>
    new Map([...mapOf(item)(value, place)].map(([key, each]) => [key.trim().toUpperCase(), each]))
const event = matching(/^A\d\d$/, 'an event such as A08')
/** HL7 table 0004, and what HL7 UK adds. */
const patientClass = oneOf('B', 'C', 'E', 'I', 'N', 'O', 'P', 'R', 'U', 'W')
const site = object({
  title: optional(text),
  /** What people call the hospital, where it is shown. Absent: as it writes itself. */
  called: optional(text),
  /** What the components of PV1-3 hold, in order. HL7: ward, room, bed, facility; UK ITK examples: site, ward, bed, site code. */
  location: optional(listOf(part, 1)),
  /** Assigning authorities by the name the hospital writes, to the one they are known by here; an absent authority is written as "". */
  authorities: optional(mapOf(text)),
  /** Names the hospital writes for the NHS number, beside the usual ones. */
  nhsNumberAuthorities: optional(listOf(text)),
  /** Events that say nothing here, such as an A08 sent for every blood test. */
  ignore: optional(listOf(event)),
  /** Words the hospital writes for a class of PV1-2, in whatever case, to the class of HL7 table 0004: `INPATIENT` is `I`. */
  patientClasses: optional(mapOfUpper(patientClass)),
  /** What PV1-4, or PV1-2 where PV1-4 says nothing of it, means, by the code or word the hospital writes, in whatever case. */
  admissionKinds: optional(mapOfUpper(oneOf('emergency', 'elective', 'day-case'))),
  /** Wards that are shown to nobody outside the direct-care team, by the code the hospital writes. */
  sensitiveWards: optional(listOf(text)),
  /** Wards of critical care, by the code the hospital writes: whoever is moved there is told of aloud. */
  criticalCareWards: optional(listOf(text)),
  /** From this day on it is to send: should nothing ever come, that is silence too. Absent: silence begins with the first message. */
  expectedFrom: optional(date),
  /** How far its clock may be ahead of ours: what it dates later than that has not happened yet, and counts by the next best time that it gives. */
  clockAhead: optional(duration),
  /** What PV1-36 holds when the person has died, as the hospital writes it, in whatever case; absent: 20 and 40 to 42 of HL7 table 0112, and the words. */
  deathDispositions: optional(listOf(upper)),
  silentAfter: optional(duration),
  /** Between 22:00 and 07:00 by the clock on the wall, where nights are quiet. */
  silentAfterAtNight: optional(duration),
})
const usual = object({ location: listOf(part, 1), silentAfter: duration })

const hospitalSites = object({
  id: text,
  title: text,
  status: oneOf('draft', 'active', 'retired'),
  author: text,
  source: text,
  reviewBy: date,
  usual,
  sites: mapOf(site),
})

/** `pathway/hospital-sites.json`; `sites` is keyed by MSH-4. */
export type HospitalSites = ReturnType<typeof hospitalSites>

const NOTHING_SAID = site({}, 'a hospital without an entry')

/** What one hospital does, with what is usual where it says nothing. */
export type HospitalSite = ReturnType<typeof site> & ReturnType<typeof usual>

/** Reads it, at start. @throws MalformedDataFile one sentence naming file and place */
export async function loadHospitalSites(folder: string = pathwayFolder): Promise<HospitalSites> {
  return parseHospitalSites(await readFile(join(folder, 'hospital-sites.json'), 'utf8'))
}

/** The same from its text. */
export const parseHospitalSites = (json: string): HospitalSites => parseDataFile(json, 'pathway/hospital-sites.json', hospitalSites)

/** The ways of the hospital that writes itself so. */
export function siteOf({ usual: common, sites }: HospitalSites, facility: string): HospitalSite {
  const own = sites.get(facility)
  if (own === undefined) return { ...NOTHING_SAID, ...common }
  return { ...own, location: own.location ?? common.location, silentAfter: own.silentAfter ?? common.silentAfter }
}
