/** Wards that are shown to nobody outside the direct-care team, as the site maps mark them. Pure. HAZ-A17 */
import type { HospitalSites } from './hospital-sites.ts'

/** Whether a word by which a place is named is that of one of these wards; a place in words begins with its ward: `W3, room 1`. */
export function namesOneOf(wards: readonly string[], place: string): boolean {
  const names = [place, place.split(',')[0] ?? ''].map(asCompared)
  return wards.some((ward) => names.includes(asCompared(ward)))
}

const asCompared = (name: string): string => name.trim().toUpperCase()

/** The wards that a hospital marks as sensitive; where nobody can tell which hospital it is, those of all. */
export function sensitiveWardsOf({ sites }: Pick<HospitalSites, 'sites'>, facility?: string): readonly string[] {
  const of = facility === undefined ? [...sites.values()] : [sites.get(facility)]
  return of.flatMap((site) => site?.sensitiveWards ?? [])
}
