/** Opened from a local record, on the patient who is open there. */
export const launch = {
  launch: {
    title: 'Open the person from your own record',
    from: (record: string) => `You came from ${record}. This person is open there:`,
    as: (name: string, title: string) => `You are signed in here as ${name}, ${title}.`,
    open: 'Open this person',
    another: 'Sign in as somebody else',
    nobody: 'You have no part in this person’s care here',
    nobodyText:
      'Handrail has nobody with this NHS number and this date of birth whom you may see. They may have no record here, or one that your organisation has no part in.',
    several: 'More than one of your people has this NHS number. Nothing was opened: tell whoever runs Handrail.',
    nobodyHelp: [
      'Check the NHS number and the date of birth in your own record.',
      'If you are treating them, ask whoever referred them to send the referral through Handrail.',
      'Or ask the person to share a link or a code with you.',
    ],
    elsewhere: 'You are signed in for another organisation',
    elsewhereText: (record: string) =>
      `${record} opens Handrail for those who give care in the organisation that keeps it. Nothing was opened. Sign in as one of them.`,
    trouble: {
      LAUNCH_RECORD_UNKNOWN: {
        title: 'Handrail does not know this record',
        text: 'It was opened from a record that is not set up here, or not in the way that such records do it. Nothing was opened and nothing was asked. Ask whoever runs Handrail for your organisation.',
      },
      LAUNCH_REFUSED: {
        title: 'Your own record said no',
        text: 'It did not let Handrail know which person is open. Nothing was opened. Ask whoever looks after that record.',
      },
      LAUNCH_NOT_PROVEN: {
        title: 'This could not be checked',
        text: 'What your own record answered does not fit what Handrail asked. Nothing was opened. Go back to it and open Handrail once more.',
      },
      LAUNCH_NOT_STAFF: {
        title: 'This way in is for people who give care',
        text: 'You are not signed in to the other record as somebody who gives care. To see your own record, go to the first page and sign in.',
      },
      LAUNCH_WITHOUT_PATIENT: {
        title: 'Your own record did not say who is meant',
        text: 'Handrail needs one NHS number and a whole date of birth. Nothing was opened. Open a person in your own record who has both, and try again.',
      },
      LAUNCH_EXPIRED: {
        title: 'Open Handrail again from your own record',
        text: 'It took too long, was opened in another window since, or was not begun in this browser. Nothing was opened.',
      },
      LOCAL_RECORD_UNAVAILABLE: {
        title: 'Your own record does not answer',
        text: 'Handrail cannot ask it who is meant. Try again in a moment, or find the person here by NHS number.',
      },
    },
  },
}
