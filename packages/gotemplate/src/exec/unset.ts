import { GoMap } from '../values/value.ts'

/** The content of a slot whose declaration has not run; only `SlotScope` compares with it. */
export const UNSET = new GoMap()

/** Stands for the absent final argument of a command that is first in its pipeline. */
export const NONE = new GoMap()
