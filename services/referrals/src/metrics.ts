/** The numbers of referrals, read from the clocks at each scrape. */
import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '@platform/service/clock'
import { calendarDaysLeft, type Pathway } from './domain/pathway.ts'
import type { Deliveries } from './store/deliveries.ts'
import type { Feeds } from './store/feeds/feeds.ts'
import type { Listings } from './store/feeds/listings.ts'
import type { RuleEffects } from './store/rule-effects.ts'
import type { Clocks } from './store/clocks.ts'

/** Registers `handrail_needs_without_owner_or_due`, which must be 0, `handrail_tasks_overdue` and `handrail_calendar_days_left`. */
export function measureReferrals(
  metrics: Registry,
  {
    clocks,
    clock,
    pathway,
    deliveries,
    ruleEffects,
    feeds,
    listings,
  }: {
    clocks: Clocks
    clock: Clock
    pathway: Pick<Pathway, 'holidaysKnownUntil'>
    deliveries: Pick<Deliveries, 'count'>
    ruleEffects: Pick<RuleEffects, 'totals'>
    feeds: Pick<Feeds, 'all'>
    listings: Pick<Listings, 'count'>
  },
): void {
  const registers = [metrics]
  new Gauge({
    name: 'handrail_needs_without_owner_or_due',
    help: 'Active needs that for a minute or longer have had no open step with owner and due time. HAZ-R01: must be 0.',
    registers,
    async collect() {
      this.set(await clocks.countUnowned(clock.now()))
    },
  })
  new Gauge({
    name: 'handrail_feed_seconds_since_answer',
    help: 'How long ago each directory feed last answered with a page that could be read.',
    labelNames: ['feed'],
    registers,
    async collect() {
      this.reset()
      for (const { name, answeredAt } of await feeds.all())
        if (answeredAt !== undefined) this.set({ feed: name }, (clock.now().getTime() - answeredAt.getTime()) / 1_000)
    },
  })
  new Gauge({
    name: 'handrail_listings',
    help: 'Listings in doubt that wait for a person, those of them that are overdue, and listings that the record does not say yet.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { doubts, overdue, unpublished } = await listings.count(clock.now())
      this.set({ state: 'in-doubt' }, doubts)
      this.set({ state: 'overdue' }, overdue)
      this.set({ state: 'unpublished' }, unpublished)
    },
  })
  new Gauge({
    name: 'handrail_calendar_days_left',
    help: 'Days for which the bank holidays are known. Below 90 somebody must compare calendar.json with what was published. HAZ-R05',
    registers,
    collect() {
      this.set(calendarDaysLeft(pathway, clock.now()))
    },
  })
  new Gauge({
    name: 'handrail_referral_deliveries',
    help: 'Referrals on their way out: waiting for another try, or given up and handed to the coordinator. HAZ-R12',
    labelNames: ['state'],
    registers,
    async collect() {
      const { waiting, givenUp } = await deliveries.count()
      this.set({ state: 'waiting' }, waiting)
      this.set({ state: 'given-up' }, givenUp)
    },
  })
  new Gauge({
    name: 'handrail_rule_effect_total',
    help: 'How often a rule of matching spoke for or against a listing, excluded one, or was overruled, since this process began.',
    labelNames: ['rule', 'effect'],
    registers,
    collect() {
      for (const { rule, effect, times } of ruleEffects.totals()) this.set({ rule, effect }, times)
    },
  })
  new Gauge({
    name: 'handrail_tasks_overdue',
    help: 'Open steps of active needs whose due time has passed.',
    registers,
    async collect() {
      this.set(await clocks.countOverdue(clock.now()))
    },
  })
}
