import { existing, type Json } from '../defaults/fields.ts'
import { readCron } from '../cron/read.ts'
import { validateJobSpec } from './job.ts'
import type { Place } from './place.ts'
import { nonNegative, oneOf, textOf } from './shared.ts'

const LONGEST_NAME = 52

/** k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, ValidateCronJobCreate. */
export function validateCronJob(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const before = existing(old, 'spec')
  validateSchedule(spec, place.at('schedule'), textOf(before, 'schedule').includes('TZ'))
  nonNegative(spec, place, ['startingDeadlineSeconds'])
  if (before === undefined || before['timeZone'] !== spec['timeZone']) validateTimeZone(spec, place.at('timeZone'))
  oneOf(spec, place, 'concurrencyPolicy', ['Allow', 'Forbid', 'Replace'])
  validateJobTemplate(existing(existing(spec, 'jobTemplate'), 'spec') ?? {}, place.at('jobTemplate', 'spec'))
  nonNegative(spec, place, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'])
  const name = textOf(existing(object, 'metadata'), 'name')
  // The names of its jobs are eleven characters longer.
  if (old === undefined && name.length > LONGEST_NAME)
    root.at('metadata', 'name').invalid(name, `must be no more than ${LONGEST_NAME} characters`)
}

function validateSchedule(spec: Json, place: Place, hadZone: boolean): void {
  const schedule = textOf(spec, 'schedule')
  if (schedule === '') {
    place.required()
    return
  }
  const cron = readCron(schedule.replace(/^(CRON_)?TZ=\S* /, ''))
  if (typeof cron === 'string') place.invalid(schedule, cron)
  if (!schedule.includes('TZ')) return
  if (!hadZone) place.invalid(schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  else if (spec['timeZone'] !== undefined)
    place.invalid(schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/

function validateTimeZone(spec: Json, place: Place): void {
  const zone = spec['timeZone']
  if (typeof zone !== 'string') return
  if (zone === '') place.invalid(zone, 'timeZone must be nil or non-empty string')
  else if (zone.split('/').some((part) => /^\.\.?$|^-/.test(part) || !ZONE_PART.test(part)))
    place.invalid(zone, `unknown time zone ${zone}`)
  else if (zone.toLowerCase() === 'local')
    place.invalid(zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  else if (!isZone(zone)) place.invalid(zone, `unknown time zone ${zone}`)
}

function isZone(name: string): boolean {
  // Newer engines take offsets for zones.
  if (/^[+-]?\d/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0)
    return true
  } catch {
    return false
  }
}

function validateJobTemplate(spec: Json, place: Place): void {
  validateJobSpec(spec, place)
  const selector = existing(spec, 'selector')
  if (selector !== undefined) place.at('selector').invalid(selector, '`selector` will be auto-generated')
  if (spec['manualSelector'] === true) place.at('manualSelector').unsupported(true, ['nil', 'false'])
}
