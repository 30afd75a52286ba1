// A tool that is not on this machine: records its call and succeeds.
import { args, record } from './common.mjs'

record(args[0])
