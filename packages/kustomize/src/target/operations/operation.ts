import type { ResMap } from '../../resource/resmap.ts'

/** Something that changes the resources of a build. */
export type Operation = (resources: ResMap) => void
