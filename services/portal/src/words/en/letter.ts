/** A letter about a request, and what people said of requests to a service. */
export const letter = {
  letter: {
    link: 'A letter to print',
    title: 'Where your request for help is',
    how: 'Print this page and post it, or read it to the person. It says where the request is today.',
    addressNotShown: 'The address is not shown to your organisation: give the letter to the person, or read it to them.',
    arrange: 'The person asked for this too, which no printed page can be. Arrange it:',
    dear: (name: string) => `Dear ${name}`,
    about: 'You asked for help with:',
    said: 'What was said last',
    wrong:
      'If something here is wrong, or you want it in another format or language, tell us. You can also ask anybody who looks after you.',
    emergency: 'This letter is not for emergencies. If something is suddenly much worse, ring your team; in an emergency call 999.',
  },
  ourFeedback: {
    link: 'What people said of their requests',
    title: 'What people said of their requests to you',
    intro: 'Each answer was given by a person, or by a carer for them, about a request that you were asked to help with.',
    empty: 'Nobody has said anything yet.',
    question: 'Question',
    table: 'Answers',
    words: 'In their words',
    more: 'The newest 200 are counted here.',
  },
}
