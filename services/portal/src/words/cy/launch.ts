/** Opened from a local record, on the patient who is open there. */
export const launch = {
  launch: {
    title: 'Agor y person o’ch cofnod eich hun',
    from: (record: string) => `Daethoch o ${record}. Mae’r person hwn ar agor yno:`,
    as: (name: string, title: string) => `Rydych wedi mewngofnodi yma fel ${name}, ${title}.`,
    open: 'Agor y person hwn',
    another: 'Mewngofnodi fel rhywun arall',
    nobody: 'Nid oes gennych ran yng ngofal y person hwn yma',
    nobodyText:
      'Nid oes gan Handrail neb â’r rhif GIG hwn a’r dyddiad geni hwn y cewch chi ei weld. Efallai nad oes ganddynt gofnod yma, neu fod ganddynt un nad oes gan eich sefydliad ran ynddo.',
    several: 'Mae gan fwy nag un o’ch pobl y rhif GIG hwn. Nid agorwyd dim: dywedwch wrth bwy bynnag sy’n rhedeg Handrail.',
    nobodyHelp: [
      'Gwiriwch y rhif GIG a’r dyddiad geni yn eich cofnod eich hun.',
      'Os ydych yn eu trin, gofynnwch i bwy bynnag a’u hatgyfeiriodd anfon yr atgyfeiriad drwy Handrail.',
      'Neu gofynnwch i’r person rannu dolen neu god â chi.',
    ],
    elsewhere: 'Rydych wedi mewngofnodi dros sefydliad arall',
    elsewhereText: (record: string) =>
      `Mae ${record} yn agor Handrail i’r rhai sy’n rhoi gofal yn y sefydliad sy’n ei gadw. Nid agorwyd dim. Mewngofnodwch fel un ohonynt.`,
    trouble: {
      LAUNCH_RECORD_UNKNOWN: {
        title: 'Nid yw Handrail yn adnabod y cofnod hwn',
        text: 'Fe’i hagorwyd o gofnod nad yw wedi’i osod yma, neu nid yn y ffordd y mae cofnodion o’r fath yn ei wneud. Nid agorwyd dim ac ni ofynnwyd dim. Gofynnwch i bwy bynnag sy’n rhedeg Handrail i’ch sefydliad.',
      },
      LAUNCH_REFUSED: {
        title: 'Dywedodd eich cofnod eich hun na',
        text: 'Ni adawodd i Handrail wybod pa berson sydd ar agor. Nid agorwyd dim. Gofynnwch i bwy bynnag sy’n gofalu am y cofnod hwnnw.',
      },
      LAUNCH_NOT_PROVEN: {
        title: 'Ni ellid gwirio hyn',
        text: 'Nid yw’r hyn a atebodd eich cofnod eich hun yn cyd-fynd â’r hyn a ofynnodd Handrail. Nid agorwyd dim. Ewch yn ôl ato ac agorwch Handrail unwaith eto.',
      },
      LAUNCH_NOT_STAFF: {
        title: 'I bobl sy’n rhoi gofal y mae’r ffordd hon i mewn',
        text: 'Nid ydych wedi mewngofnodi i’r cofnod arall fel rhywun sy’n rhoi gofal. I weld eich cofnod eich hun, ewch i’r dudalen gyntaf a mewngofnodwch.',
      },
      LAUNCH_WITHOUT_PATIENT: {
        title: 'Ni ddywedodd eich cofnod eich hun pwy a olygir',
        text: 'Mae ar Handrail angen un rhif GIG a dyddiad geni cyfan. Nid agorwyd dim. Agorwch berson yn eich cofnod eich hun sydd â’r ddau, a rhowch gynnig arall arni.',
      },
      LAUNCH_EXPIRED: {
        title: 'Agorwch Handrail eto o’ch cofnod eich hun',
        text: 'Cymerodd ormod o amser, fe’i hagorwyd mewn ffenestr arall ers hynny, neu ni ddechreuwyd yn y porwr hwn. Nid agorwyd dim.',
      },
      LOCAL_RECORD_UNAVAILABLE: {
        title: 'Nid yw eich cofnod eich hun yn ateb',
        text: 'Ni all Handrail ofyn iddo pwy a olygir. Rhowch gynnig arall arni mewn munud, neu dewch o hyd i’r person yma yn ôl rhif GIG.',
      },
    },
  },
}
