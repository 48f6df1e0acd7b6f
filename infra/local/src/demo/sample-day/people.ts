/** Who is in the hub on the sample day, beside the people of the stories: everybody is invented. */
import type { CareTeam, Condition, Patient } from '@medplum/fhirtypes'
import type { OrganizationKey } from '@platform/testing/cast'
import { entry, ours, ukCore, type Before } from './entry.ts'

/** Somebody of the sample day. */
interface Person {
  readonly nhsNumber: string
  readonly given: string
  readonly family: string
  readonly gender: 'female' | 'male'
  readonly birthDate: string
  readonly phone: string
  readonly condition: keyof typeof CONDITIONS
  readonly needs: readonly string[]
  readonly walking: string
  readonly communication: string
  readonly team: readonly OrganizationKey[]
}

/** Codes: standards page "Terminology". */
const CONDITIONS = {
  relapsing: ['426373005', 'Relapsing remitting multiple sclerosis'],
  progressive: ['425500002', 'Secondary progressive multiple sclerosis'],
  parkinsons: ['49049000', "Parkinson's disease"],
} as const

/** By key. Numbers of the range that is never issued, telephone numbers of Ofcom's range for drama. */
const SAMPLE_PEOPLE = {
  megan: {
    nhsNumber: '9990060371',
    given: 'Megan',
    family: 'Hopkin',
    gender: 'female',
    birthDate: '1969-11-02',
    phone: '07700 900201',
    condition: 'relapsing',
    needs: [
      'Uses two sticks; a rail or a chair with arms within reach.',
      'Tired after 14:00: mornings.',
      'Her right foot drops: check for the splint.',
    ],
    walking: 'Walks indoors with two sticks, wheelchair for longer ways.',
    communication: 'Speaks and hears without help.',
    team: ['community-team', 'therapy-centre'],
  },
  ifor: {
    nhsNumber: '9990060746',
    given: 'Ifor',
    family: 'Lloyd',
    gender: 'male',
    birthDate: '1951-04-23',
    phone: '07700 900202',
    condition: 'parkinsons',
    needs: ['Freezes in doorways: wait, do not pull.', 'Speaks softly: a quiet room.', 'Tablets at his own times: stop for them.'],
    walking: 'Walks with a frame; freezes in doorways.',
    communication: 'Speaks softly; needs time.',
    team: ['therapy-centre'],
  },
  lowri: {
    nhsNumber: '9990061114',
    given: 'Lowri',
    family: 'Parry',
    gender: 'female',
    birthDate: '1993-07-15',
    phone: '07700 900203',
    condition: 'relapsing',
    needs: ['Memory: one thing at a time, and a note to take home.', 'Welsh first.'],
    walking: 'Walks without aids.',
    communication: 'Welsh first; loses the thread when tired.',
    team: ['community-team'],
  },
  geraint: {
    nhsNumber: '9990061483',
    given: 'Geraint',
    family: 'Bowen',
    gender: 'male',
    birthDate: '1957-01-30',
    phone: '07700 900204',
    condition: 'parkinsons',
    needs: ['Tablets at his own times: never late.', 'Turn slowly, one instruction at a time.'],
    walking: 'Walks without aids when his tablets work; not at all when they are late.',
    communication: 'Speaks clearly; slower in the evening.',
    team: ['pump-centre', 'community-team', 'therapy-centre'],
  },
  non: {
    nhsNumber: '9990061858',
    given: 'Non',
    family: 'Griffiths',
    gender: 'female',
    birthDate: '1980-10-08',
    phone: '07700 900205',
    condition: 'progressive',
    needs: [
      'Wheelchair user: transfers with a hoist and two people.',
      'Implanted pump at the left of the waist: no pressure, heat or ultrasound over it.',
    ],
    walking: 'Does not walk; powered wheelchair. Transfers with a hoist and two people.',
    communication: 'Speaks and understands without help when well; new confusion is not usual for her.',
    team: ['pump-centre', 'community-team'],
  },
  tomos: {
    nhsNumber: '9990062226',
    given: 'Tomos',
    family: 'Bevan',
    gender: 'male',
    birthDate: '1960-02-11',
    phone: '07700 900206',
    condition: 'progressive',
    needs: ['One stick; stands with one hand on a rail.', 'Double vision: large print, good light.'],
    walking: 'Walks 50 metres with one stick.',
    communication: 'Speaks clearly; reads large print.',
    team: ['community-team', 'therapy-centre'],
  },
  menna: {
    nhsNumber: '9990062595',
    given: 'Menna',
    family: 'Howells',
    gender: 'female',
    birthDate: '1946-12-19',
    phone: '07700 900207',
    condition: 'progressive',
    needs: ['Hard of hearing: face her, no telephone.', 'Lives alone; a key safe at the door.'],
    walking: 'Walks a few steps with a frame.',
    communication: 'Lip-reads; writes rather than telephones.',
    team: [],
  },
} as const satisfies Readonly<Record<string, Person>>

/** Somebody of the sample day, by key. */
export type SampleKey = keyof typeof SAMPLE_PEOPLE

/** Each person with a care team where they have one, and what they live with. */
export function people({ day }: Before): readonly (Patient | CareTeam | Condition)[] {
  const keys = Object.keys(SAMPLE_PEOPLE) as SampleKey[]
  return keys.flatMap((key) => {
    const person: Person = SAMPLE_PEOPLE[key]
    return [patient(key, person), ...(person.team.length === 0 ? [] : [careTeam(key, person, day(180))]), condition(key, person, day(180))]
  })
}

const patient = (key: SampleKey, person: Person): Patient =>
  entry(key, {
    resourceType: 'Patient',
    meta: { profile: [ours('hub-patient'), ukCore('Patient')] },
    extension: [
      ...person.needs.map((valueString) => ({ url: ours('needs'), valueString })),
      baseline('walking', person.walking),
      baseline('communication', person.communication),
    ],
    identifier: [{ extension: [VERIFIED], system: 'https://fhir.nhs.uk/Id/nhs-number', value: person.nhsNumber }],
    active: true,
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    telecom: [{ system: 'phone', value: person.phone, use: 'mobile' }],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [{ use: 'home', city: 'Llyn-y-Coed', postalCode: 'QQ1 3AP', country: 'GB' }],
    generalPractitioner: [{ reference: 'Organization/gp-practice' }],
    managingOrganization: { reference: 'Organization/community-team' },
  })

const VERIFIED = {
  url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus',
  valueCodeableConcept: {
    coding: [
      {
        system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland',
        code: '01',
        display: 'Number present and verified',
      },
    ],
  },
}

const baseline = (kind: 'walking' | 'communication', text: string) => ({
  url: ours('baseline'),
  extension: [
    { url: 'kind', valueCode: kind },
    { url: 'text', valueString: text },
  ],
})

const careTeam = (key: SampleKey, { team }: Person, start: string): CareTeam =>
  entry(`${key}-care-team`, {
    resourceType: 'CareTeam',
    meta: { profile: [ukCore('CareTeam')] },
    status: 'active',
    name: 'Care team',
    subject: { reference: `Patient/${key}` },
    period: { start },
    participant: team.map((organization) => ({ member: { reference: `Organization/${organization}` } })),
  })

const condition = (key: SampleKey, person: Person, recordedDate: string): Condition => {
  const [code, display] = CONDITIONS[person.condition]
  return entry(`${key}-condition`, {
    resourceType: 'Condition',
    meta: { profile: [ukCore('Condition')] },
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
    code: { coding: [{ system: 'http://snomed.info/sct', code, display }], text: display },
    subject: { reference: `Patient/${key}` },
    recordedDate,
  })
}
