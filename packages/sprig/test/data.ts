import { GoInt, type GoMap, GoObject } from '@slipway/gotemplate'
import { DURATION, parseVersion, timeValue, UTC, VERSION_POINTER } from '@slipway/sprig'
import { recordedData } from '../../gotemplate/test/data.ts'

/** What the recorded templates see: what the oracle has, with a time, a duration and a version. */
export function typedData(): GoMap {
  const map = recordedData()
  const nanoseconds = BigInt(Date.parse('2024-02-29T12:34:56Z')) * 1_000_000n + 123_456_789n
  map.entries.set('time', timeValue({ nanoseconds, zone: UTC }))
  map.entries.set('dur', new GoInt(DURATION, 5_400_000_000_000n))
  map.entries.set('sem', new GoObject(VERSION_POINTER, parseVersion('1.4.0')))
  return map
}
