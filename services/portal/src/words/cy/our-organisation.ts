import type { ourOrganisation as english } from '../en/our-organisation.ts'

export const ourOrganisation: typeof english = {
  ourOrganisation: {
    title: 'Eich sefydliad',
    hint: 'Pum peth i’w gosod, a sut mae pob un yn sefyll',
    intro: (organisation) => `Beth y mae ${organisation} wedi’i osod yn yr hwb hwn, a beth sydd ar ôl i’w wneud.`,
    done: 'Wedi’i wneud',
    toDo: 'I’w wneud',
    always: 'Unrhyw bryd',
    listing: 'Cadarnhau beth sydd wedi’i restru amdanoch',
    listingNone:
      'Nid oes dim wedi’i restru amdanoch. Nid yw pwy bynnag sy’n chwilio am help yn dod o hyd i chi: gofynnwch i weithredwr yr hwb restru eich gwasanaethau.',
    listingState: (confirmed, all) =>
      confirmed === all
        ? all === 1
          ? 'Cadarnhawyd eich rhestriad yn y chwe mis diwethaf.'
          : `Cadarnhawyd pob un o’r ${String(all)} rhestriad yn y chwe mis diwethaf.`
        : `Cadarnhawyd ${String(confirmed)} o ${String(all)} rhestriad yn y chwe mis diwethaf. Dangosir y lleill fel rhai heb eu cadarnhau’n ddiweddar.`,
    team: 'Gwahodd eich cydweithwyr',
    teamState: (people) => (people === 1 ? 'Dim ond chi all fewngofnodi.' : `Gall ${String(people)} o bobl fewngofnodi.`),
    invited: (count) =>
      count === 1 ? 'Nid yw un gwahoddiad wedi’i dderbyn eto.' : `Nid yw ${String(count)} gwahoddiad wedi’u derbyn eto.`,
    grade: 'Gwybod beth y cewch ei weld',
    gradeIs: 'Eich gradd',
    gradeNone: 'Heb ei nodi: gofynnwch i weithredwr yr hwb.',
    grades: {
      'link-only': 'Dolen yn unig',
      'needs-only': 'Anghenion yn unig',
      'therapy-record': 'Cofnod therapi',
      full: 'Llawn',
    },
    sees: {
      'link-only': 'Rydych yn gweld yr hyn y mae dolen a anfonir atoch yn ei ddangos, a dim arall.',
      'needs-only':
        'Rydych yn gweld enw a rhif ffôn person, pwy i’w ffonio ar ei ran, ei anghenion a’i addasiadau, a’r hyn a gofnodwyd gennych chi.',
      'therapy-record':
        'Rydych yn gweld therapïau a mesuriadau yn ogystal â’r anghenion, a’r hyn a gofnodwyd gennych chi. Dim diagnosis a dim meddyginiaethau.',
      full: 'Rydych yn gweld yr hyn y mae eich rhan yng ngofal person, eich rôl a’i gydsyniad yn ei ganiatáu.',
    },
    lifts: {
      'link-only': 'Beth sy’n ei chodi: cyfrif i’ch sefydliad. Y gweithredwr sy’n ei gofrestru.',
      'needs-only': 'Beth sy’n ei chodi i gofnod therapi: gweithwyr proffesiynol cofrestredig sy’n ateb am yr hyn a gofnodir.',
      'therapy-record': 'Beth sy’n ei chodi i lawn: y sicrwydd sydd gan dîm GIG, megis pecyn cymorth diogelwch data eich cenedl.',
      full: 'Nid oes un uwch.',
    },
    gradeWho: 'Gweithredwr yr hwb sy’n penderfynu.',
    copy: 'Mynd â’ch cofnodion gyda chi',
    copyText: 'Pob sesiwn a gofnodwyd gennych, yn ffeil i unrhyw daenlen. Nid yw’n costio dim, a chewch adael gyda hi.',
    copyLink: 'Lawrlwytho eich sesiynau (CSV)',
  },
}
