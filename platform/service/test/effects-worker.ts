/**
 * A process with a consumer that writes effects, for tests that kill it.
 * It prints `written <id>` after each effect and waits `pause` ms before it confirms.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { startConsumer } from '../src/consumer.ts'
import { openDatabase } from '../src/database.ts'
import { openQueues } from '../src/queues.ts'
import { toldToStop } from '../src/shutdown.ts'
import { writeEffect } from './hub.ts'

const [url = '', redisUrl = '', prefix = '', pauseMs = '0', lockMs = '1000'] = process.argv.slice(2)

await using database = await openDatabase(url, { name: 'worker' })
await using queues = await openQueues({ database, prefix, lockMs: Number(lockMs), ...(redisUrl !== '' && { redisUrl }) })
const write = writeEffect(database)
await using _consumer = await startConsumer({
  name: 'test',
  types: ['*'],
  queues,
  handle: async (change) => {
    await write(change)
    process.stdout.write(`written ${change.id}\n`)
    await wait(Number(pauseMs))
  },
})
process.stdout.write('hearing\n')
await toldToStop()
