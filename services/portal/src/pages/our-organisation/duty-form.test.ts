import type { Issue } from '@platform/fhir/errors'
import t from 'tap'
import { cy, en } from '../../words/words.ts'
import { addFaults, emptyDuty, enteredDuty, faultsOfForm, formOf, isLimited, toParameters, withRoom } from './duty-form.ts'
import { rotaIn } from './own-rota.ts'

const sent = {
  duties: ['on-call', 'deputy'],
  title: ' On call ',
  telephone: '01632 960199',
  when: 'hours',
  'hours0-days': ['mon', 'fri'],
  'hours0-from': '17',
  'hours0-to': '9.30',
  'hours0-how': 'nextDay',
  'hours1-from': '',
  'hours1-to': '',
  'hours2-days': 'sat',
  'hours2-from': '',
  'hours2-to': '',
  'hours2-how': ['allDay', 'nextDay'],
  'startsOn[day]': '1',
  'startsOn[month]': '12',
  'startsOn[year]': '2026',
  'away0-start[day]': '',
  'away1-start[day]': '24',
  'away1-start[month]': '12',
  'away1-start[year]': '2026',
  'away1-end[day]': '31',
  'away1-end[month]': '2',
  'away1-end[year]': '2027',
}

t.test('what is entered is what the operation is asked for, times and dates as it takes them', async (t) => {
  const asked = toParameters(enteredDuty(sent), { id: 'kept', version: '3' }).parameter
  t.strictSame(asked, [
    { name: 'id', valueString: 'kept' },
    { name: 'version', valueString: '3' },
    { name: 'duty', valueCode: 'on-call' },
    { name: 'duty', valueCode: 'deputy' },
    { name: 'title', valueString: 'On call' },
    { name: 'telephone', valueString: '01632 960199' },
    {
      name: 'hours',
      part: [
        { name: 'day', valueCode: 'mon' },
        { name: 'day', valueCode: 'fri' },
        { name: 'from', valueString: '17:00' },
        { name: 'to', valueString: '09:30' },
        { name: 'nextDay', valueBoolean: true },
      ],
    },
    {
      name: 'hours',
      part: [
        { name: 'day', valueCode: 'sat' },
        { name: 'allDay', valueBoolean: true },
      ],
    },
    { name: 'startsOn', valueString: '2026-12-01' },
    {
      name: 'away',
      part: [
        { name: 'start', valueString: '2026-12-24' },
        { name: 'end', valueString: '2027-2-31' },
      ],
    },
  ])
})

t.test('at all hours means that no hours are sent, whatever stands in the boxes', async (t) => {
  const asked = toParameters(enteredDuty({ ...sent, when: 'always' })).parameter ?? []
  t.notOk(asked.some(({ name }) => name === 'hours'))
})

t.test('whoever chooses neither all hours nor some is asked: nothing is guessed', async (t) => {
  const list = (body: object) => faultsOfForm(enteredDuty(body), en).list.map(({ href }) => href)
  t.strictSame(list({}), ['#duties', '#title', '#telephone', '#when'])
  t.strictSame(
    list({
      ...sent,
      when: 'hours',
      'hours0-days': [],
      'hours0-from': '',
      'hours0-to': '',
      'hours0-how': '',
      'hours2-days': '',
      'hours2-how': '',
    }),
    ['#when'],
  )
  t.strictSame(list(sent), [])
})

t.test(
  'what the service finds stands beside the field it is about, past the empty blocks of the form, in the words of the page',
  async (t) => {
    const issue = (rule: string, expression: string, text = 'Wrong.'): Issue => ({
      severity: 'error',
      code: 'business-rule',
      text,
      remedy: 'Mend it.',
      rule,
      expression,
    })
    const place = (name: string) => `Parameters.parameter.where(name = '${name}')`
    const found = [
      issue('DUTY_MISSING', place('duty')),
      issue('DUTY_TIME_UNREADABLE', `${place('hours')}[1].part.where(name = 'from')`),
      issue('DUTY_DAYS_MISSING', `${place('hours')}[0].part.where(name = 'day')`),
      issue('DUTY_OVERLAPS', place('hours'), '“Nights” is on for the same duty at the same time, first on 2026-11-21.'),
      issue('DUTY_DATE_UNREADABLE', `${place('away')}[0].part.where(name = 'end')`),
      issue('DUTY_DATES_END_FIRST', place('endsOn')),
      issue('SOMETHING_NEW', place('title')),
    ]
    for (const words of [en, cy]) {
      const entered = enteredDuty(sent)
      const wrong = faultsOfForm(entered, words)
      addFaults(wrong, found, entered, words)
      t.strictSame(
        wrong.list.map(({ href }) => href),
        ['#duties', '#hours2-from', '#hours0-days', '#when', '#away1-end-day', '#endsOn-day', '#title'],
      )
      t.equal(wrong.of['hours2-from']?.text, words.ownRota.rules.DUTY_TIME_UNREADABLE)
      t.equal(wrong.of['title']?.text, 'Wrong. Mend it.', 'a rule that has no words here is said as the service says it')
      t.match(
        wrong.of['when']?.text,
        words === en ? '“Nights” is on for the same at the same time, first on 21 November 2026.' : /“Nights” .* 21 Tachwedd 2026/,
      )
    }
  },
)

t.test('a duty that is there fills its form, and what is sent back unchanged is the same duty', async (t) => {
  const { duties } = rotaIn({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'entry',
        part: [
          { name: 'id', valueId: 'kept' },
          { name: 'version', valueString: '3' },
          { name: 'for', valueCode: 'on-call' },
          { name: 'title', valueString: 'On call' },
          { name: 'practitioner', valueReference: { reference: 'Practitioner/ruth', display: 'Ruth Bailey' } },
          { name: 'telephone', valueString: '01632 960199' },
          { name: 'endsOn', valueString: '2026-12-31' },
          {
            name: 'hours',
            part: [
              { name: 'day', valueCode: 'mon' },
              { name: 'from', valueString: '17:00' },
              { name: 'to', valueString: '09:00' },
              { name: 'nextDay', valueBoolean: true },
            ],
          },
          {
            name: 'away',
            part: [
              { name: 'start', valueString: '2026-12-24' },
              { name: 'end', valueString: '2026-12-26' },
            ],
          },
        ],
      },
    ],
  })
  const [duty] = duties
  if (duty === undefined) throw new Error('There is no duty.')
  const form = formOf(duty)
  t.ok(isLimited(form))
  t.strictSame(toParameters(withRoom(form)).parameter, [
    { name: 'duty', valueCode: 'on-call' },
    { name: 'title', valueString: 'On call' },
    { name: 'practitioner', valueString: 'Practitioner/ruth' },
    { name: 'telephone', valueString: '01632 960199' },
    {
      name: 'hours',
      part: [
        { name: 'day', valueCode: 'mon' },
        { name: 'from', valueString: '17:00' },
        { name: 'to', valueString: '09:00' },
        { name: 'nextDay', valueBoolean: true },
      ],
    },
    { name: 'endsOn', valueString: '2026-12-31' },
    {
      name: 'away',
      part: [
        { name: 'start', valueString: '2026-12-24' },
        { name: 'end', valueString: '2026-12-26' },
      ],
    },
  ])
})

t.test('a form has always one more empty block of hours and of leave than it holds, and two of hours at least', async (t) => {
  t.equal(withRoom(emptyDuty).hours.length, 2)
  t.equal(withRoom(withRoom(emptyDuty)).hours.length, 2)
  t.equal(withRoom(enteredDuty(sent)).hours.length, 4)
  t.equal(withRoom(enteredDuty(sent)).away.length, 3)
})
