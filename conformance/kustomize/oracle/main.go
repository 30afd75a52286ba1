// Answers JSON lines with what kustomize's library makes of a tree: {"files":{path:text},"target":path} gives {"text":...} or {"error":...}.
// With {"directory":path} the tree is on disk; with "times" the build is repeated and the median milliseconds are given too.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"sort"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type request struct {
	Files     map[string]string `json:"files"`
	Target    string            `json:"target"`
	Directory string            `json:"directory"`
	Times     int               `json:"times"`
	Reorder   string            `json:"reorder"`
	// The library keeps schemas from build to build; a fresh one costs a little.
	Fresh bool `json:"fresh"`
}

type answer struct {
	Text         string  `json:"text"`
	Error        string  `json:"error,omitempty"`
	Milliseconds float64 `json:"milliseconds,omitempty"`
}

func main() {
	log.SetOutput(io.Discard)
	os.Stderr = nil
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var r request
			if err := json.Unmarshal(line, &r); err != nil {
				panic(err)
			}
			if err := out.Encode(reply(r)); err != nil {
				panic(err)
			}
		}
		if err != nil {
			return
		}
	}
}

var stale = false

func reply(r request) answer {
	if r.Fresh || stale {
		openapi.ResetOpenAPI()
	}
	stale = r.Fresh
	var times []float64
	var last answer
	for count := 0; count < max(1, r.Times); count++ {
		start := time.Now()
		last = build(r)
		times = append(times, float64(time.Since(start).Microseconds())/1000)
	}
	sort.Float64s(times)
	if r.Times > 0 {
		last.Milliseconds = times[len(times)/2]
	}
	return last
}

func build(r request) (result answer) {
	defer func() {
		if p := recover(); p != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", p)}
		}
	}()
	fs, target := filesys.MakeFsOnDisk(), r.Directory
	if r.Directory == "" {
		fs, target = filesys.MakeFsInMemory(), "/"+r.Target
		for path, text := range r.Files {
			if err := fs.WriteFile("/"+path, []byte(text)); err != nil {
				return answer{Error: err.Error()}
			}
		}
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	if r.Reorder != "" {
		options.Reorder = krusty.ReorderOption(r.Reorder)
	}
	m, err := krusty.MakeKustomizer(options).Run(fs, target)
	if err != nil {
		return answer{Error: err.Error()}
	}
	text, err := m.AsYaml()
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: string(text)}
}
