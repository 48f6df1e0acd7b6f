/** Asking another organisation for advice. */
export const advice = {
  advice: {
    link: 'Advice',
    for: (name: string) => `Advice about ${name}`,
    asked: 'Asked so far',
    ask: 'Ask for advice',
    question: 'What do you want to know?',
    questionHint: 'One question. Nobody takes the person on by answering it.',
    owner: 'Who should answer?',
    next: 'See what will be sent',
    answer: 'Answer',
    takeOn: 'Take the person on, or pass the question on',
    toRead: 'Has the advice, and says what follows',
    close: 'Say what came of it, and close',
    refer: 'Turn it into a request for help',
    questionMissing: 'Write your question',
    questionLong: 'Write at most 1,000 characters',
    ownerMissing: 'Choose who should answer',
  },
}
