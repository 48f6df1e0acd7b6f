// Places within a distance: a box that the index of numbers knows, then the great circle (haversine).
import type { NearTest } from '../../domain/search/query.ts'
import type { Values } from './values.ts'

/** Mean radius of the Earth (IUGG), km. */
const EARTH_KM = 6371.0088
const KM_PER_DEGREE = (Math.PI / 180) * EARTH_KM

/** Whether the row lies within the distance of any of the points. */
export function nearSql(keys: { latitude: string; longitude: string }, any: readonly NearTest[], values: Values): string {
  const latitudeKey = values.add(keys.latitude)
  const longitudeKey = values.add(keys.longitude)
  const tests = any.map((test) => `(${withinSql(test, values)})`)
  return `EXISTS (SELECT 1 FROM passport.number_index la JOIN passport.number_index lo ON lo.bucket = la.bucket AND lo.id = la.id AND lo.key = ${longitudeKey}
    WHERE la.bucket = r.bucket AND la.id = r.id AND la.key = ${latitudeKey} AND (${tests.join(' OR ')}))`
}

function withinSql({ latitude, longitude, km }: NearTest, values: Values): string {
  const degrees = (value: number) => values.add(value, 'double precision')
  const reach = (km / KM_PER_DEGREE) * 1.001
  const north = latitude + reach
  const south = latitude - reach
  const box = [`la.low BETWEEN ${degrees(south)} AND ${degrees(north)}`]
  // Where the meridians run together, or across the 180th, a box of longitudes says nothing.
  const across = reach / Math.cos((Math.max(Math.abs(north), Math.abs(south)) * Math.PI) / 180)
  const boxed = Math.abs(north) < 89 && Math.abs(south) < 89 && longitude + across <= 180 && longitude - across >= -180
  if (boxed) box.push(`lo.low BETWEEN ${degrees(longitude - across)} AND ${degrees(longitude + across)}`)
  const [lat, lon] = [degrees(latitude), degrees(longitude)]
  const chord = `power(sin(radians(la.low - ${lat}) / 2), 2) + cos(radians(${lat})) * cos(radians(la.low)) * power(sin(radians(lo.low - ${lon}) / 2), 2)`
  return `${box.join(' AND ')} AND 2 * ${EARTH_KM} * asin(sqrt(least(1, ${chord}))) <= ${degrees(km)}`
}
