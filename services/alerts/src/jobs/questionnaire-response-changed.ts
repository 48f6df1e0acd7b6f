import type { ResourceChanged } from '@platform/events/resource-changed.v1'
import type { Pages } from '../store/pages.ts'

/** An assessment was written: whoever must look at an answer of it is paged. The answers themselves are not read here. HAZ-R51 */
export const questionnaireResponseChanged =
  ({ pages }: { readonly pages: Pages }) =>
  async ({ id }: ResourceChanged): Promise<void> =>
    pages.pageFor(`QuestionnaireResponse/${id}`)
