import { isObject, type Json } from '../shape.ts'
import { choiceOf } from '../rules/read.ts'

/** One occurrence of an element in a resource. */
export interface Occurrence {
  readonly value: unknown
  /** -1 when the element is no list. */
  readonly index: number
  /** The JSON property, which for a choice tells the type. */
  readonly property: string
}

/** The occurrences of an element in its parent, in order. One that has only an extension counts; its value is the companion. */
export function occurrences(parent: Json, name: string, isChoice: boolean): Occurrence[] {
  const property = isChoice ? (choiceOf(parent, name) ?? name) : name
  const value = parent[property]
  const companion = parent[`_${property}`]
  if (!Array.isArray(value)) {
    const one = value ?? (Array.isArray(companion) ? undefined : companion)
    if (one !== undefined) return [{ value: one, index: -1, property }]
    return Array.isArray(companion) ? companion.map((item: unknown, index) => ({ value: item, index, property })) : []
  }
  return value.map((item: unknown, index) => {
    const instead: unknown = item ?? (Array.isArray(companion) ? companion[index] : undefined)
    return { value: instead, index, property }
  })
}

/** What is at a discriminator's path below a value: element names, `$this`, `extension('url')`, `resolve()` and `ofType()` passed over. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let found: unknown[] = [value]
  for (const step of stepsOf(path)) {
    found = found.flatMap((item) => {
      if (!isObject(item)) return []
      const name = typeof step === 'string' ? step : 'extension'
      const property = item[name] === undefined ? (choiceOf(item, name) ?? name) : name
      const next = item[property]
      const all: unknown[] = Array.isArray(next) ? next : next === undefined ? [] : [next]
      return typeof step === 'string' ? all : all.filter((one) => isObject(one) && one.url === step.url)
    })
  }
  return found
}

/** A discriminator's path as steps: a name, or an extension by URL. */
export function stepsOf(path: string): (string | { readonly url: string })[] {
  const steps: (string | { readonly url: string })[] = []
  for (const [, url, name, call] of path.matchAll(/extension\('([^']*)'\)|([A-Za-z$]\w*)(\([^)]*\))?/g)) {
    if (url !== undefined) steps.push({ url })
    else if (name !== undefined && name !== '$this' && call === undefined) steps.push(name)
  }
  return steps
}
