/** The words of staff at work: one area for each kind of work. */
import { advice } from './advice.ts'
import { clinic } from './clinic.ts'
import { group } from './group.ts'
import { recording } from './recording.ts'
import { triage } from './triage.ts'

export const desk = { ...advice, ...clinic, ...group, ...recording, ...triage }
