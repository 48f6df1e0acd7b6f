import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openViews } from './views.ts'
import { en } from '../words/en.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

t.test('every page renders when it is given nothing but the words', async (t) => {
  const render = openViews()
  for (const template of globSync('pages/*/*.njk', { cwd: source })) {
    const html = render(template, { w: en, title: 'A title', person: {}, step: {}, values: {}, of: {}, now: new Date(0) })
    t.match(html, '<html lang="en">', template)
    t.notMatch(html, /<script|<style|\sstyle="|\son[a-z]+="|\[object Object\]/, template)
  }
})
