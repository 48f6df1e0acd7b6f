/** What an administrator sets up for an organisation: five things, and how each stands. */
export const ourOrganisation = {
  ourOrganisation: {
    title: 'Your organisation',
    hint: 'Five things to set up, and how each stands',
    intro: (organisation: string) => `What ${organisation} has set up in this hub, and what is still to do.`,
    done: 'Done',
    toDo: 'To do',
    always: 'At any time',
    listing: 'Confirm what is listed about you',
    listingNone:
      'Nothing is listed about you. Whoever looks for help does not find you: ask the operator of the hub to list your services.',
    listingState: (confirmed: number, all: number) =>
      confirmed === all
        ? all === 1
          ? 'Your listing was confirmed in the last six months.'
          : `All ${String(all)} listings were confirmed in the last six months.`
        : `${String(confirmed)} of ${String(all)} listings were confirmed in the last six months. The others are shown as not confirmed lately.`,
    team: 'Invite your colleagues',
    teamState: (people: number) => (people === 1 ? 'Only you can sign in.' : `${String(people)} people can sign in.`),
    invited: (count: number) =>
      count === 1 ? 'One invitation has not been taken up yet.' : `${String(count)} invitations have not been taken up yet.`,
    grade: 'Know what you may see',
    gradeIs: 'Your grade',
    gradeNone: 'Not stated: ask the operator of the hub.',
    grades: {
      'link-only': 'Link only',
      'needs-only': 'Needs only',
      'therapy-record': 'Therapy record',
      full: 'Full',
    },
    sees: {
      'link-only': 'You see what a link shows that somebody sends you, and nothing else.',
      'needs-only':
        'You see a person’s name and telephone number, whom to call for them, their needs and adjustments, and what you recorded yourselves.',
      'therapy-record':
        'You see therapies and measurements beside the needs, and what you recorded yourselves. No diagnoses and no medicines.',
      full: 'You see what your part in a person’s care, your role and their consent allow.',
    },
    lifts: {
      'link-only': 'What lifts it: an account for your organisation. The operator registers it.',
      'needs-only': 'What lifts it to a therapy record: registered professionals who answer for what is recorded.',
      'therapy-record': 'What lifts it to full: the assurance that an NHS team holds, such as the data security toolkit of your nation.',
      full: 'There is no higher one.',
    },
    gradeWho: 'The operator of the hub decides.',
    copy: 'Take your records with you',
    copyText: 'Every session that you recorded, as a file for any spreadsheet. It costs nothing, and you may leave with it.',
    copyLink: 'Download your sessions (CSV)',
  },
}
