/** Answering what a person says is wrong, or asks about a look at their record. */
export const answering = {
  answering: {
    link: 'Ateb y person',
    title: 'Ateb y person',
    intro: 'Mae’r person yn darllen eich ateb fel yr ysgrifennwch ef. Gallant hefyd ofyn i’r Comisiynydd Gwybodaeth.',
    what: 'Beth wnaethoch chi?',
    did: {
      corrected: { text: 'Cywirais y cofnod', hint: 'Dim ond pan newidiwyd ef ar ôl i’r person ofyn' },
      withdrawn: {
        text: 'Marcio’r cofnod fel un a roddwyd mewn camgymeriad',
        hint: 'Mae’n aros yn yr hanes, ac nid yw unrhyw grynodeb yn ei ddangos. Cofnodwch ef eto os oedd yn rhannol gywir',
      },
      stays: { text: 'Mae’r cofnod yn aros fel y mae', hint: 'Dywedwch pam, mewn geiriau y gall y person eu dilyn' },
    },
    words: 'Eich ateb i’r person',
    wordsHint: 'Geiriau plaen. Er enghraifft: Edrychasom ar ein nodiadau. Rydych yn iawn, 18 eiliad ydoedd.',
    button: 'Anfon yr ateb',
    didMissing: 'Dewiswch beth wnaethoch',
    notCorrected: 'Nid yw’r cofnod wedi’i newid ers i’r person ofyn: cywirwch ef yn gyntaf, neu dewiswch ateb arall',
    wordsMissing: 'Ysgrifennwch eich ateb',
  },
}
