/** Inviting people into one's organisation. */
export const team = {
  team: {
    nav: 'Your team',
    title: 'Invite somebody into your organisation',
    intro: 'They make a passkey on their own device and can work at once. They see and do no more than your organisation may.',
    name: 'Their name',
    work: 'What they do',
    workHint: 'For example, exercise instructor. It stands beside everything they record.',
    role: 'Are they on a professional register?',
    roles: { worker: 'No: worker or volunteer', professional: 'Yes: a registered professional, such as a physiotherapist' },
    button: 'Make the invitation',
    nameMissing: 'Enter their name',
    workMissing: 'Say what they do',
    roleMissing: 'Choose whether they are on a professional register',
    long: 'Write at most 100 characters',
    made: 'The invitation is made',
    madeText: 'Give this link to them and to nobody else. It works once, and for a week.',
    picture: 'Invitation to scan',
    until: 'It can be used until',
    another: 'Invite somebody else',
  },
  passkey: 'Sign in with a passkey',
}
