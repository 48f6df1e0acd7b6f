/** Ways of asking that tests of what is shown have in common. */
import type { ARecord } from './a-record.ts'

/** The text that is answered where this is the one request of a batch. */
export const askedInABatch = async ({ send }: Pick<ARecord, 'send'>, token: string, path: string): Promise<string> => {
  const entry = [{ request: { method: 'GET', url: path.slice(1) } }]
  return (await send(token, 'POST', '', { resourceType: 'Bundle', type: 'batch', entry })).body
}

/** An open Task of this owner about something of a person's. */
export const anOpenTask = (subject: { readonly reference: string }, focus: string, owner: string) => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  for: subject,
  focus: { reference: focus },
  owner: { reference: owner },
  restriction: { period: { end: '2026-12-01' } },
})
