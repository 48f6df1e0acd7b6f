/** The words of staff at work: one area for each kind of work. */
import { triage } from './triage.ts'

export const desk = { ...triage }
