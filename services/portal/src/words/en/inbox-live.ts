/** What the inbox says of what has come since it was opened. */
export const inboxLive = {
  inboxLive: {
    still: 'Open this page again to see what has come since.',
    live: 'This page says here when something new has come.',
    broken: 'The connection is lost. Open this page again to see what has come since.',
    one: '1 new – show it',
    many: '{n} new – show them',
  },
}
