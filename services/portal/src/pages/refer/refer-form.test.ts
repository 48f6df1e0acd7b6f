import t from 'tap'
import { readCatalogue } from '../../knowledge/catalogue.ts'
import { wordsIn } from '../../words/words.ts'
import { enteredRequest, readRequest, toServiceRequest } from './refer-form.ts'

const CUES = [{ code: 'sudden-weakness', display: 'sudden weakness' }]
const entered = { need: 'Balance', priority: 'routine', key: 'a-key-of-a-form', redFlag: ['sudden-weakness', 'made-up'] }
const requestOf = (cues: typeof CUES) => {
  const { given } = readRequest(enteredRequest(entered), readCatalogue(), cues, wordsIn('en'))
  return given === undefined ? undefined : toServiceRequest(given, 'ada', { requester: 'Organization/team', sector: 'nhs' }, new Date(0))
}

t.test('HAZ-R50: a red flag that is ticked goes with the request as its code, where a clinician has approved the cue', async (t) => {
  t.match(requestOf(CUES)?.reasonCode, [
    { coding: [{ system: 'https://handrail.example/fhir/CodeSystem/red-flag', code: 'sudden-weakness' }] },
  ])
  t.equal(requestOf(CUES)?.reasonCode?.length, 1, 'a code that is offered to nobody is not taken')
  t.equal(requestOf([])?.reasonCode, undefined)
})
