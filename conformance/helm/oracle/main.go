// Helm 4 in one process, asked by JSON lines. {"directory", "times", "parsed"} times its engine, warm: {"milliseconds"} is the median of renderings whose
// values differ each time; from bytes means: files are in memory, charts are loaded again for every rendering. {"directory", "args"} executes the
// command itself: {"stdout", "error"}.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

type request struct {
	Directory string   `json:"directory"`
	Times     int      `json:"times"`
	Parsed    bool     `json:"parsed"`
	Args      []string `json:"args"`
}

type answer struct {
	Milliseconds float64 `json:"milliseconds"`
	Stdout       string  `json:"stdout,omitempty"`
	Error        string  `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if asked.Args != nil {
			_ = out.Encode(execute(asked))
			continue
		}
		median, err := measure(asked)
		if err != nil {
			_ = out.Encode(answer{Error: err.Error()})
			continue
		}
		_ = out.Encode(answer{Milliseconds: median})
	}
}

func execute(asked request) answer {
	if err := os.Chdir(asked.Directory); err != nil {
		return answer{Error: err.Error()}
	}
	var out bytes.Buffer
	command, err := cmd.NewRootCmd(&out, asked.Args, cmd.SetupLogging)
	if err != nil {
		return answer{Error: err.Error()}
	}
	command.SetArgs(asked.Args)
	command.SetOut(&out)
	command.SetErr(io.Discard)
	if err := command.Execute(); err != nil {
		return answer{Stdout: out.String(), Error: err.Error()}
	}
	return answer{Stdout: out.String()}
}

func measure(asked request) (float64, error) {
	files, err := read(asked.Directory)
	if err != nil {
		return 0, err
	}
	taken := []float64{}
	for i := 0; i < asked.Times+asked.Times/3; i++ {
		var loaded *chart.Chart
		if asked.Parsed {
			if loaded, err = loader.LoadFiles(files); err != nil {
				return 0, err
			}
		}
		start := time.Now()
		if loaded == nil {
			if loaded, err = loader.LoadFiles(files); err != nil {
				return 0, err
			}
		}
		if err := render(loaded, i); err != nil {
			return 0, err
		}
		if i >= asked.Times/3 {
			taken = append(taken, float64(time.Since(start).Microseconds())/1000)
		}
	}
	sort.Float64s(taken)
	return taken[len(taken)/2], nil
}

func render(loaded *chart.Chart, number int) error {
	values := map[string]any{"benchmark": number}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return err
	}
	options := common.ReleaseOptions{Name: "rel", Namespace: "default", Revision: 1, IsInstall: true}
	all, err := util.ToRenderValuesWithSchemaValidation(loaded, values, options, common.DefaultCapabilities, true)
	if err != nil {
		return err
	}
	rendered, err := engine.Render(loaded, all)
	if err != nil {
		return err
	}
	for name := range rendered {
		if filepath.Base(name) == "NOTES.txt" {
			delete(rendered, name)
		}
	}
	_, _, err = releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	return err
}

func read(directory string) ([]*archive.BufferedFile, error) {
	files := []*archive.BufferedFile{}
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(directory, path)
		files = append(files, &archive.BufferedFile{Name: filepath.ToSlash(name), Data: data})
		return err
	})
	return files, err
}
