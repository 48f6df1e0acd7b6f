import { GRADES, ROLES } from '@platform/fhir/caller'
import t from 'tap'
import { BIT, classesIn, DATA_CLASSES } from './data-class.ts'
import { mayRegister, mayWrite } from './may-write.ts'
import type { Standing } from './policy.ts'
import { masksFor } from './masks.ts'
import { KINDS, POLICY } from './policy.ts'
import { AGREED, LETTERS } from './policy.expected.ts'

const STANDINGS: readonly Standing[] = [...KINDS, 'self', 'party', 'nobody', 'anybody']

t.test('every cell of the table is what was agreed, and what is not named is denied', async (t) => {
  for (const role of ROLES) {
    for (const grade of GRADES) {
      for (const standing of STANDINGS) {
        const agreed = AGREED.filter(
          (one) => one.roles.includes(role) && one.grades.includes(grade) && one.standing === standing && one.types === undefined,
        )
        t.ok(agreed.length <= 1, `${role}, ${grade}, ${standing} is said once`)
        for (const verb of ['read', 'write'] as const) {
          const expected = [...(agreed[0]?.[verb] ?? '')].flatMap((letter) => LETTERS[letter] ?? [])
          const inOrder = DATA_CLASSES.filter((name) => expected.includes(name))
          t.same(classesIn(masksFor(role, grade)[verb][standing]), inOrder, `${role}, ${grade}, ${standing}: ${verb}`)
        }
      }
    }
  }
})

t.test('only the reactors are opened a type apart, and of that type only what was agreed', async (t) => {
  const apart = (from: typeof AGREED | typeof POLICY) =>
    from
      .flatMap(({ roles, grades, standing, types = [], read, write }) =>
        roles.flatMap((role) =>
          grades.flatMap((grade) =>
            types.map((type) => {
              const names = (classes: string | readonly string[]) =>
                typeof classes === 'string' ? [...classes].map((letter) => LETTERS[letter]).join() : classes.join()
              return `${role}, ${grade}, ${standing}, ${type}: ${names(read)} / ${names(write)}`
            }),
          ),
        ),
      )
      .toSorted((a, b) => (a < b ? -1 : 1))
  t.same(apart(POLICY), apart(AGREED))
  t.same([...new Set(POLICY.flatMap(({ roles, types }) => (types === undefined ? [] : roles)))], ['reactor-referrals', 'reactor-alerts'])
  t.same(classesIn(masksFor('reactor-alerts', 'full', 'Appointment').write.anybody), ['emergency', 'therapy', 'referral', 'notifications'])
  t.same(classesIn(masksFor('reactor-alerts', 'full', 'Procedure').write.anybody), ['emergency', 'referral', 'notifications'])
})

t.test('every row of the table stands for a cell that was agreed', async (t) => {
  for (const { roles, grades, standing } of POLICY) {
    for (const role of roles) {
      for (const grade of grades)
        t.ok(
          AGREED.some((one) => one.roles.includes(role) && one.grades.includes(grade) && one.standing === standing),
          `${role}, ${grade}, ${standing}`,
        )
    }
  }
})

t.test(
  'leisure reads no diagnosis, medicine or mental-health entry of others, however it stands to the person, but what the person agreed to',
  async (t) => {
    const forbidden = BIT.diagnoses | BIT.medicines | BIT['mental-health']
    for (const role of ROLES.filter((one) => one === 'worker' || one === 'professional' || one === 'ward')) {
      for (const standing of STANDINGS.filter((one) => one !== 'party' && one !== 'agreed'))
        t.equal(masksFor(role, 'needs-only').read[standing] & forbidden, 0, `${role}, ${standing}`)
      t.equal(masksFor(role, 'needs-only').read.agreed & BIT['mental-health'], 0, role)
    }
  },
)

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
  type: 'Procedure',
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

t.test('a relationship that is bound to some classes opens no others', async (t) => {
  const carer = { ...question, role: 'carer', kinds: ['carer'], limits: { carer: BIT.needs } } as const
  t.equal(mayWrite({ ...carer, classes: BIT.needs }), true)
  t.equal(mayWrite({ ...carer, classes: BIT.therapy }), false)
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
