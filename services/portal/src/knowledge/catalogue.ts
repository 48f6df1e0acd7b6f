/** The codes a person chooses from, with their words, read from the profiles once. */
import { readFileSync } from 'node:fs'
import type { CodeSystem } from '@medplum/fhirtypes'
import { packageFolder } from '@handrail/fhir-profiles/package'
import type { Role } from '@platform/fhir/caller'

/** A code with its words. */
export interface Choice {
  readonly code: string
  readonly display: string
  /** What kinds of session are grouped by. */
  readonly group?: string
}

/** An outcome measure: its name, its unit, and the ends of its scale where its name says them. */
export interface Measure extends Choice {
  /** UCUM. */
  readonly unit: string
  /** As people write it; empty for a plain score. */
  readonly unitWords: string
  readonly range?: { readonly least: number; readonly most: number }
}

export interface Catalogue {
  readonly kinds: readonly Choice[]
  readonly deliveryModes: readonly Choice[]
  readonly approaches: readonly Choice[]
  /** Where a session takes place. */
  readonly settings: readonly Choice[]
  readonly refusalReasons: readonly Choice[]
  readonly diaryItems: readonly Choice[]
  readonly diaryTriggers: readonly Choice[]
  readonly timesOfDay: readonly Choice[]
  /** Kinds of help that a service can offer. */
  readonly serviceKinds: readonly Choice[]
  /** What a service is warned of. */
  readonly precautions: readonly Choice[]
  /** What a place can have. */
  readonly accessNeeds: readonly Choice[]
  /** Why a session did not take place. */
  readonly absenceReasons: readonly Choice[]
  /** Why a need stays unmet. */
  readonly unmetNeeds: readonly Choice[]
  /** What somebody can be on the hospital alert register for. */
  readonly registers: readonly Choice[]
  /** What somebody has in their body that a ward must know of. */
  readonly deviceKinds: readonly Choice[]
  readonly measures: readonly Measure[]
}

/** Reads the compiled code systems. A missing file stops the start. */
export function readCatalogue(): Catalogue {
  return {
    kinds: choicesOf('intervention-kind').toSorted((one, other) => one.display.localeCompare(other.display)),
    deliveryModes: choicesOf('delivery-mode'),
    approaches: choicesOf('approach'),
    settings: choicesOf('setting'),
    refusalReasons: choicesOf('refusal-reason'),
    diaryItems: choicesOf('diary-item'),
    diaryTriggers: choicesOf('diary-trigger'),
    timesOfDay: choicesOf('time-of-day'),
    serviceKinds: choicesOf('service-kind').filter(({ code }) => code !== 'single-point-of-access'),
    precautions: choicesOf('precaution'),
    accessNeeds: choicesOf('access-attribute').filter(({ code }) => !NOT_ASKED_FOR.has(code)),
    absenceReasons: choicesOf('absence-reason'),
    unmetNeeds: choicesOf('unmet-need'),
    registers: choicesOf('register'),
    deviceKinds: choicesOf('device-kind'),
    measures: readMeasures(),
  }
}

/** What a listing states of itself and nobody needs in order to come. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(['hyperbaric-pressure', 'practitioner-register', 'insurance-expiry', 'temperature'])

const conceptsOf = (codeSystem: string) =>
  (JSON.parse(readFileSync(`${packageFolder}/CodeSystem-${codeSystem}.json`, 'utf8')) as CodeSystem).concept ?? []

/** `Pain, 0 to 10` says the ends of its scale; a measure in seconds or metres has none. */
const SCALE = /(-?\d+) to \+?(\d+)$/

const readMeasures = (): readonly Measure[] =>
  conceptsOf('measure')
    .map(({ code, display = code, property }) => {
      const unit = property?.find((one) => one.code === 'unit')?.valueString ?? '1'
      const [, least, most] = SCALE.exec(display) ?? []
      const unitWords = unit === '{score}' ? '' : unit.replaceAll(/[{}]/g, '').replace('/d', ' a day')
      return { code, display, unit, unitWords, ...(least === undefined ? {} : { range: { least: Number(least), most: Number(most) } }) }
    })
    .toSorted((one, other) => one.display.localeCompare(other.display))

/** The codes of a code system, in its order. */
export const codesOf = (codeSystem: string): readonly string[] => conceptsOf(codeSystem).flatMap(({ code }) => code ?? [])

function choicesOf(codeSystem: string): Choice[] {
  return conceptsOf(codeSystem).map(({ code, display, property }) => {
    const group = property?.find((one) => one.code === 'group')?.valueCode
    return { code, display: display ?? code, ...(group === undefined ? {} : { group }) }
  })
}

/** Groups of sessions that only registered professionals record. */
const PROFESSIONAL_ONLY: ReadonlySet<string | undefined> = new Set(['injection', 'device', 'medicine', 'surgery', 'decision'])

/** What somebody of this role may record as a session. */
export const kindsFor = ({ kinds }: Catalogue, role: Role): readonly Choice[] =>
  role === 'professional' ? kinds : kinds.filter(({ group }) => !PROFESSIONAL_ONLY.has(group))
