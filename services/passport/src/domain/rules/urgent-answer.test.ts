import { saysRisk } from '@platform/fhir/risk-item'
import fc from '@platform/testing/properties'
import t from 'tap'
import type { FhirResource } from '../references.ts'
import { answersForRisk, urgentAnswerTask } from './urgent-answer.ts'

const owner = (reference: string) => [
  { url: 'https://handrail.example/fhir/StructureDefinition/section-owner', valueReference: { reference } },
]
const response = (item: unknown[], more: Record<string, unknown> = {}): FhirResource => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  questionnaire: 'https://handrail.example/fhir/Questionnaire/joint-assessment|0.2.0',
  subject: { reference: 'Patient/carys' },
  author: { reference: 'Organization/community' },
  item,
  ...more,
})
const risk = (answer: unknown[]) => ({
  linkId: 'risk',
  extension: owner('Organization/neuropsychology'),
  item: [{ linkId: 'risk-now', answer }],
})
const YES = { valueBoolean: true }

t.test('HAZ-R51: a yes on the risk item is one, a no or nothing is none', async (t) => {
  t.ok(saysRisk(response([risk([YES])])))
  t.notOk(saysRisk(response([risk([{ valueBoolean: false }])])))
  t.notOk(saysRisk(response([risk([])])))
  t.notOk(saysRisk(response([])))
})

t.test('HAZ-R51: an answer that is not a plain no is looked at', async (t) => {
  t.ok(saysRisk(response([risk([{ valueString: 'perhaps' }])])))
  t.ok(saysRisk(response([risk([{ valueCoding: { code: 'Y' } }])])))
})

t.test('a questionnaire of others, and an entry made in error, page nobody', async (t) => {
  t.notOk(saysRisk(response([risk([YES])], { questionnaire: 'https://example.org/Questionnaire/other' })))
  t.notOk(saysRisk(response([risk([YES])], { status: 'entered-in-error' })))
})

t.test('HAZ-R51: whoever owns the section of the risk item answers for it, else whoever wrote the assessment', async (t) => {
  t.same(answersForRisk(response([risk([YES])])), ['Organization/neuropsychology', 'Organization/community'])
  t.same(answersForRisk(response([{ linkId: 'risk', item: [{ linkId: 'risk-now', answer: [YES] }] }])), ['Organization/community'])
  t.same(answersForRisk(response([{ linkId: 'risk', item: [{ linkId: 'risk-now', answer: [YES] }] }], { author: undefined })), [])
})

t.test('the Task names the answer and says nothing of what it is', async (t) => {
  const given = { at: new Date('2026-11-20T16:00:00Z'), dueAt: new Date('2026-11-20T16:15:00Z'), owner: 'Organization/a', response: 'r' }
  const task = urgentAnswerTask(response([risk([YES, { valueString: 'her words' }])]), given)
  t.match(task, {
    owner: { reference: 'Organization/a' },
    focus: { reference: 'QuestionnaireResponse/r' },
    for: { reference: 'Patient/carys' },
    restriction: { period: { end: '2026-11-20T16:15:00.000Z' } },
  })
  t.notMatch(JSON.stringify(task), /her words|risk|mood|suicid/)
})

const answer = fc.constantFrom<unknown>({ valueString: 'words' }, { valueBoolean: false }, { valueDecimal: 3 }, YES)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.record(
    {
      linkId: fc.constantFrom('mood', 'risk', 'pain-words', 'goals'),
      answer: fc.array(answer, { maxLength: 2 }),
      item: fc.array(tie('tree'), { maxLength: 2, depthIdentifier: 'tree' }),
    },
    { requiredKeys: ['linkId'] },
  ),
}))

t.test('HAZ-R51: no combination of other answers hides a yes, wherever the risk item stands', async () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 4 }), fc.nat(4), fc.nat(4), fc.boolean(), (others, place, depth, underAnswer) => {
      let item: unknown = { linkId: 'risk-now', answer: [{ valueBoolean: false }, YES] }
      for (let level = 0; level < depth; level += 1)
        item = underAnswer ? { linkId: 'risk', answer: [{ valueBoolean: false, item: [item] }] } : { linkId: 'risk', item: [item] }
      if (!saysRisk(response(others.toSpliced(place, 0, item)))) throw new Error('a yes was hidden')
    }),
  )
})

t.test('without a yes on the risk item nothing else is one', async () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 4 }), (others) => {
      if (saysRisk(response(others))) throw new Error('nobody said yes')
    }),
  )
})
