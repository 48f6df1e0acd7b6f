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
    contact: 'Their e-mail address or mobile number (optional)',
    contactHint:
      'Only for whoever cannot make a passkey: a code is sent there each time they sign in. The link still goes to them from you. Not for organisations that read whole records.',
    contactRefused: 'Enter an e-mail address or mobile number that codes can be sent to, or leave it empty',
    button: 'Make the invitation',
    nameMissing: 'Enter their name',
    workMissing: 'Say what they do',
    roleMissing: 'Choose whether they are on a professional register',
    long: 'Write at most 100 characters',
    made: 'The invitation is made',
    madeText: 'Give this link to them and to nobody else. It works once, and for a week.',
    picture: 'Invitation to scan',
    until: 'It can be used until',
  },
  passkey: 'Sign in with a passkey or a code',
}
