/** How long a sign-in lasts, where one is signed in, and a form that was sent too late. */
export const session = {
  session: {
    note: (minutes: number) =>
      `You are signed out when you do nothing for ${minutes} minutes. What you have entered can still be sent after you sign in again.`,
    label: 'Your sign-in',
    warning: 'You will be signed out in two minutes, because nothing was done. What you have entered stays on this page.',
    stay: 'Stay signed in',
    ended:
      'You are signed out, because nothing was done. What you have entered is still here, and is covered so that nobody else reads it.',
    signInAgain: 'Sign in again in a new tab, then come back here',
    kept: 'What you entered is kept on this page, and nowhere else.',
    first: 'First, sign in again in a new tab',
    second: 'Then come back to this page and send it. It is sent once, as whoever you were.',
    sendAgain: 'Send what I entered',
  },
  places: {
    link: 'Where you are signed in',
    title: 'Where you are signed in',
    intro: 'Each row is one browser. If you do not know one of them, sign out there and tell whoever gave you access.',
    here: 'This browser',
    unknown: 'A browser that does not say what it is',
    since: 'Signed in',
    used: 'Last used',
    end: 'Sign out there',
    all: 'Sign out everywhere',
    allText: 'This signs you out of every browser, this one too. Pages that are open elsewhere stop within a minute.',
    ended: 'That browser is signed out.',
    gone: 'That browser was signed out already.',
    elsewhere: 'Your organisation’s own sign-in looks after this. Ask whoever runs it to sign you out elsewhere.',
  },
}
