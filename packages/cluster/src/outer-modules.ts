import { dirname } from 'node:path'

/** What to say of a `node_modules` folder above the files of pods and builds, which Node programs do not see, but what looks for modules in its own way does. */
export function outerModulesWarning(path: string): string {
  return (
    `${path} lies above the files of pods and builds: Node is kept from it, but a program that looks for modules itself, such as a bundler, may find there what it would ` +
    `not in a container; set XDG_STATE_HOME and XDG_CACHE_HOME to folders that are not below ${dirname(path)}`
  )
}
