import { defineErrors } from '@platform/fhir/errors'

/** Every way a search is refused. The parameter is named, its value never: it may be a name or an NHS number. */
export const searchRefuse = defineErrors({
  SEARCH_VALUE_INVALID: {
    issue: 'value',
    says: ({ parameter, expected }: { parameter: string; expected: string }) => `The value of ${parameter} is not ${expected}.`,
    remedy: 'See FHIR R4 Search for how values of this kind are written.',
  },
  SEARCH_MODIFIER_UNSUPPORTED: {
    issue: 'not-supported',
    says: ({ parameter, modifier }: { parameter: string; modifier: string }) =>
      `The modifier :${modifier} cannot be used with ${parameter}.`,
    remedy: 'Leave the modifier out, or use one that fits the type of the parameter; /fhir/metadata lists the types.',
  },
  SEARCH_PREFIX_UNSUPPORTED: {
    issue: 'not-supported',
    says: ({ parameter, prefix }: { parameter: string; prefix: string }) => `The prefix ${prefix} cannot be used with ${parameter}.`,
    remedy: 'Use eq, ne, gt, lt, ge, le, sa, eb or ap, or no prefix.',
  },
  SEARCH_SORT_UNSUPPORTED: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `Results cannot be sorted by ${parameter}.`,
    remedy: 'Sort by _lastUpdated, _id, or a parameter that is a date, a string, a number or a quantity.',
  },
  SEARCH_VALUE_SET_UNKNOWN: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `The value set named in ${parameter} is not held here.`,
    remedy: 'Search by its codes, separated by commas.',
  },
  SEARCH_INCLUDE_UNKNOWN: {
    issue: 'not-supported',
    says: ({ parameter }: { parameter: string }) => `${parameter} does not name a reference parameter of a resource type kept here.`,
    remedy: 'Write it as Type:parameter or Type:parameter:TargetType; /fhir/metadata lists the parameters.',
  },
  SEARCH_CHAIN_INVALID: {
    issue: 'value',
    says: ({ parameter }: { parameter: string }) => `${parameter} is not a chain this server can follow.`,
    remedy:
      'Chain through a reference parameter (subject:Patient.name), at most 4 steps deep; reverse chains are _has:Type:reference:parameter.',
  },
  SEARCH_TOO_COSTLY: {
    issue: 'too-costly',
    says: ({ parameter, limit }: { parameter: string; limit: number }) => `${parameter} would go through more than ${limit} resources.`,
    remedy: 'Narrow it with a further condition, or ask in two searches.',
  },
  SEARCH_TOO_SLOW: {
    issue: 'too-costly',
    says: 'The search took longer than this server allows.',
    remedy: 'Narrow it, for example to one person, to an identifier or to a reference.',
  },
  SEARCH_INDEX_TOO_LARGE: {
    issue: 'too-costly',
    says: ({ limit }: { limit: number }) => `The resource pairs more than ${limit} codes and values, which cannot all be made searchable.`,
    remedy: 'Give each component the few codes that say what it is.',
  },
})
