/** The clients and people of the demonstration. Synthetic; only with HANDRAIL_DEMO. */
import type { Grade, Role } from '@platform/fhir/caller'

/** The organisations of the demonstration, by key; the same keys are in identifier system `https://handrail.example/fhir/Id/demo`. */
export type OrganizationKey =
  | 'community-team'
  | 'neurorehab'
  | 'neuropsychology'
  | 'therapy-centre'
  | 'leisure'
  | 'hospital'
  | 'pump-centre'
  | 'single-point-of-access'
  | 'commissioner'

/** A system of the demonstration. */
export interface DemoClient {
  readonly clientId: string
  readonly name: string
  readonly role: Role
  readonly grade: Grade
  readonly organization?: OrganizationKey
  /** Key of the person whose own app it is. */
  readonly person?: string
  readonly scopes: string
}

/** A person of the demonstration who signs in with one button. */
export interface DemoPerson {
  /** Also the `login_hint` that signs this person in. */
  readonly id: string
  readonly name: string
  readonly title: string
  readonly role: Role
  readonly grade: Grade
  readonly organization?: OrganizationKey
  /** Invites people into the organisation. */
  readonly administers?: boolean
  readonly scopes: string
}

const EVERYTHING = 'system/*.cruds'
const OWN_RECORD = 'patient/*.crus'
const WORK = 'user/*.cruds'

/** The demonstration clients of the interfaces, each bound to its organisation and grade. */
export const DEMO_CLIENTS: readonly DemoClient[] = [
  { clientId: 'demo-admin', name: 'Demonstration administrator', role: 'admin', grade: 'full', scopes: EVERYTHING },
  {
    clientId: 'demo-community-team',
    name: 'Community team system',
    role: 'professional',
    grade: 'full',
    organization: 'community-team',
    scopes: EVERYTHING,
  },
  {
    clientId: 'demo-neurorehab',
    name: 'Specialist rehabilitation system',
    role: 'professional',
    grade: 'full',
    organization: 'neurorehab',
    scopes: EVERYTHING,
  },
  {
    clientId: 'demo-neuropsychology',
    name: 'Neuropsychology system',
    role: 'professional',
    grade: 'full',
    organization: 'neuropsychology',
    scopes: EVERYTHING,
  },
  {
    clientId: 'demo-therapy-centre',
    name: 'Therapy centre system',
    role: 'worker',
    grade: 'therapy-record',
    organization: 'therapy-centre',
    scopes: EVERYTHING,
  },
  {
    clientId: 'demo-leisure',
    name: 'Leisure operator system',
    role: 'worker',
    grade: 'needs-only',
    organization: 'leisure',
    scopes: EVERYTHING,
  },
  { clientId: 'demo-hospital', name: 'Hospital system', role: 'ward', grade: 'full', organization: 'hospital', scopes: EVERYTHING },
  {
    clientId: 'demo-commissioner',
    name: 'Commissioner system',
    role: 'commissioner',
    grade: 'link-only',
    organization: 'commissioner',
    scopes: 'system/*.rs',
  },
  { clientId: 'demo-patient', name: "Ada's own app", role: 'patient', grade: 'full', person: 'ada', scopes: OWN_RECORD },
]

/** The demonstration people, in the order of their buttons. Ada's name and record are those of the cast (platform/testing). */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    id: 'physiotherapist',
    name: 'Morgan Ellis',
    title: 'Community physiotherapist',
    role: 'professional',
    grade: 'full',
    organization: 'community-team',
    scopes: WORK,
  },
  {
    id: 'triager',
    name: 'Priya Nair',
    title: 'Single point of access triager',
    role: 'professional',
    grade: 'full',
    organization: 'single-point-of-access',
    scopes: WORK,
  },
  {
    id: 'therapy-centre-worker',
    name: 'Gareth Hughes',
    title: 'Therapy centre worker',
    role: 'worker',
    grade: 'therapy-record',
    organization: 'therapy-centre',
    administers: true,
    scopes: WORK,
  },
  {
    id: 'leisure-instructor',
    name: 'Sam Okafor',
    title: 'Leisure centre instructor',
    role: 'worker',
    grade: 'needs-only',
    organization: 'leisure',
    administers: true,
    scopes: WORK,
  },
  { id: 'ward-nurse', name: 'Eleri Jones', title: 'Ward nurse', role: 'ward', grade: 'full', organization: 'hospital', scopes: WORK },
  {
    id: 'specialist-nurse',
    name: 'Ruth Bailey',
    title: 'Neurology specialist nurse',
    role: 'professional',
    grade: 'full',
    organization: 'pump-centre',
    scopes: WORK,
  },
  {
    id: 'neuropsychologist',
    name: 'Tomas Novak',
    title: 'Neuropsychologist',
    role: 'professional',
    grade: 'full',
    organization: 'neuropsychology',
    scopes: WORK,
  },
  { id: 'ada', name: 'Ada Probert', title: 'Person with MS', role: 'patient', grade: 'full', scopes: OWN_RECORD },
  {
    id: 'commissioner',
    name: 'Helen Marsh',
    title: 'Commissioner',
    role: 'commissioner',
    grade: 'link-only',
    organization: 'commissioner',
    scopes: 'user/*.rs',
  },
  // The scope reaches organisations alone: whoever looks after the hub reads nobody's record.
  { id: 'operator', name: 'Alex Reid', title: 'Operator of the hub', role: 'admin', grade: 'full', scopes: 'user/Organization.rs' },
]
