/** Asking another organisation for advice. */
export const advice = {
  advice: {
    link: 'Cyngor',
    for: (name: string) => `Cyngor am ${name}`,
    asked: 'Gofynnwyd hyd yma',
    ask: 'Gofyn am gyngor',
    question: 'Beth ydych chi am ei wybod?',
    questionHint: 'Un cwestiwn. Nid oes neb yn derbyn y person drwy ei ateb.',
    owner: 'Pwy ddylai ateb?',
    next: 'Gweld beth a anfonir',
    answer: 'Ateb',
    takeOn: 'Derbyn y person, neu basio’r cwestiwn ymlaen',
    toRead: 'Mae’r cyngor ganddynt, a dywedant beth sy’n dilyn',
    close: 'Dweud beth ddaeth ohono, a chau',
    refer: 'Ei droi’n gais am gymorth',
    questionMissing: 'Ysgrifennwch eich cwestiwn',
    questionLong: 'Ysgrifennwch 1,000 nod ar y mwyaf',
    ownerMissing: 'Dewiswch pwy ddylai ateb',
  },
}
