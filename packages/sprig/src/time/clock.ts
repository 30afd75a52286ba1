import { GoPointer, GoSlice, GoStruct, type GoType, type Value, goInt, intOf, types } from '@slipway/gotemplate'
import { ZERO_NANOSECONDS, type Instant } from './instant.ts'
import { UTC, type Zone } from './zone.ts'

const SECOND = 1_000_000_000n
const FIRST = -(1n << 63n)
const LAST = (1n << 63n) - 1n

const ZONE = struct('time.zone', { name: types.STRING, offset: types.INT, isDST: types.BOOL })
const CHANGE = struct('time.zoneTrans', {
  when: types.INT64,
  index: types.UINT8,
  isstd: types.BOOL,
  isutc: types.BOOL,
})
const LOCATION = struct('time.Location', {
  name: types.STRING,
  zone: types.sliceOf(ZONE),
  tx: types.sliceOf(CHANGE),
  extend: types.STRING,
  cacheStart: types.INT64,
  cacheEnd: types.INT64,
  cacheZone: types.pointerTo(ZONE),
})
const CLOCK = struct('time.Time', { wall: types.UINT64, ext: types.INT64, loc: types.pointerTo(LOCATION) })

function struct(name: string, fields: Readonly<Record<string, GoType>>): GoType {
  return types.defineType({
    name,
    kind: 'struct',
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  })
}

function valueOf(type: GoType, values: readonly Value[]): GoStruct {
  return new GoStruct(type, new Map(type.fields.map((field, at) => [field.name, values[at]])))
}

/** The fields of a time.Time that verbs see once methods are off: nanoseconds, seconds of year 1, zone. */
export function clockFields({ nanoseconds, zone }: Instant): GoStruct {
  const since = nanoseconds - ZERO_NANOSECONDS
  const wall = ((since % SECOND) + SECOND) % SECOND
  const location = new GoPointer(types.pointerTo(LOCATION), zone === UTC ? undefined : locationOf(zone))
  return valueOf(CLOCK, [intOf(types.UINT64, wall), intOf(types.INT64, (since - wall) / SECOND), location])
}

/** A time.Location: of a fixed zone all of it, of the others the name, as Go has it for a local zone that is UTC. */
function locationOf({ name, stored, fixed }: Zone): GoStruct {
  const zones = fixed === undefined ? [] : [valueOf(ZONE, [name, goInt(fixed), false])]
  const changes = fixed === undefined ? [] : [[intOf(types.INT64, FIRST), intOf(types.UINT8, 0n), false, false]]
  return valueOf(LOCATION, [
    stored ?? name,
    new GoSlice(types.sliceOf(ZONE), zones),
    new GoSlice(
      types.sliceOf(CHANGE),
      changes.map((change) => valueOf(CHANGE, change)),
    ),
    '',
    intOf(types.INT64, fixed === undefined ? 0n : FIRST),
    intOf(types.INT64, fixed === undefined ? 0n : LAST),
    new GoPointer(types.pointerTo(ZONE), zones[0]),
  ])
}
