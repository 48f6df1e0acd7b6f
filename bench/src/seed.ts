/** `npm run seed -- --people N --sessions N`: fills the demonstration hub of this folder with synthetic people, by COPY. */
import { parseArgs } from 'node:util'
import { runProgram } from '@infra/local/cannot-start'
import { openHubDatabase } from '@infra/local/hub-database'
import { PAST_THE_CAST } from './people.ts'
import { seededAlready, seedPeople, surroundingsIn } from './seeding.ts'

await runProgram(async () => {
  const { values } = parseArgs({ options: { people: { type: 'string', default: '1000' }, sessions: { type: 'string', default: '20' } } })
  await using hub = await openHubDatabase('seed')
  const seeded = await seedPeople(hub.database, {
    people: Number(values.people),
    sessionsEach: Number(values.sessions),
    from: Math.max(PAST_THE_CAST, await seededAlready(hub.database)),
    surroundings: await surroundingsIn(hub.database),
    onProgress: (people) => process.stderr.write(`${people} people stored\n`),
  })
  process.stdout.write(`${seeded.length} people are stored.\n`)
  return 0
})
