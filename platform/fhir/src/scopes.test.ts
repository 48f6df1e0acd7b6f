import fc from '@platform/testing/properties'
import t from 'tap'
import { formatScope, formatScopes, narrowScopes, parseScope, parseScopes, scopesAllow, type Permission } from './scopes.ts'

t.test('a v2 scope is read letter by letter', async (t) => {
  t.same(parseScope('system/Procedure.cr'), { context: 'system', type: 'Procedure', c: true, r: true, u: false, d: false, s: false })
  t.same(parseScope('patient/*.rs'), { context: 'patient', type: '*', c: false, r: true, u: false, d: false, s: true })
})

t.test('v1 scopes are synonyms', async (t) => {
  t.equal(
    formatScopes(parseScopes('system/*.read user/Task.write patient/Observation.*')),
    'system/*.rs user/Task.cud patient/Observation.cruds',
  )
})

t.test('what is no scope on resources grants nothing', async (t) => {
  for (const text of [
    'openid',
    'fhirUser',
    'launch/patient',
    'system/Task.sr',
    'system/Task.dus',
    'system/Task.',
    'system/Task.rr',
    'system/task.r',
    'admin/*.r',
    'system/*.x',
    'system/Task.rs.cud',
    '',
    'system/Task.rs\n',
  ]) {
    t.equal(parseScope(text), undefined, JSON.stringify(text))
  }
})

t.test('a scope with a query grants nothing, since without its query it would grant too much', async (t) => {
  t.equal(parseScope('system/Observation.rs?category=laboratory'), undefined)
})

t.test('scopes add up', async (t) => {
  const scopes = parseScopes('system/Task.r system/Task.u system/*.s')
  t.equal(scopesAllow(scopes, 'Task', 'r'), true)
  t.equal(scopesAllow(scopes, 'Task', 'u'), true)
  t.equal(scopesAllow(scopes, 'Patient', 's'), true)
  t.equal(scopesAllow(scopes, 'Patient', 'r'), false)
  t.equal(scopesAllow(scopes, 'Task', 'd'), false)
})

t.test('scopes are narrowed to those registered', async (t) => {
  const narrowed = (asked: string, registered: string) => formatScopes(narrowScopes(parseScopes(asked), parseScopes(registered)))
  t.equal(narrowed('system/*.cruds', 'system/Task.rs system/Patient.r'), 'system/Task.rs system/Patient.r')
  t.equal(narrowed('system/Task.cruds', 'system/*.rs'), 'system/Task.rs')
  t.equal(narrowed('user/Task.rs', 'system/*.cruds'), '')
  t.equal(narrowed('system/Task.c', 'system/Task.rs'), '')
  t.equal(narrowed('system/Task.r system/Task.s', 'system/Task.rs system/*.r'), 'system/Task.rs')
})

const scope = fc.tuple(
  fc.constantFrom('system', 'user', 'patient'),
  fc.constantFrom('*', 'Task', 'Patient', 'Procedure'),
  fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }),
)
const scopes = fc.array(
  scope.map(([context, type, letters]) => `${context}/${type}.${letters.join('')}`),
  { maxLength: 5 },
)

t.test('a scope is written as it was read', async () => {
  fc.assert(fc.property(scopes, (texts) => texts.every((text) => formatScope(parseScope(text) as never) === text)))
})

t.test('narrowing never grants what was not asked for, or is not registered', async () => {
  const types = ['Task', 'Patient', 'Procedure', 'Observation']
  const letters: Permission[] = ['c', 'r', 'u', 'd', 's']
  fc.assert(
    fc.property(scopes, scopes, (asked, registered) => {
      const [a, b] = [parseScopes(asked.join(' ')), parseScopes(registered.join(' '))]
      const granted = narrowScopes(a, b)
      return (['system', 'user', 'patient'] as const).every((context) => {
        const of = (list: typeof a) => list.filter((each) => each.context === context)
        return types.every((type) =>
          letters.every(
            (letter) => scopesAllow(of(granted), type, letter) === (scopesAllow(of(a), type, letter) && scopesAllow(of(b), type, letter)),
          ),
        )
      })
    }),
  )
})
