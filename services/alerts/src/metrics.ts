/** The numbers of alerts. No label names a person; facilities are the names senders give themselves. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Dependencies } from './dependencies.ts'

/** Registers messages by outcome, people watched, matches waiting for a person, deliveries given up. */
export function measureAlerts(
  metrics: Registry,
  { counts, watchList, reviews, subscriptions, quarantine, feeds, clock }: Dependencies,
): void {
  const registers = [metrics]
  new Counter({
    name: 'handrail_adt_messages_total',
    help: 'HL7 v2 messages of this process, by what they came to.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset()
      for (const [outcome, count] of Object.entries(counts.read())) this.inc({ outcome }, count)
    },
  })
  new Counter({
    name: 'handrail_adt_times_ahead_total',
    help: 'HL7 v2 messages of this process about people on the register, or that a person must match, that are dated later than they came.',
    registers,
    collect() {
      this.reset()
      this.inc(counts.ahead())
    },
  })
  new Gauge({
    name: 'handrail_watched_people',
    help: 'People on the alerts register, as this process knows them.',
    registers,
    collect() {
      this.set(watchList.size)
    },
  })
  new Gauge({
    name: 'handrail_matches_waiting',
    help: 'Hospital messages whose match a person must decide.',
    registers,
    async collect() {
      this.set(await reviews.waiting())
    },
  })
  new Gauge({
    name: 'handrail_deliveries_given_up',
    help: 'Notices that could not be delivered to a subscription that is not mended yet. HAZ-A12: each needs a person.',
    registers,
    async collect() {
      this.set(await subscriptions.failed())
    },
  })
  new Gauge({
    name: 'handrail_messages_told',
    help: 'Notices of the last seven days that were delivered, by channel and by whether people or organisations chose them.',
    labelNames: ['channel', 'to'],
    registers,
    async collect() {
      this.reset()
      for (const { party, channel, sent } of await subscriptions.volume(new Date(clock.now().getTime() - 7 * 86_400_000)))
        this.inc({ channel, to: /^(Patient|RelatedPerson)\//.test(party) ? 'people' : 'organisations' }, sent)
    },
  })
  new Gauge({
    name: 'handrail_quarantine',
    help: 'Hospital messages that could not be read and wait for a person.',
    registers,
    async collect() {
      this.set(await quarantine.count())
    },
  })
  new Gauge({
    name: 'handrail_feeds_silent',
    help: 'Hospitals that have not been heard for longer than is usual there. HAZ-A11: each needs a person.',
    registers,
    async collect() {
      this.set((await feeds.all()).filter(({ task }) => task !== undefined).length)
    },
  })
}
