/** Opening a record in an emergency. */
export const emergencyAccess = {
  emergencyAccess: {
    link: 'Open a record in an emergency',
    title: 'Open a record in an emergency',
    intro:
      'Only for somebody whom you have to treat or keep safe now, and who cannot let you in themselves. If they can, ask them for their link or code instead.',
    follows: 'What follows',
    consequences: [
      'The person is told that your organisation opened their record, and until when. They are not told your reason.',
      'What you read stands in the list of who looked, which they can read.',
      'Somebody else reviews whether it was right, and reads your reason.',
      'The record is open to you for four hours. You can read and not write. Mental health stays closed, and so does what they closed themselves.',
    ],
    number: 'Their NHS number',
    numberHint: 'Ten digits. Check name and date of birth at once on the page that opens.',
    numberWrong: 'Enter an NHS number of ten digits that passes the check',
    nobody: 'Handrail has nobody with this NHS number. Check it',
    purpose: 'What is it for?',
    purposes: { ETREAT: 'Emergency treatment', BTG: 'Another emergency: somebody’s safety depends on it' },
    purposeMissing: 'Choose what it is for',
    reason: 'Why must you see it now?',
    reasonHint: 'One sentence that somebody else can review.',
    reasonMissing: 'Say why in at least ten letters',
    button: 'Open the emergency view',
    notYou: 'You cannot do this: it is for registered professionals and wards of organisations that may read whole records.',
    instead: 'Ask the person for their link or code, or ask a ward or a registered professional. In danger to life call 999.',
  },
}
