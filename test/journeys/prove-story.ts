/** The stories of the demonstration as tests: each step is one assertion, in the story's own words. */
import { reasonOf } from '@infra/local/demo/tell'
import { runStory, type Story } from '@infra/local/demo/story'
import type { Test } from 'tap'

/** Runs the story to its end. @param between called after each step that went well, with its sentence */
export async function proveStory(t: Test, story: Story, between: (text: string) => Promise<void> = async () => {}): Promise<void> {
  const steps = story.steps.map((step) => ({
    ...step,
    run: async () => {
      const saw = await step.run()
      await between(step.text)
      return saw
    },
  }))
  await runStory({ ...story, steps }, ({ word, text }, ending) => {
    if (ending.went === 'ok') t.pass(`${word} ${text}`)
    else t.fail(`${word} ${text}: ${ending.went === 'failed' ? reasonOf(ending.because) : 'not tried, because an earlier step failed'}`)
  })
}
