import t from 'tap'
import { groupCommit } from './group-commit.ts'

t.test('what is asked for in one turn is one group, and what comes meanwhile is the next', async (t) => {
  const groups: (readonly number[])[] = []
  const gate = Promise.withResolvers<void>()
  const commit = groupCommit<number, number>(async (items) => {
    groups.push(items)
    await gate.promise
    return items.length
  })

  const first = [commit(1), commit(2), commit(3)]
  await new Promise((resolve) => setImmediate(resolve))
  const second = [commit(4), commit(5)]
  gate.resolve()

  t.strictSame(await Promise.all(first), [3, 3, 3])
  t.strictSame(await Promise.all(second), [2, 2])
  t.strictSame(groups, [
    [1, 2, 3],
    [4, 5],
  ])
})

t.test('what is asked for in one go need not wait for the end of the turn', async (t) => {
  const groups: (readonly number[])[] = []
  const commit = groupCommit<number, void>(async (items) => void groups.push(items), { gather: 'go' })
  const both = [commit(1), commit(2)]
  await Promise.resolve()
  t.strictSame(groups, [[1, 2]])
  await Promise.all(both)
})

t.test('a group that fails fails for all who are in it, and for nobody else', async (t) => {
  const commit = groupCommit<string, string>(async ([item]) => {
    if (item === 'bad') throw new Error('refused')
    return 'done'
  })
  const bad = [commit('bad'), commit('in the same group')]
  await t.rejects(Promise.all(bad), { message: 'refused' })
  await t.rejects(bad[1] as Promise<string>, { message: 'refused' })
  t.equal(await commit('good'), 'done')
})
