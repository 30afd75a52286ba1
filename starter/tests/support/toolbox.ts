import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { helm, kustomize } from './render.ts'
import { temporary, tool, yq } from './starter.ts'

let made: NodeJS.ProcessEnv | undefined

/** An environment in which the scripts find helm, kustomize, yq and kube-score by those names. */
export function toolbox(): NodeJS.ProcessEnv {
  made ??= make()
  return made
}

function make(): NodeJS.ProcessEnv {
  const folder = join(temporary(), 'bin')
  mkdirSync(folder)
  const tools = {
    helm,
    kustomize,
    yq,
    'kube-score': tool('kube-score'),
    kubeconform: tool('kubeconform'),
    actionlint: tool('actionlint'),
  }
  for (const [name, path] of Object.entries(tools)) if (path) symlinkSync(path, join(folder, name))
  return { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
}
