/** Who has a sign-in button in the demonstration. Names and titles are those of the demonstration's own data. */
import { readDemo } from '@handrail/fhir-profiles/demo'
import { nameOf } from './reading.ts'

/** One button. */
export interface DemoPerson {
  /** The issuer's `login_hint`. */
  readonly id: string
  readonly name: string
  readonly title: string
  readonly organisation?: string
}

/** In the order of the buttons; each is the key of a Practitioner or Patient of the demonstration. */
const BUTTONS = [
  'physiotherapist',
  'triager',
  'therapy-centre-worker',
  'leisure-instructor',
  'ward-nurse',
  'specialist-nurse',
  'neuropsychologist',
  'ada',
  'commissioner',
  'operator',
]

/** Reads them from the demonstration's data. */
export function readDemoPeople(): readonly DemoPerson[] {
  const { practitioners, patients, organizations } = readDemo()
  return BUTTONS.flatMap((id) => {
    // Whoever looks after the hub is in nobody's record.
    if (id === 'operator') return [{ id, name: 'Alex Reid', title: 'Operator of the hub' }]
    const patient = patients.find((one) => one.id === id)
    if (patient !== undefined) return [{ id, name: nameOf(patient.name) ?? id, title: 'Person with MS' }]
    const person = practitioners.find((one) => one.resourceType === 'Practitioner' && one.id === id)
    const role = practitioners.find((one) => one.resourceType === 'PractitionerRole' && one.id === `${id}-role`)
    if (person?.resourceType !== 'Practitioner' || role?.resourceType !== 'PractitionerRole') return []
    const organisation = organizations.find((one) => role.organization?.reference === `Organization/${one.id ?? ''}`)?.name
    return [
      { id, name: nameOf(person.name) ?? id, title: role.code?.[0]?.text ?? '', ...(organisation === undefined ? {} : { organisation }) },
    ]
  })
}
