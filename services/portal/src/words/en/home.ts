/** The first page after signing in. */
export const home = {
  home: {
    nav: 'Home',
    title: (name: string) => `Hello, ${name}`,
    for: (organisation: string) => `You are working for ${organisation}.`,
    waits: 'What waits for you',
    inbox: (count: number) => (count === 1 ? 'request to answer' : 'requests to answer'),
    overdue: (count: number) => `${count} overdue`,
    alerts: (count: number) => (count === 1 ? 'hospital alert not acknowledged' : 'hospital alerts not acknowledged'),
    noneWaits: 'Nothing waits for you. New requests and hospital alerts appear here.',
    first: 'Useful first',
    people: 'Your people',
    noPeople:
      'You have no people here yet. A person appears when they are referred to you, when you join their care team, or when they are in your hospital.',
    allPeople: 'All your people',
    openTimeline: 'See what they have received',
    record: 'Record a session',
    refer: 'Ask another service for help',
    own: {
      intro: 'This is your own record. You need not tell your story again.',
      record: 'See what you have received',
      recordHint: 'Therapy, classes, hospital stays and measurements, whoever gave them',
      referrals: 'See where your referrals are',
      referralsHint: 'Who was asked, what they said, and who has it now',
      looked: 'See who looked at your record',
      lookedHint: 'Every time somebody opened or changed it',
    },
    area: {
      intro: 'You see services and no people. Names, numbers and single records are not part of your view.',
      services: 'Services of the area',
      sector: 'Sector',
      service: 'Service',
      waits: 'See activity, money, outcomes, waits and unmet need',
      empty: 'No services are listed.',
    },
  },
}
