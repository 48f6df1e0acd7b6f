// What somebody is told of a referral of theirs, or of somebody they care for, in both languages: that there is news, and where to read it. Never
// whose, of what kind, or who has it: a message is read by whoever holds the telephone. HAZ-R32
import type { WaitingWords } from './waiting-words.ts'

/** @param publicUrl the hub's own front page: it opens nothing before sign-in */
export const stepWords = (publicUrl: string): WaitingWords => ({
  subject: 'There is news about a referral / Mae newyddion am atgyfeiriad',
  text: `There is news about a referral. Sign in to read it: ${publicUrl}\nMae newyddion am atgyfeiriad. Mewngofnodwch i'w ddarllen: ${publicUrl}`,
})
