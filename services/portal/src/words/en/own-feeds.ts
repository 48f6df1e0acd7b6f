/** What became of the feeds that an organisation publishes, for who administers it. */
export const ownFeeds = {
  ownFeeds: {
    head: 'What you publish for the directory',
    unknown: 'The state of your feeds cannot be read at the moment. Nothing is lost: try again in a few minutes.',
    nothing: 'The hub reads no feed of yours.',
    whatItIs:
      'A feed is a list of your services or sessions at an address on the web, which a directory or booking system keeps for you, as Open Referral UK or OpenActive. The hub reads it by itself, so that nobody has to enter the same twice.',
    whomToAsk: 'If you have one, give the operator of the hub its address. What is listed about you by hand stays as it is.',
    intro: 'What the hub reads from you, and what became of it.',
    asked: 'The hub reads the feed as soon as it can. Look again in a few minutes.',
    notNow: 'The feed was not asked for: it is paused, or somebody of yours asked within the last hour.',
    states: { 'up-to-date': 'Up to date', 'being-read': 'Being read', 'not-answering': 'Not answering', paused: 'Paused' },
    means: {
      'up-to-date': 'It was read to its end.',
      'being-read': 'Its end has not been reached yet.',
      'not-answering': 'The hub cannot read it.',
      paused: 'The operator of the hub has paused it: ask them why.',
    },
    since: (when: string) => `It has been so since ${when}.`,
    why: 'What went wrong',
    frozen: {
      'not-answering':
        'Your listings stay as they were. Whoever looks for a service reads that their source does not answer, and none of them is offered first.',
      paused: 'Your listings stay as they were, and what you change does not reach the directory.',
    },
    address: 'Address',
    kind: 'Kind',
    ods: 'NHS organisation data',
    answered: 'Last answered',
    never: 'Not yet',
    listed: 'In the directory',
    listedCount: (count: number) => (count === 1 ? '1 listing' : `${String(count)} listings`),
    sessions: 'Sessions are offered with the listing that they belong to, and are not counted here.',
    taken: 'Read so far',
    takenCount: (count: number) => (count === 1 ? '1 item' : `${String(count)} items, each new version counted`),
    refused: 'Could not be taken',
    refusedCount: (count: number) => (count === 1 ? '1 item to mend' : `${String(count)} items to mend`),
    refusedNone: 'Nothing',
    again: 'Read it again now',
    askableFrom: (when: string) => `Somebody of yours has asked for it to be read again. You can ask once more from ${when}.`,
    doubts: 'What may be listed twice',
    doubtsText: 'Both are listed until the operator of the hub has decided. Tell them if you know.',
    doubt: (name: string, other: string, publisher?: string) =>
      `“${name}” may be the same as “${other}” (${publisher ?? 'listed by the hub itself'}).`,
    closes: (publisher: string) =>
      `${publisher} says that your organisation has closed. Until that is decided it is not offered to anybody, and what is open at it has been put before whoever coordinates it. Tell the operator of the hub if it is not so.`,
    decidedBy: (day: string) => `To be decided by ${day}.`,
    refusedTitle: 'What could not be taken of your feed',
    of: 'Feed',
    refusedIntro: (count: number) =>
      count === 1
        ? 'One item of your feed is not in the directory, because the hub cannot read it as it is. Everything else was taken.'
        : `${String(count)} items of your feed are not in the directory, because the hub cannot read them as they are. Everything else was taken.`,
    newest: 'The newest 100 are kept.',
    mended:
      'Give this list to whoever runs the system that publishes your feed. What they mend leaves the list when the hub has read it again.',
    refusedEmpty: 'Nothing is to be mended: everything that the hub has read of this feed was taken.',
    csv: 'Download this list (CSV)',
    item: 'Item',
    nth: (count: number) => `Number ${String(count)} on its page`,
    place: 'Place',
    whole: 'the whole item',
    wrong: 'What is wrong',
    mend: 'How to mend it',
    mendUnknown: 'Ask the operator of the hub.',
    page: 'Page',
    at: 'Read on',
    pageOf: (page: number, pages: number) => `Page ${String(page)} of ${String(pages)}`,
    previous: 'Previous page',
    next: 'Next page',
    rules: {
      'id-missing': { wrong: 'It has no id.', mend: 'Give it an id of its own, as text, that stays the same.' },
      'id-unreadable': {
        wrong: 'Its id is neither a text nor a whole number that keeps its digits.',
        mend: 'Write the id as text, in quotation marks, with at most 500 characters.',
      },
      'kind-missing': {
        wrong: 'It does not say what kind of item it is.',
        mend: 'Write its kind, such as SessionSeries or ScheduledSession.',
      },
      'modified-unreadable': {
        wrong: 'When it was changed is neither a whole number nor a text.',
        mend: 'Write modified as a whole number that grows with each change.',
      },
      'state-unknown': { wrong: 'Its state is neither updated nor deleted.', mend: 'Write updated, or deleted where it is no more.' },
      'data-missing': {
        wrong: 'It says that it was updated, and holds nothing.',
        mend: 'Put the whole of it into data, or say that it is deleted.',
      },
      'name-missing': { wrong: 'It has no name.', mend: 'Give the service the name by which people know it.' },
      'null-character': {
        wrong: 'It holds a character that no text may hold (U+0000).',
        mend: 'Take the character out: it often comes with words that were copied from elsewhere.',
      },
    },
  },
}
