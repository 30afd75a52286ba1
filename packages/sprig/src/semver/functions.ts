import { type GoFunc, fn, go } from '@slipway/gotemplate'
import { parseConstraints, satisfies } from './constraint.ts'
import { versionCodec } from './type.ts'
import { parseVersion } from './version.ts'

/** semver and semverCompare. */
export function semverFunctions(): Record<string, GoFunc> {
  return {
    semver: fn([go.string], versionCodec, parseVersion),
    semverCompare: fn([go.string, go.string], go.bool, (constraint, version) => {
      const constraints = parseConstraints(constraint)
      return satisfies(parseVersion(version), constraints)
    }),
  }
}
