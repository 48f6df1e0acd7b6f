/** Where the compiled profiles and the data files lie. */
import { fileURLToPath } from 'node:url'

/** The folder `fhir-profiles`, ending without a slash. */
export const profilesFolder: string = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** The compiled FHIR package, the folder `loadProfiles` of `@platform/fhir/profiles` reads. */
export const packageFolder: string = `${profilesFolder}/package`

/** Alert rules as PlanDefinition files. */
export const rulesFolder: string = `${profilesFolder}/rules`

/** Due times, ladders and owners. */
export const pathwayFolder: string = `${profilesFolder}/pathway`

/** Organisations, people and records of the demonstration. */
export const demoFolder: string = `${profilesFolder}/demo`

/** Every code of another terminology that we write, with where it was seen. */
export const terminologyFolder: string = `${profilesFolder}/terminology`
