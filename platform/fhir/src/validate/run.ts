import type { Issue, ValidationIssueType } from './issue.ts'
import type { Scope } from './scope.ts'

/** After so many a caller has enough to mend; the rest are counted, not kept. */
const MOST_ISSUES = 100
/** What R4 itself defines, as its extensions, is R4. */
const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const READABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** What one run may use: the validator's own knowledge beyond base R4. */
export interface Knowledge {
  /** URLs of modifier extensions that are understood, so need not be refused. */
  readonly modifierExtensions: ReadonlySet<string>
  /** Whether `Patient?identifier=…` is a reference here, as it is in a transaction. */
  readonly conditionalReferences: boolean
  /** Called for every resource found, after the base checks. */
  readonly enforceProfiles: (resource: Record<string, unknown>, run: Run) => void
  /** Called for every extension, after the base checks. */
  readonly checkExtension: (extension: Record<string, unknown>, run: Run) => void
}

/** One validation: where it is, what it found. The place is kept as a stack and written out only when there is something to say. */
export class Run {
  readonly knowledge: Knowledge
  readonly issues: Issue[] = []
  scope: Scope | undefined = undefined
  /** The resource at hand, `%resource` of FHIRPath: in a contained resource that one. */
  resource: Record<string, unknown> = {}
  /** The resource sent or, in a Bundle, that of the entry: `%rootResource`. */
  root: Record<string, unknown> = {}
  errors = 0
  /** Set while a profile is checked; its faults are 422 and name it. */
  profile: string | undefined = undefined
  /** Transaction Bundles around this place; in one `Patient?identifier=…` is a reference. */
  transaction = 0
  /** In a Bundle: fullUrl to type of resource, for references by urn:uuid: and the like. */
  entries: ReadonlyMap<string, string> | undefined = undefined
  /** FHIRPath evaluations by the library so far; see expressions.ts. */
  evaluations = 0
  readonly #names: string[] = []
  readonly #indexes: number[] = []
  #depth = 0

  constructor(knowledge: Knowledge) {
    this.knowledge = knowledge
  }

  enter(name: string): void {
    this.#names[this.#depth] = name
    this.#indexes[this.#depth] = -1
    this.#depth += 1
  }

  at(index: number): void {
    this.#indexes[this.#depth - 1] = index
  }

  leave(): void {
    this.#depth -= 1
  }

  /** The name of the element the run is at, or of one above it. */
  name(above = 0): string {
    return this.#names[this.#depth - 1 - above] ?? ''
  }

  /** The place in FHIRPath, or that of a child. A child whose name could not be one is not repeated. */
  expression(child?: string): string {
    let path = ''
    for (let i = 0; i < this.#depth; i += 1) {
      const index = this.#indexes[i] ?? -1
      path += `${i === 0 ? '' : '.'}${this.#names[i] ?? ''}${index < 0 ? '' : `[${String(index)}]`}`
    }
    if (path === '') path = 'Resource'
    return child !== undefined && READABLE_NAME.test(child) ? `${path}.${child}` : path
  }

  error(
    code: ValidationIssueType,
    text: string,
    particulars: { remedy?: string; child?: string; expression?: string; http?: 400 | 422 } = {},
  ): void {
    this.errors += 1
    if (this.errors > MOST_ISSUES) return
    const { remedy, child, expression, http } = particulars
    this.issues.push({
      severity: 'error',
      code,
      text,
      expression: expression ?? this.expression(child),
      http: http ?? (this.profile === undefined || this.profile.startsWith(CORE) ? 400 : 422),
      ...(remedy === undefined ? {} : { remedy }),
      ...(this.profile === undefined ? {} : { profile: this.profile }),
    })
  }

  information(text: string, profile: string): void {
    if (this.issues.length >= MOST_ISSUES * 2) return
    this.issues.push({ severity: 'information', code: 'informational', text, expression: this.expression(), profile })
  }
}

/** A name as it may be repeated in a sentence: only if it could be an element's. */
export function readable(name: string): string {
  return READABLE_NAME.test(name) ? `“${name}”` : 'with an unreadable name'
}
