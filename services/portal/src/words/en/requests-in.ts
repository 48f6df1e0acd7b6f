/** Requests for help from a file. */
export const requestsIn = {
  requestsIn: {
    title: 'Requests for help from a file',
    link: 'Ask for help for several people from a file',
    intro:
      'For a list from your own system: one row for each request. The file is rehearsed first: you see what would be asked and what is wrong, line by line, and nobody is asked.',
    once: 'Each row has your own reference. A row that was asked for before is not asked again, so that you can send the whole list again once you have mended it. Only people whom you may see here already are found.',
    hint: 'Columns: reference, NHS number, date of birth, need; and others, if you have them. 500 rows and 2 MB at most.',
    empty: 'Download an empty list with all columns (CSV)',
    wouldBeAsked: 'Would be asked for',
    asked: 'Asked for',
    unchanged: 'Asked for before, and not again',
    notTaken: 'Not taken',
    final: 'What you send cannot be taken back on this page: each request is with somebody at once.',
    send: (count: number) => (count === 1 ? 'Send this request' : `Send these ${String(count)} requests`),
    nothing: 'Nothing of this file would be asked for. Mend it and choose it again.',
    whereTo: 'Where each request stands is on the page of its person. If one was a mistake, tell whoever was asked.',
    columns: 'What stands in each column',
    means: {
      reference: 'Your own reference of the request, up to 64 letters and digits.',
      'NHS number': 'Needed, together with the date of birth.',
      'date of birth': 'Day, month and year.',
      need: 'What is needed, in words. It goes to whoever is asked.',
      kind: 'A code of the kind of help, where you know it.',
      priority: 'routine, urgent, asap or stat. Empty is not stated, and is clocked as routine.',
      receiver: 'Who is asked. Empty goes to the single point of access.',
      'red flags': 'Codes of red-flag cues that you ticked. A cue lifts the request to the top, and decides nothing.',
      words: 'Anything more that whoever is asked has to know.',
    },
    kinds: 'Codes of kinds of help',
    receivers: 'Who can be asked, and how to write it',
  },
}
