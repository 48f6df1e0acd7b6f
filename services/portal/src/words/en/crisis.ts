/** What to do where somebody needs help at once. */
export const crisis = {
  crisis: {
    emergency: 'Ring 999 in an emergency.',
    approved: (source: string, by: string) => `Source: ${source}. Approved by ${by}.`,
    english: 'Shown in English: nobody has approved a translation.',
    forNation: (nations: string) => `For ${nations}`,
    nation: { england: 'England', wales: 'Wales', scotland: 'Scotland', 'northern-ireland': 'Northern Ireland' },
  },
}
