import { RESOURCE_TYPES } from '../resource-types.ts'
import type { SearchParameter } from './definitions.ts'

/**
 * Whether a parameter searches the reference that says whose compartment a resource of its type lies in: `exactly`, or `partly` where
 * another element may say it when this one does not, or `no`. An element that repeats does not: an appointment of two people lies in
 * the compartment of one.
 */
export function namesThePerson({ key, keys, paths }: SearchParameter): 'exactly' | 'partly' | 'no' {
  const type = key.split('.')[0] ?? ''
  const [first, ...others] = RESOURCE_TYPES[type]?.patient ?? []
  const [path, ...morePaths] = paths
  if (first === undefined || keys.length !== 1 || morePaths.length > 0 || !path?.single || path.element !== first) return 'no'
  return others.length === 0 ? 'exactly' : 'partly'
}
