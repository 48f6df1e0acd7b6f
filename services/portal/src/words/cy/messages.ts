/** How somebody is told of their referrals. */
export const messages = {
  messages: {
    title: 'Sut rydych chi’n cael gwybod',
    intro: 'Gallwch ddarllen yma unrhyw bryd ble mae eich atgyfeiriadau. Gallwch hefyd gael neges ar bob cam.',
    example:
      'Dim ond hyn y mae neges yn ei ddweud: “Mae newyddion am atgyfeiriad. Mewngofnodwch i’w ddarllen.” Nid yw’n dweud dim amdanoch chi, eich iechyd na phwy y gofynnwyd iddynt.',
    failed: 'Ni chyrhaeddodd eich neges ddiwethaf. Gwiriwch y cyfeiriad neu’r rhif isod a’i gadw eto.',
    way: 'Sut ydych chi am gael gwybod?',
    ways: { email: 'Drwy e-bost', sms: 'Drwy neges destun', off: 'Dim negeseuon: byddaf yn edrych yma fy hun' },
    wayMissing: 'Dewiswch sut rydych chi am gael gwybod',
    address: 'Cyfeiriad e-bost neu rif ffôn symudol',
    addressHint: 'Gall fod yn un rhywun rydych yn ymddiried ynddo. Bydd pwy bynnag sy’n ei ddarllen yn dysgu bod atgyfeiriad.',
    emailWrong: 'Rhowch gyfeiriad e-bost, fel enw@example.com',
    numberWrong: 'Rhowch rif ffôn symudol, fel 07700 900123',
    times: 'Pa mor aml?',
    often: { now: 'Ar bob cam', today: 'Unwaith y dydd, yn y bore', weekly: 'Unwaith yr wythnos, ar ddydd Llun' },
    timesMissing: 'Dewiswch pa mor aml',
    button: 'Cadw',
    done: 'Wedi’i gadw. Y tro nesaf cewch wybod fel hyn.',
  },
}
