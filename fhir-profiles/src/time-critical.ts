/**
 * What may not be stopped or missed, as data: `emergency/time-critical.json`. A medicine is known by its name or code in the record of a
 * person, and where the advice holds for a condition only, by that condition too; nothing follows from a diagnosis alone. Every line has
 * its source; the file has author, approval state and the date by which its wording is reviewed. HAZ-P80.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { profilesFolder } from './package.ts'
import { date, listOf, object, oneOf, optional, parseDataFile, text, type Reader } from './reading.ts'

/** What a condition is known by: part of its name in lower case, SNOMED CT code, or code of the hospital alert register. */
export interface ConditionMark {
  readonly names: readonly string[]
  readonly codes: readonly string[]
  readonly register: readonly string[]
}

/** A medicine that is given on time and not stopped suddenly. */
export interface TimeCriticalMedicine {
  readonly id: string
  readonly title: string
  /** Parts of a medicine's name, in lower case: ingredients, so that every product that names one is caught. */
  readonly names: readonly string[]
  /** Names that contain one of these are another thing. */
  readonly notNames: readonly string[] | undefined
  /** SNOMED CT or dm+d. */
  readonly codes: readonly string[]
  /** The line holds only for a person of whom this is recorded. */
  readonly needsCondition: ConditionMark | undefined
  readonly text: string
  readonly source: string
}

/** A line for whoever is on the register under a code, whatever the name of the medicine. */
export interface TimeCriticalRegister {
  readonly register: string
  readonly title: string
  readonly text: string
  readonly source: string
}

export interface TimeCritical {
  /** `draft` until a clinical lead has signed; shown as not yet approved. */
  readonly status: 'draft' | 'active'
  readonly author: string
  readonly reviewBy: string
  readonly medicines: readonly TimeCriticalMedicine[]
  readonly registers: readonly TimeCriticalRegister[]
  /** Codes of device-kind that stand at the top of the emergency view. */
  readonly pinnedDevices: readonly string[]
  /** Codes of the alerts register for a device or treatment: an entry stands there too where nothing else says so. */
  readonly pinnedRegisters: readonly string[]
  /** Codes of intervention-kind that cannot be undone. */
  readonly irreversible: readonly string[]
}

const texts = listOf(text)

const reader: Reader<TimeCritical> = object({
  status: oneOf('draft', 'active'),
  author: text,
  reviewBy: date,
  medicines: listOf(
    object({
      id: text,
      title: text,
      names: listOf(text, 1),
      notNames: optional(texts),
      codes: texts,
      needsCondition: optional(object({ names: texts, codes: texts, register: texts })),
      text,
      source: text,
    }),
  ),
  registers: listOf(object({ register: text, title: text, text, source: text })),
  pinnedDevices: texts,
  pinnedRegisters: texts,
  irreversible: texts,
})

/**
 * Reads the file, at start.
 *
 * @param folder default: `fhir-profiles/emergency`
 * @throws MalformedDataFile one sentence naming the file and the place
 */
export function loadTimeCritical(folder: string = join(profilesFolder, 'emergency')): TimeCritical {
  return parseDataFile(readFileSync(join(folder, 'time-critical.json'), 'utf8'), 'emergency/time-critical.json', reader)
}
