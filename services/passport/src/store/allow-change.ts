/** Who may change what: asked of every row of a change as it was and as it will be, before any rule is. */
import type { Caller } from '@platform/fhir/caller'
import type { Queryable } from '@platform/service/database'
import { asksForBlindMatch } from '../domain/access/blind-match.ts'
import type { DataClass } from '../domain/access/data-class.ts'
import { mayAskThus } from '../domain/access/carers-request.ts'
import { mayEnterBlindly, mayRegister, mayWrite } from '../domain/access/may-write.ts'
import { answeringFor, classesOf, patientOf } from '../domain/compartment.ts'
import { placeOf } from '../domain/operation.ts'
import { understood, type FhirResource } from '../domain/references.ts'
import { RESOURCE_TYPES } from '../domain/resource-types.ts'
import { refuse } from '../errors.ts'
import { authorOf, partiesOfCaller, selfOf } from './access-sql.ts'
import type { Planned, RecordDependencies } from './change-record.ts'
import type { Resolved } from './resolve-conditions.ts'
import { NOTHING, standings, type StandingFacts } from './write-guard.ts'

/** Deny by default: every row must be open to the caller as it was and as it will be. */
export async function allowChange(
  dependencies: RecordDependencies,
  database: Queryable,
  planned: readonly Planned[],
  caller: Caller,
  { blind, operations }: Resolved,
): Promise<(patient: string) => StandingFacts> {
  const born = new Set(planned.flatMap(({ operation, id }) => (operation.kind === 'create' && operation.type === 'Patient' ? [id] : [])))
  const blindly = new Set([
    ...blind,
    ...planned.flatMap(({ operation, id }) => (operations.length > 1 && asksForBlindMatch(operation, operations) ? [id] : [])),
  ])
  const questions = planned.flatMap((each) => questionsOf(each, authorOf(caller)))
  const people = [
    ...new Set(questions.flatMap(({ patient }) => (patient === undefined || born.has(patient) || blindly.has(patient) ? [] : [patient]))),
  ]
  const facts =
    caller.role === 'admin'
      ? () => NOTHING
      : await (database === dependencies.database ? dependencies.standings(caller, people) : standings(database, caller, people))
  const mine = partiesOfCaller(caller)

  for (const { each, patient, classes, parties } of questions) {
    const { role, grade } = caller
    const allowed =
      patient !== undefined && (born.has(patient) || blindly.has(patient)) && each.before === undefined
        ? (born.has(patient) && mayRegister(role, grade, classes)) || (blindly.has(patient) && mayEnterBlindly(role, grade, classes))
        : mayWrite({
            role,
            grade,
            type: each.operation.type,
            classes,
            subject: patient === undefined ? 'nobody' : patient === selfOf(caller) ? 'self' : 'another',
            ...facts(patient ?? ''),
            kinds: facts(patient ?? '').kinds.filter(
              (kind) =>
                (kind !== 'shown-to-record' || addsSession(each)) &&
                (kind !== 'carer-asks' || asksForHelp(each, caller, dependencies.baseUrl)),
            ),
            party: answeringFor(each.operation.type, parties).some((party) => mine.includes(party)),
          }) ||
          (patient === undefined && parties.length === 0 && ownsNothingYet(each, caller))
    if (allowed && mayChangeConsent(each, caller)) continue
    throw patient === undefined || each.before !== undefined
      ? refuse.MAY_NOT_WRITE({ type: each.operation.type }, placeOf(each.operation))
      : refuse.NO_RELATIONSHIP({ type: each.operation.type }, placeOf(each.operation))
  }
  return (patient) => (born.has(patient) && !blindly.has(patient) ? REGISTERING : facts(patient))
}

/** A code that was shown to record by lets sessions be added: a Procedure that is new. Nothing else of its data class. */
const addsSession = ({ operation }: Planned): boolean => operation.kind === 'create' && operation.type === 'Procedure'

/** A carer whom the person lets ask for help in their name does that, and nothing else of the class. */
function asksForHelp({ before, resource }: Planned, { fhirUser }: Caller, baseUrl: string): boolean {
  const was = before === undefined || before.deleted ? undefined : understood(JSON.parse(before.content) as FhirResource, baseUrl)
  return mayAskThus(was, resource, fhirUser)
}

/** How whoever brings a new person into the hub stands to them from the start. */
const REGISTERING: StandingFacts = { ...NOTHING, kinds: ['registered'] }

/** What a person closed out is opened by the person, or by whoever wrote it down for them; never by whom it closes out. */
function mayChangeConsent({ operation, before }: Planned, caller: Caller): boolean {
  if (operation.type !== 'Consent' || before === undefined || caller.role === 'admin') return true
  return (before.patient !== undefined && before.patient === selfOf(caller)) || partiesOfCaller(caller).includes(before.parties[0] ?? '')
}

/** The row as it was (if it was) and as it will be (if it will be). A new row makes nobody a party to it. */
function questionsOf(
  each: Planned,
  writer: string,
): { each: Planned; patient: string | undefined; classes: number; parties: readonly string[] }[] {
  const was =
    each.before === undefined ? [] : [{ each, patient: each.before.patient, classes: each.before.classes, parties: each.before.parties }]
  const willBe =
    each.resource === undefined
      ? []
      : [
          {
            each,
            patient: patientOf(each.resource, each.id),
            classes: classesOf(each.resource, each.before?.parties[0] ?? writer),
            parties: each.before?.parties ?? [],
          },
        ]
  return [...was, ...willBe]
}

const OWN_CLASSES: ReadonlySet<DataClass | undefined> = new Set(['unclassified', 'notifications'])

/** A Subscription or Group of one's own belongs to nobody and opens nothing. */
function ownsNothingYet(each: Planned, caller: Caller): boolean {
  return (
    each.before === undefined &&
    OWN_CLASSES.has(RESOURCE_TYPES[each.operation.type]?.dataClass) &&
    mayWrite({
      role: caller.role,
      grade: caller.grade,
      type: each.operation.type,
      classes: classesOf(each.resource ?? { resourceType: each.operation.type }),
      subject: 'nobody',
      kinds: [],
      closed: 0,
      party: true,
    })
  )
}
