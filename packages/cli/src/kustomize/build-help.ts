/** What `build --help` says: the real tool's flags, each with what becomes of it here. */
export const BUILD_HELP = `Builds the objects of a kustomization and prints them.

Usage:
  kustomize build [DIR | URL] [flags]

DIR has a 'kustomization.yaml', '.' by default; a URL names a git repository, with a directory and a ref:
  kustomize build https://example.com/org/repo.git//overlays/prod?ref=v1.2.3

Flags:
      --enable-alpha-plugins            generators, transformers and validators may be functions
      --enable-exec                     functions may be programs, which are run
      --enable-helm                     'helmCharts' may be rendered
  -e, --env stringArray                 read and not used: there are no containers
      --helm-api-versions stringArray   API versions that charts find in .Capabilities.APIVersions
      --helm-command string             read and not used: charts are rendered without helm
      --helm-debug                      read and not used
      --helm-kube-version string        the version that charts find in .Capabilities.KubeVersion
  -h, --help                            prints this
      --load-restrictor string          'LoadRestrictionsNone' lets files lie outside of the directory of the kustomization that names them
                                        (default "LoadRestrictionsRootOnly")
      --mount, --network, --network-name, --as-current-user
                                        read and not used: there are no containers
  -o, --output string                   writes to this file, or a file for each object into this directory
      --stack-trace                     read and not used
`
