/** What to do where somebody needs help at once. */
export const crisis = {
  crisis: {
    emergency: 'Ffoniwch 999 mewn argyfwng.',
    approved: (source: string, by: string) => `Ffynhonnell: ${source}. Cymeradwywyd gan ${by}.`,
    english: 'Dangosir yn Saesneg: nid oes neb wedi cymeradwyo cyfieithiad.',
    forNation: (nations: string) => `Ar gyfer ${nations}`,
    nation: { england: 'Lloegr', wales: 'Cymru', scotland: 'yr Alban', 'northern-ireland': 'Gogledd Iwerddon' },
  },
}
