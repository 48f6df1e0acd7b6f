import { checkBinding } from './bindings.ts'
import { formats } from './formats.ts'
import { checkNarrative } from './narrative.ts'
import { checkInternalCanonical, checkReference, noteInternal } from './references.ts'
import { checkResource } from './resources.ts'
import { capitalised } from './rules/read.ts'
import { compileRules, elementRule, simpleQuantity } from './rules.ts'
import type { Run } from './run.ts'
import { checkShape, isObject, type Check, type Member, type Shape, type Slot } from './shape.ts'
import { typeShape, type ElementShape, type ElementType, type TypeShape } from './structures.ts'

const compiled = new Map<string, Shape>()

/** The checks of a type of R4 or of an inner part of one, made when first asked for. Undefined for a name R4 does not have. */
export function shapeFor(path: string): Shape | undefined {
  const known = compiled.get(path)
  if (known !== undefined) return known
  const type = typeShape(path)
  if (type === undefined) return undefined
  const shape = compileShape(type)
  compiled.set(path, shape)
  return shape
}

function compileShape(type: TypeShape): Shape {
  let choices = 0
  const slots = type.elements.map((element) => compileSlot(element, type, element.isChoice ? choices++ : -1))
  const members = slots.flatMap((slot) => slot.members)
  return {
    path: type.path,
    isResource: type.kind === 'resource' && !type.path.includes('.'),
    members: new Map(members.map((member) => [member.property, member])),
    companions: new Map(members.filter(({ companion }) => companion !== undefined).map((member) => [`_${member.property}`, member])),
    required: slots.filter(({ required }) => required),
    choices,
    rules: compileRules(type),
  }
}

function compileSlot(element: ElementShape, type: TypeShape, choice: number): Slot {
  const members: Member[] = []
  const slot: Slot = { name: element.name, many: element.many, required: element.min > 0, choice, members }
  for (const target of element.types) {
    const property = element.isChoice ? `${element.name}${capitalised(jsonType(target.code))}` : element.name
    const check = withRules(bound(checkOf(target, element, type), element, target), element, type)
    members.push({ property, slot, check, companion: hasCompanion(target) ? companionCheck : undefined })
  }
  return slot
}

/** SimpleQuantity and MoneyQuantity are profiles: the value is a Quantity. */
function jsonType(code: string): string {
  return code === 'SimpleQuantity' || code === 'MoneyQuantity' ? 'Quantity' : code
}

function hasCompanion({ code }: ElementType): boolean {
  return formats.has(code) && !code.startsWith('@')
}

function checkOf(target: ElementType, element: ElementShape, type: TypeShape): Check {
  const { code, targets } = target
  if (formats.has(code)) return primitive(code)
  if (code === 'xhtml') return checkNarrative
  if (code === 'Resource') {
    return element.name === 'contained'
      ? (value, run) => checkResource(value, run, 'contained')
      : (value, run) => checkResource(value, run, 'inside')
  }
  if (code === 'SimpleQuantity') {
    const quantity = lazily('Quantity')
    return (value, run) => {
      quantity(value, run)
      simpleQuantity(value, run)
    }
  }
  const whole = lazily(code === '+' ? `${type.path}.${element.name}` : code.startsWith('#') ? code.slice(1) : jsonType(code))
  if (code === 'Reference') {
    return (value, run) => {
      whole(value, run)
      checkReference(value, targets, run)
    }
  }
  if (code !== 'Extension') return whole
  const extension: Check = (value, run) => {
    whole(value, run)
    if (isObject(value)) run.knowledge.checkExtension(value, run)
  }
  return element.name === 'modifierExtension' ? understood(extension) : extension
}

function lazily(path: string): Check {
  let shape: Shape | undefined
  return (value, run) => {
    shape ??= shapeFor(path)
    if (shape !== undefined) checkShape(value, shape, run)
  }
}

/** An element that changes the meaning of what is around it cannot be kept by who does not know it. FHIR R4, extensibility, isModifier. */
function understood(whole: Check): Check {
  return (value, run) => {
    whole(value, run)
    const url = isObject(value) ? value.url : undefined
    if (typeof url !== 'string' || run.knowledge.modifierExtensions.has(url)) return
    run.error('extension', 'This modifier extension is not known here, so the record cannot be understood safely.', {
      child: 'url',
      http: 422,
      remedy: 'Say it without a modifierExtension, or ask for the extension to be supported.',
    })
  }
}

function primitive(code: string): Check {
  const format = formats.get(code)
  if (format === undefined) return () => undefined
  const { accepts, says, json } = format
  const pointsInside = code === 'canonical' || code === 'uri' || code === 'url'
  return (sent, run) => {
    const value = json === 'number' ? exactNumber(sent) : sent
    if (typeof value !== json) {
      run.error(
        'structure',
        Array.isArray(value) ? `${run.name()} has one value, not a list.` : `${run.name()} must be a JSON ${json}: ${says}.`,
      )
    } else if (!accepts(value as string)) {
      run.error('value', `${run.name()} must be ${says}.`)
    } else if (pointsInside && typeof value === 'string' && value.charCodeAt(0) === 35) {
      if (code === 'canonical') checkInternalCanonical(value, run)
      else noteInternal(value, run)
    }
  }
}

/** The parser keeps decimals as they were written in objects of JSON.rawJSON. */
function exactNumber(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('rawJSON' in value) || typeof value.rawJSON !== 'string') return value
  return /^-?[0-9]/.test(value.rawJSON) && Object.isFrozen(value) ? Number(value.rawJSON) : value
}

const element = lazily('Element')
const companionCheck: Check = (value, run) => element(value, run)

function bound(check: Check, { valueSet }: ElementShape, { code }: ElementType): Check {
  if (valueSet === undefined) return check
  const inValueSet = checkBinding(valueSet, jsonType(code))
  if (inValueSet === undefined) return check
  return (value, run) => {
    const before = run.errors
    check(value, run)
    if (run.errors === before) inValueSet(value, run)
  }
}

function withRules(check: Check, element: ElementShape, type: TypeShape): Check {
  const name = element.isChoice ? `${element.name}[x]` : element.name
  const rules = Object.entries(type.elementRules[name] ?? {}).map(([key, rule]) => elementRule(type.path, name, key, rule))
  if (rules.length === 0) return check
  return (value: unknown, run: Run) => {
    check(value, run)
    for (const rule of rules) rule(value, run)
  }
}
