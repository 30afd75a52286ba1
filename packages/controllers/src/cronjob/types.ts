import type { KubeObject } from '@slipway/objects'
import type { JobSpec } from '../job/types.ts'

/** `batch/v1.CronJob` after defaulting. */
export interface CronJob extends KubeObject {
  spec: {
    schedule: string
    timeZone?: string
    startingDeadlineSeconds?: number
    concurrencyPolicy?: string
    suspend?: boolean
    successfulJobsHistoryLimit?: number
    failedJobsHistoryLimit?: number
    jobTemplate: {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
      spec: JobSpec
    }
  }
  status: CronJobStatus
}

/** A CronJob's status: which of its Jobs run, and when it started one last. */
export interface CronJobStatus {
  active?: JobReference[]
  lastScheduleTime?: string
  lastSuccessfulTime?: string
}

/** A `v1.ObjectReference` to a Job. */
export interface JobReference {
  apiVersion: string
  kind: string
  name: string
  namespace: string
  uid: string
  resourceVersion?: string
}
