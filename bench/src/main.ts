/** `npm run bench`: what the hub costs, beside the ceilings it is measured against. bench/README.md says how to read it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { runProgram } from '@infra/local/cannot-start'
import { compare } from './compare.ts'
import { readOptions, USAGE } from './options.ts'
import { table } from './report.ts'
import type { Result, Scenario } from './scenario.ts'
import { bareQueueScenario, bareScenarios } from './scenarios/bare.ts'
import { recordScenarios } from './scenarios/record.ts'
import { openTown, startServer, temporaryFolder } from './world.ts'

const FILE = join(import.meta.dirname, '..', 'results', 'latest.json')
const tell = (line: string): void => void process.stderr.write(`${line}\n`)

await runProgram(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    tell(USAGE)
    return 0
  }
  const { rounds, forMs, wanted } = options
  const startedAt = new Date()
  const results: Result[] = []

  using folder = temporaryFolder()
  await using server = await startServer(folder.path)
  {
    tell('A hub with 1,000 people …')
    await using town = await openTown({
      folder: join(folder.path, 'hub'),
      databaseUrl: await server.database('town'),
      people: 1_000,
      sessionsEach: 20,
      onProgress: tell,
    })
    const scenarios: Scenario[] = [
      ...bareScenarios(town.ceiling),
      bareQueueScenario(town.ceiling, 'postgresql'),
      ...recordScenarios({
        hub: town.load,
        ceiling: town.ceiling,
        token: await town.hub.token('demo-community-team'),
        surroundings: town.surroundings,
        readers: town.people.slice(0, 500),
        written: town.people.slice(500),
        of50: town.of50,
        of500: town.of500,
        settle: town.settle,
      }),
    ]
    results.push(
      ...(await compare(
        scenarios.filter(({ name }) => wanted(name)),
        { rounds, forMs, onProgress: tell },
      )),
    )
  }

  tell(`\n${table(results)}\n`)
  const machine = {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    platform: `${process.platform}-${process.arch}`,
  }
  const outcome = { startedAt, seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000), machine, rounds, forMs, results }
  mkdirSync(dirname(FILE), { recursive: true })
  writeFileSync(FILE, `${JSON.stringify(outcome, null, 2)}\n`)
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
  return 0
})
