// Reads one question a line as JSON and answers with what BuildKit and moby/patternmatcher say.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type question struct {
	Kind  string
	Text  string
	Env   []string
	Paths []string
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		answer, err := answerTo(asked)
		if err != nil {
			answer = map[string]string{"error": err.Error()}
		}
		text, _ := json.Marshal(answer)
		fmt.Println(string(text))
	}
}

func answerTo(asked question) (any, error) {
	switch asked.Kind {
	case "word":
		value, _, err := shell.NewLex('\\').ProcessWord(asked.Text, shell.EnvsFromSlice(asked.Env))
		return map[string]string{"value": value}, err
	case "ignore":
		return ignored(asked)
	default:
		return stagesOf(asked.Text)
	}
}

func ignored(asked question) (any, error) {
	patterns, err := ignorefile.ReadAll(strings.NewReader(asked.Text))
	if err != nil {
		return nil, err
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	found := []string{}
	for _, path := range asked.Paths {
		matches, err := matcher.MatchesOrParentMatches(path)
		if err != nil {
			return nil, err
		}
		if matches {
			found = append(found, path)
		}
	}
	return found, nil
}

func stagesOf(text string) (any, error) {
	parsed, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, err
	}
	answer := []any{}
	for _, stage := range stages {
		commands := []any{}
		for _, command := range stage.Commands {
			commands = append(commands, describe(command))
		}
		answer = append(answer, map[string]any{"name": stage.Name, "base": stage.BaseName, "commands": commands})
	}
	return answer, nil
}

func describe(command instructions.Command) []any {
	switch it := command.(type) {
	case *instructions.EnvCommand:
		return []any{"ENV", it.Env}
	case *instructions.LabelCommand:
		return []any{"LABEL", it.Labels}
	case *instructions.ArgCommand:
		return []any{"ARG", it.Args}
	case *instructions.CopyCommand:
		return []any{"COPY", it.SourcePaths, it.DestPath}
	case *instructions.AddCommand:
		return []any{"ADD", it.SourcePaths, it.DestPath}
	case *instructions.RunCommand:
		return []any{"RUN", it.CmdLine}
	case *instructions.CmdCommand:
		return []any{"CMD", it.CmdLine}
	case *instructions.EntrypointCommand:
		return []any{"ENTRYPOINT", it.CmdLine}
	case *instructions.ShellCommand:
		return []any{"SHELL", it.Shell}
	case *instructions.WorkdirCommand:
		return []any{"WORKDIR", it.Path}
	case *instructions.UserCommand:
		return []any{"USER", it.User}
	case *instructions.StopSignalCommand:
		return []any{"STOPSIGNAL", it.Signal}
	case *instructions.ExposeCommand:
		return []any{"EXPOSE", it.Ports}
	case *instructions.VolumeCommand:
		return []any{"VOLUME", it.Volumes}
	case *instructions.HealthCheckCommand:
		return []any{"HEALTHCHECK", it.Health.Test}
	}
	return []any{command.Name()}
}
