/**
 * Ids that know where their row lies. An id minted here is a UUID version 8 (RFC 9562 section 5.8): 48 bits of Unix time in ms,
 * 12 bits of bucket, 62 random bits. The bucket is the partition key of every table of the record.
 */
import { createHash } from 'node:crypto'

/** How many buckets there are: 12 bits. */
export const BUCKETS = 4096

const MINTED = /^[0-9a-f]{8}-[0-9a-f]{4}-8([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The bucket that an id carries; nothing when it was not minted here. */
export function bucketIn(id: string): number | undefined {
  const match = MINTED.exec(id)
  return match === null ? undefined : Number.parseInt(match[1] ?? '', 16)
}

/** The bucket of a person's compartment: carried by the id, or hashed from an id that was minted elsewhere. */
export function bucketOfPatient(patientId: string): number {
  return bucketIn(patientId) ?? createHash('sha256').update(patientId).digest().readUInt16BE(0) % BUCKETS
}

/**
 * A new id in a bucket.
 *
 * @param at    when it is minted, so that ids grow with time and stay together in an index
 * @param uuid  a random UUID version 4, the source of chance
 */
export function mintId(bucket: number, { at, uuid }: { at: Date; uuid: string }): string {
  const time = at.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-8${bucket.toString(16).padStart(3, '0')}${uuid.slice(18)}`
}

/** A bucket for what belongs to nobody, from the random UUID that its id is made of. */
export function bucketFrom(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 3), 16)
}
