/** Opening a record in an emergency. */
export const emergencyAccess = {
  emergencyAccess: {
    link: 'Agor cofnod mewn argyfwng',
    title: 'Agor cofnod mewn argyfwng',
    intro:
      'Dim ond ar gyfer rhywun y mae’n rhaid i chi ei drin neu ei gadw’n ddiogel nawr, ac na all roi mynediad i chi. Os gall, gofynnwch am ddolen neu god y person yn lle hynny.',
    follows: 'Beth sy’n dilyn',
    consequences: [
      'Dywedir wrth y person fod eich sefydliad wedi agor y cofnod, a than pryd. Ni ddywedir eich rheswm.',
      'Mae’r hyn a ddarllenwch yn y rhestr o bwy a edrychodd, y gall y person ei darllen.',
      'Mae rhywun arall yn adolygu a oedd yn iawn, ac yn darllen eich rheswm.',
      'Mae’r cofnod ar agor i chi am bedair awr. Gallwch ddarllen ond nid ysgrifennu. Mae iechyd meddwl yn aros ar gau, a’r hyn a gaeodd y person.',
    ],
    number: 'Rhif GIG y person',
    numberHint: 'Deg digid. Gwiriwch yr enw a’r dyddiad geni ar unwaith ar y dudalen sy’n agor.',
    numberWrong: 'Rhowch rif GIG o ddeg digid sy’n pasio’r gwiriad',
    nobody: 'Nid oes gan Handrail neb â’r rhif GIG hwn. Gwiriwch ef',
    purpose: 'Ar gyfer beth mae hyn?',
    purposes: { ETREAT: 'Triniaeth frys', BTG: 'Argyfwng arall: mae diogelwch rhywun yn dibynnu arno' },
    purposeMissing: 'Dewiswch ar gyfer beth mae hyn',
    reason: 'Pam mae’n rhaid i chi ei weld nawr?',
    reasonHint: 'Un frawddeg y gall rhywun arall ei hadolygu.',
    reasonMissing: 'Dywedwch pam mewn o leiaf deg llythyren',
    button: 'Agor yr olwg frys',
    notYou: 'Ni allwch wneud hyn: mae ar gyfer gweithwyr proffesiynol cofrestredig a wardiau sefydliadau a gaiff ddarllen cofnodion cyfan.',
    instead:
      'Gofynnwch i’r person am ddolen neu god, neu gofynnwch i ward neu weithiwr proffesiynol cofrestredig. Os oes perygl i fywyd, ffoniwch 999.',
  },
}
