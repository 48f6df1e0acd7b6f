/** Answering what a person says is wrong, or asks about a look at their record. */
export const answering = {
  answering: {
    link: 'Answer the person',
    title: 'Answer the person',
    intro: 'The person reads your answer as you write it. They can also ask the Information Commissioner.',
    what: 'What did you do?',
    did: {
      corrected: { text: 'I corrected the entry', hint: 'Only when it was changed after the person asked' },
      withdrawn: {
        text: 'Mark the entry as entered in error',
        hint: 'It stays in the history, and no summary shows it. Record it again if it was partly right',
      },
      stays: { text: 'The entry stays as it is', hint: 'Say why, in words the person can follow' },
    },
    words: 'Your answer to the person',
    wordsHint: 'Plain words. For example: We looked at our notes. You are right, it was 18 seconds.',
    button: 'Send the answer',
    didMissing: 'Choose what you did',
    notCorrected: 'The entry has not been changed since the person asked: correct it first, or choose another answer',
    wordsMissing: 'Write your answer',
  },
}
