import { readable, type Run } from './run.ts'

export type Json = Record<string, unknown>
/** Looks at one value; the run is already at its place. */
export type Check = (value: unknown, run: Run) => void

/** One JSON property of a type: `birthDate`, `_birthDate`, `valueQuantity`. */
export interface Member {
  readonly property: string
  readonly slot: Slot
  readonly check: Check
  /** Primitive members have a companion `_property` with id and extensions. */
  readonly companion: Check | undefined
}

/** One element of a type; a choice has a member for each type it may have. */
export interface Slot {
  /** As FHIRPath calls it: without `[x]` and without the type. */
  readonly name: string
  readonly many: boolean
  readonly required: boolean
  /** Position among the choices of the type; -1 when it is none. */
  readonly choice: number
  readonly members: readonly Member[]
}

/** A type made ready to check values with. */
export interface Shape {
  readonly path: string
  readonly isResource: boolean
  readonly members: ReadonlyMap<string, Member>
  readonly companions: ReadonlyMap<string, Member>
  readonly required: readonly Slot[]
  readonly choices: number
  readonly rules: readonly ((value: Json, run: Run) => void)[]
}

/** Checks an object against a type: its properties, that nothing is missing, its rules. */
export function checkShape(value: unknown, shape: Shape, run: Run): void {
  if (!isObject(value)) {
    run.error('structure', Array.isArray(value) ? `${run.name()} has one value, not a list.` : `${run.name()} must be an object.`)
    return
  }
  const keys = Object.keys(value)
  const chosen: (string | undefined)[] | undefined = shape.choices > 0 ? [] : undefined
  let present = 0
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] ?? ''
    const item = value[key]
    if (item === undefined) continue
    present += 1
    const member = shape.members.get(key)
    if (member !== undefined) {
      if (chosen !== undefined && member.slot.choice >= 0) choose(member, chosen, run)
      checkMember(item, member, value, run)
      continue
    }
    const owner = shape.companions.get(key)
    if (owner !== undefined) {
      if (chosen !== undefined && owner.slot.choice >= 0) choose(owner, chosen, run)
      checkCompanion(item, owner, value, run)
    } else if (key !== 'resourceType' || !shape.isResource) {
      run.error('structure', `The element ${readable(key)} is not part of ${shape.path} in FHIR R4.`, {
        child: key,
        remedy: 'Remove it, or carry it as an extension.',
      })
    }
  }
  if (!shape.isResource && (present === 0 || (present === 1 && value.id !== undefined))) {
    run.error('structure', `${run.name()} is empty: an element has a value or children.`, { remedy: 'Leave the element out.' })
    return
  }
  for (let i = 0; i < shape.required.length; i += 1) checkPresent(value, shape.required[i], shape, run)
  for (let i = 0; i < shape.rules.length; i += 1) shape.rules[i]?.(value, run)
}

function choose({ slot, property }: Member, chosen: (string | undefined)[], run: Run): void {
  const other = chosen[slot.choice]
  if (other === undefined) chosen[slot.choice] = property
  else if (other !== property) {
    run.error('structure', `${slot.name} is given both as ${other} and as ${property}; it has one type only.`, { child: slot.name })
  }
}

function checkPresent(value: Json, slot: Slot | undefined, shape: Shape, run: Run): void {
  if (slot === undefined) return
  for (const { property, companion } of slot.members) {
    if (value[property] !== undefined || (companion !== undefined && value[`_${property}`] !== undefined)) return
  }
  run.error('required', `${shape.path}.${slot.name} is required.`, { child: slot.name })
}

function checkMember(value: unknown, member: Member, parent: Json, run: Run): void {
  const { slot, check } = member
  run.enter(slot.name)
  if (!slot.many) {
    if (value === null) run.error('structure', `${member.property} is null; an absent element is left out.`)
    else check(value, run)
  } else if (!Array.isArray(value)) {
    run.error('structure', `${member.property} is a list, even for one value.`)
  } else if (value.length === 0) {
    run.error('structure', `${member.property} is an empty list.`, { remedy: 'Leave the element out.' })
  } else {
    for (let i = 0; i < value.length; i += 1) {
      run.at(i)
      const item: unknown = value[i]
      if (item !== null && item !== undefined) check(item, run)
      else if (member.companion === undefined || !isObject(itemOf(parent[`_${member.property}`], i))) {
        run.error('structure', `${member.property} has a null that no extension explains.`)
      }
    }
  }
  run.leave()
}

function checkCompanion(value: unknown, member: Member, parent: Json, run: Run): void {
  const { slot, companion, property } = member
  if (companion === undefined) return
  run.enter(slot.name)
  if (!slot.many) {
    if (isObject(value)) companion(value, run)
    else run.error('structure', `_${property} must be an object with id or extension.`)
  } else if (!Array.isArray(value) || value.length === 0) {
    run.error('structure', `_${property} is a list beside ${property}.`)
  } else {
    for (let i = 0; i < value.length; i += 1) {
      run.at(i)
      const item: unknown = value[i]
      if (isObject(item)) companion(item, run)
      else if (item !== null) run.error('structure', `_${property} holds objects with id or extension, or null.`)
      else if (itemOf(parent[property], i) === undefined) {
        run.error('structure', `_${property} has a null where ${property} has no value.`)
      }
    }
  }
  run.leave()
}

function itemOf(list: unknown, index: number): unknown {
  return Array.isArray(list) ? list[index] : undefined
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
