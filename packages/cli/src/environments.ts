import { UsageError } from './io.ts'

/** An environment by its name. @throws UsageError with the names that there are */
export function environmentNamed<E extends { readonly name: string }>(environments: readonly E[], name: string): E {
  const found = environments.find((environment) => environment.name === name)
  if (found !== undefined) return found
  throw new UsageError(
    `there is no environment "${name}"; there are: ${environments.map((each) => each.name).join(', ')}`,
  )
}
