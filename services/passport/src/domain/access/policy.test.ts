import type { Grade, Role } from '@platform/fhir/caller'
import { GRADES, ROLES } from '@platform/fhir/caller'
import t from 'tap'
import type { DataClass } from './data-class.ts'
import { BIT, classesIn, DATA_CLASSES } from './data-class.ts'
import { mayRegister, mayWrite } from './may-write.ts'
import type { Standing } from './policy.ts'
import { KINDS, masksFor } from './policy.ts'

// Written by hand, apart from the table: what each combination opens to read, as first letters in the order of DATA_CLASSES.
// i identity, c contacts, n needs, e emergency, d diagnoses, m medicines, t therapy, s measures, h mental health, r referral, a audit, y directory, u unclassified
const LETTERS = 'icnedmtshrayu'
const READS: readonly [Role, Grade, Partial<Record<Standing, string>>][] = [
  ['admin', 'full', { anybody: 'icnedmtshrayu' }],
  ['admin', 'link-only', { anybody: 'icnedmtshrayu' }],
  ['reactor-referrals', 'full', { anybody: 'ry' }],
  ['reactor-alerts', 'full', { anybody: 'icnemtryu' }],
  [
    'professional',
    'full',
    {
      nobody: 'y',
      party: 'icnedmtshryu',
      registered: 'icnetr',
      'care-team': 'icnedmtsr',
      'mental-health-team': 'icnedmtshr',
      'referral-received': 'icnedmtsr',
      admitted: 'icnedmtsr',
    },
  ],
  [
    'worker',
    'full',
    { nobody: 'y', party: 'icnedmtshryu', registered: 'icnetr', 'care-team': 'icnedmtsr', 'referral-received': 'icnedmtsr' },
  ],
  [
    'ward',
    'full',
    { nobody: 'y', party: 'icnedmtshryu', 'care-team': 'icnedmtsr', 'referral-received': 'icnedmtsr', admitted: 'icnedmtsr' },
  ],
  [
    'professional',
    'therapy-record',
    { nobody: 'y', party: 'icnedmtshryu', registered: 'icn', 'care-team': 'icnetsr', 'referral-received': 'icnetsr' },
  ],
  [
    'worker',
    'therapy-record',
    { nobody: 'y', party: 'icnedmtshryu', registered: 'icn', 'care-team': 'icnetsr', 'referral-received': 'icnetsr' },
  ],
  ['ward', 'therapy-record', { nobody: 'y', party: 'icnedmtshryu' }],
  ['professional', 'needs-only', { nobody: 'y', party: 'icnedmtshryu', registered: 'icn', 'care-team': 'icn', 'referral-received': 'icn' }],
  ['worker', 'needs-only', { nobody: 'y', party: 'icnedmtshryu', registered: 'icn', 'care-team': 'icn', 'referral-received': 'icn' }],
  ['ward', 'needs-only', { nobody: 'y', party: 'icnedmtshryu' }],
  ['professional', 'link-only', { nobody: 'y', party: 'r' }],
  ['worker', 'link-only', { nobody: 'y', party: 'r' }],
  ['ward', 'link-only', { nobody: 'y', party: 'r' }],
  ['commissioner', 'full', { nobody: 'y' }],
  ['patient', 'full', { nobody: 'y', self: 'icnedmtshra' }],
  ['carer', 'full', { nobody: 'y', self: 'icnetr' }],
]

const STANDINGS: readonly Standing[] = [...KINDS, 'self', 'party', 'nobody', 'anybody']

t.test('every cell of the read table is what was agreed, and what is not named is denied', async (t) => {
  for (const [role, grade, opened] of READS) {
    for (const standing of STANDINGS) {
      const expected = [...LETTERS].flatMap((letter, index) =>
        opened[standing]?.includes(letter) === true ? [DATA_CLASSES[index] as DataClass] : [],
      )
      t.same(classesIn(masksFor(role, grade).read[standing]), expected, `${role}, ${grade}, ${standing}`)
    }
  }
})

t.test('leisure never reads a diagnosis, a medicine or a mental-health entry of others, however it stands to the person', async (t) => {
  const forbidden = BIT.diagnoses | BIT.medicines | BIT['mental-health']
  for (const role of ROLES.filter((one) => one === 'worker' || one === 'professional' || one === 'ward')) {
    for (const standing of STANDINGS.filter((one) => one !== 'party'))
      t.equal(masksFor(role, 'needs-only').read[standing] & forbidden, 0, `${role}, ${standing}`)
  }
})

t.test('nobody but the operator and the person reads who looked', async (t) => {
  for (const role of ROLES) {
    for (const grade of GRADES) {
      for (const standing of STANDINGS) {
        const open = (masksFor(role, grade).read[standing] & BIT.audit) !== 0
        t.equal(
          open,
          (role === 'admin' && standing === 'anybody') || (role === 'patient' && standing === 'self'),
          `${role}, ${grade}, ${standing}`,
        )
      }
    }
  }
})

const question = {
  role: 'worker',
  grade: 'therapy-record',
  classes: BIT.therapy,
  subject: 'another',
  kinds: [],
  closed: 0,
  party: false,
} as const

t.test('without a relationship nothing is written about a person', async (t) => {
  t.equal(mayWrite(question), false)
  t.equal(mayWrite({ ...question, kinds: ['care-team'] }), true)
})

t.test('a relationship opens only the classes of its row', async (t) => {
  t.equal(mayWrite({ ...question, kinds: ['care-team'], classes: BIT.diagnoses }), false)
  t.equal(mayWrite({ ...question, kinds: ['care-team'], classes: BIT.therapy | BIT['mental-health'] }), false)
})

t.test('what the person closed out is closed, whatever the relationship', async (t) => {
  t.equal(mayWrite({ ...question, kinds: ['care-team'], closed: BIT.therapy }), false)
  t.equal(mayWrite({ ...question, kinds: ['care-team'], closed: BIT.measures }), true)
})

t.test('a commissioner writes nothing and registers nobody', async (t) => {
  for (const name of DATA_CLASSES) {
    t.equal(mayWrite({ ...question, role: 'commissioner', grade: 'full', classes: BIT[name], kinds: [...KINDS], party: true }), false)
    t.equal(mayRegister('commissioner', 'full', BIT[name]), false)
  }
})

t.test('only the operator and a care organisation bring a person into the hub', async (t) => {
  const registering = ROLES.flatMap((role) =>
    GRADES.filter((grade) => mayRegister(role, grade, BIT.identity)).map((grade) => `${role} ${grade}`),
  )
  t.same(registering, [
    'admin link-only',
    'admin needs-only',
    'admin therapy-record',
    'admin full',
    'professional therapy-record',
    'professional full',
    'worker therapy-record',
    'worker full',
  ])
})
