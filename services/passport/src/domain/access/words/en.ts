/** What the person is told about who sees and saw their record. Plain words; no clinical content. */
import type { DataClass } from '../data-class.ts'
import type { Kind } from '../policy.ts'
import type { NotKept } from '../consent.ts'

const classes: Readonly<Record<DataClass, string>> = {
  identity: 'your name, date of birth and numbers',
  contacts: 'your address, contacts and care team',
  needs: 'your needs and adjustments',
  emergency: 'what must be known in an emergency',
  diagnoses: 'your diagnoses and documents',
  medicines: 'your medicines',
  therapy: 'the therapies you received',
  measures: 'your measurements and questionnaires',
  'mental-health': 'what is marked as mental health',
  referral: 'your referrals and what was asked',
  audit: 'the list of who looked',
  directory: 'the directory',
  unclassified: 'technical entries',
  notifications: 'how they want to be told',
  'own-draft': 'requests they have not sent',
}

const why: Readonly<Record<Kind, string>> = {
  registered: 'They entered you into this record.',
  'care-team': 'They are in your care team.',
  'mental-health-team': 'They are in your care team for mental health.',
  'referral-received': 'They have an open referral for you.',
  admitted: 'You are in hospital there.',
  'entry-made': 'You agreed that they add entries.',
  'shown-to-record': 'You showed them a code to record by.',
  agreed: 'You agreed that they may see it.',
  carer: 'You named them as your carer.',
  'carer-asks': 'You let them ask for help for you.',
  'break-glass': 'They said that it was an emergency and gave a reason; somebody reviews it.',
}

const notKept: Readonly<Record<NotKept, string>> = {
  'not-active': 'It is not active, and so it changes nothing yet.',
  'permission-limited': 'A permission is bound to something that is not kept here; it opens nothing.',
  'permission-without-class': 'A permission does not say which kind of information; it opens nothing new.',
  'actor-unknown': 'A permission names somebody who does not sign in here; it opens nothing to them.',
  'denial-wider': 'A refusal is bound to a purpose, a code or a time of data that is not kept here; it closes all of it.',
  'denial-of-everybody': 'A refusal names somebody who does not sign in here; it closes everybody out, to be safe.',
}

export const en = {
  and: ' and ',
  everybody: 'Everybody',
  somebody: 'Somebody who is not in the directory',
  carerNamed: 'The carer you named',
  classes,
  why,
  notKept,
  from: (day: string) => ` from ${day}`,
  until: (day: string) => ` until ${day}`,
  closes: (who: string, what: string, when: string) => `${who} will no longer see ${what}${when}.`,
  closesAll: (what: string, when: string) => `Nobody but you will see ${what}${when}.`,
  closesReferral: (who: string, what: string, when: string) =>
    `Through this one referral ${who} will no longer see ${what}${when}; other referrals go on.`,
  everything: 'anything of your record',
  opens: (who: string, what: string, when: string) => `${who} may see ${what}${when}, as far as an organisation of its grade may.`,
  opensToCarer: (who: string, what: string, when: string) => `${who} may see ${what} as your carer${when}.`,
  carersSee: 'what carers may see',
  letsAsk: (who: string, when: string) => `${who} may ask for help in your name${when}. You are told each time, and you can take it back.`,
  stays: {
    own: 'What an organisation wrote itself stays open to it.',
    person: 'You go on seeing everything.',
    links: 'Links that you gave out show nothing of it from the next opening on.',
    emergency: 'An emergency does not open what you closed.',
    past: 'What was read before cannot be taken back.',
  },
  log: {
    you: 'You',
    carer: 'Your carer',
    hub: 'Handrail itself',
    unknown: 'Somebody who was not recognised',
    application: 'An application',
    looked: (who: string, what: string) => `${who} looked at ${what}.`,
    lookedAtAll: (who: string) => `${who} looked at your whole record.`,
    summary: (who: string) => `${who} read a summary of your record.`,
    copied: (who: string) => `${who} took a copy of your record.`,
    added: (who: string, what: string) => `${who} added to ${what}.`,
    changed: (who: string, what: string) => `${who} changed something in ${what}.`,
    removed: (who: string, what: string) => `${who} removed something from ${what}.`,
    wrote: (who: string) => `${who} added or changed entries.`,
    sawShared: (who: string) => `${who} looked at the codes and links that you gave out.`,
    shared: (who: string) => `${who} made a code or a link.`,
    unshared: (who: string) => `${who} took back a code or a link.`,
    openedShared: (who: string) => `${who} opened part of your record with a code or a link.`,
    acceptedShown: (who: string) => `${who} took a code to record sessions.`,
    opened: (who: string) => `${who} opened your record in an emergency.`,
    readLog: (who: string) => `${who} read the list of who looked.`,
    merged: (who: string) => `${who} brought two records of you together, or took them apart.`,
    refused: (who: string, what: string) => `${who} asked for ${what} and was refused.`,
    other: (who: string) => `${who} worked with your record.`,
    record: 'your record',
    noReasonNow: 'They have no open part in your care now.',
    times: (count: number) => ` (${count} times)`,
  },
  emergencyTold: (who: string, until: string) =>
    `${who} opened your record in an emergency and gave a reason. It is open to whoever asked until ${until}. ` +
    'Somebody else reviews whether it was right. You can see what was looked at in the list of who looked, and ask about it.',
  carerAsked: (who: string) =>
    `${who} asked for help in your name. You see what was asked, and who has it, in your referrals, and you can take it back there.`,
  carerWithdrew: (who: string) => `${who} took back what was asked in your name. You see it in your referrals.`,
  askedAbout: 'You asked about somebody who looked at your record. Somebody answers you by the date of this task.',
}

/** Words of one language. */
export type AccessWords = typeof en
