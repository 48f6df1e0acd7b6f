/** A person asks for help themselves. */
export const askForHelp = {
  askForHelp: {
    title: 'Gofyn am help',
    hint: 'Therapi, dosbarth, rhywun i siarad ag ef: gallwch ofyn eich hun',
    intro: 'Gallwch ofyn am help eich hun. Mae rhywun yn ei ddarllen, yn canfod pwy all helpu, ac yn gorfod ateb erbyn diwrnod penodol.',
    goesTo: (name: string) => `Mae’n mynd i ${name}.`,
    nowhere: 'Nid oes neb wedi’i restru yma y gallwch ofyn iddo’n uniongyrchol. Gofynnwch i’ch tîm eich hun neu i’ch meddyg teulu.',
    need: 'Gyda beth y mae angen help arnoch?',
    needHint: 'Yn eich geiriau eich hun: am beth y mae, a beth ddylai ddod yn bosibl?',
    needMissing: 'Dywedwch gyda beth y mae angen help arnoch',
    kind: 'Beth allai helpu?',
    kindHint: 'Ticiwch yr hyn sy’n dod i’ch meddwl. Gadewch yn wag os nad ydych yn gwybod.',
    needs: 'Beth y mae’n rhaid iddynt ei wybod er mwyn iddo weithio i chi?',
    needsHint:
      'Un ar bob llinell: cymhorthion, gwres, blinder, trosglwyddo, sut i siarad â chi. Mae’r hyn y mae eich cofnod yn ei ddweud yma eisoes.',
    notAtOnce: 'Nid oes neb yn darllen y dudalen hon wrth i chi ysgrifennu. Peidiwch ag aros am ateb yma os oes angen help arnoch nawr.',
    suits: 'Pryd a ble y mae’n eich siwtio',
    kept: 'Nid oes dim wedi’i anfon eto. Cedwir yr hyn a ysgrifennwch yn eich cofnod fel heb ei anfon nes i chi ei anfon neu ei daflu.',
    readBy: 'Tan hynny dim ond chi sy’n gallu ei ddarllen, a gofalwr yr ydych yn gadael iddo ofyn drosoch.',
    answered: (when: string) => `Os anfonwch ef nawr, rhaid i rywun ateb erbyn ${when}.`,
    followed: 'Os na wna neb, mae’n mynd at y person nesaf i fyny. Gwelwch bob cam yn “Fy atgyfeiriadau”.',
    change: 'Newid yr hyn a ysgrifennoch',
    discard: 'Ei daflu',
    done: 'Mae eich cais wedi’i anfon. Gwelwch yma pwy sydd ag ef, ac erbyn pryd y byddant yn ateb, unwaith y gofynnwyd iddynt.',
    unsent: 'Nid ydych wedi anfon hwn eto. Ni ofynnwyd i neb.',
    goOn: 'Mynd ymlaen ag ef',
    notAsked: 'Gwelwch yma pwy sydd ag ef unwaith y gofynnwyd i rywun.',
    forAnother: {
      intro: (name: string) =>
        `Rydych yn gofyn yn enw ${name}. Dywedir wrthynt eich bod wedi gofyn, gallant ddarllen yr hyn a ysgrifennwch yma, a’i dynnu’n ôl, fel y gallwch chithau. Mae rhywun yn ei ddarllen, yn canfod pwy all helpu, ac yn gorfod ateb erbyn diwrnod penodol.`,
      need: (name: string) => `Gyda beth y mae angen help ar ${name}?`,
      needHint: 'Am beth y mae, a beth ddylai ddod yn bosibl?',
      needMissing: (name: string) => `Dywedwch gyda beth y mae angen help ar ${name}`,
      needs: (name: string) => `Beth y mae’n rhaid iddynt ei wybod er mwyn iddo weithio i ${name}?`,
      needsHint:
        'Un ar bob llinell: cymhorthion, gwres, blinder, trosglwyddo, sut i siarad â nhw. Mae’r hyn y mae eu cofnod yn ei ddweud yma eisoes.',
      suits: (name: string) => `Pryd a ble y mae’n siwtio ${name}`,
      kept: 'Nid oes dim wedi’i anfon eto. Cedwir yr hyn a ysgrifennwch yn eu cofnod fel heb ei anfon nes i chi ei anfon neu ei daflu.',
      readBy: (name: string) => `Tan hynny dim ond ${name} sy’n gallu ei ddarllen, a phwy bynnag sy’n cael gofyn yn eu henw.`,
    },
  },
}
