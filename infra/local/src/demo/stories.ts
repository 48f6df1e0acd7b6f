/** The stories of the demonstration, in the order in which they are told. Another one is a file in `stories/` and a line here. */
import { admission } from './stories/admission.ts'
import { down } from './stories/down.ts'
import { farFromHome } from './stories/far-from-home.ts'
import { parkinsons } from './stories/parkinsons.ts'
import { tooComplex } from './stories/too-complex.ts'
import { up } from './stories/up.ts'
import type { Story } from './story.ts'
import type { World } from './world/world.ts'

export const stories: readonly ((world: World) => Story)[] = [down, up, tooComplex, admission, parkinsons, farFromHome]
