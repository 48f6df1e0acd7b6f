/** Carers: being invited, and choosing for whom they act. */
export const actingFor = {
  actingFor: {
    nav: 'Who you act for',
    title: 'Who you act for',
    intro:
      'You see what each of them chose to show you, until the day they gave, and nothing else. They see what you looked at and what you wrote.',
    now: 'Shown now',
    until: 'Until',
    choose: 'Show this person',
    as: (name: string) =>
      `You act for ${name}, as their carer. “You” on these pages is ${name}, who sees what you look at and what you write.`,
    inviteTitle: 'Invite your carer to sign in',
    inviteText:
      'They get a link, and make a passkey on their own device. They see what you chose, until the day you chose; you see what they looked at.',
    contactHint:
      'Only for whoever cannot make a passkey: a code is sent there each time they sign in. You still give them the link yourself.',
    invite: 'Invite them to sign in',
  },
}
