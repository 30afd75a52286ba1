package main

import (
	"context"
	"text/template"
	_ "unsafe" // for go:linkname

	"helm.sh/helm/v4/pkg/engine"
)

// initFunMap is the engine's own, which it calls before it parses: the functions of Helm, with include, tpl, required, fail and lookup bound to the set.
//
//go:linkname initFunMap helm.sh/helm/v4/pkg/engine.Engine.initFunMap
func initFunMap(e engine.Engine, ctx context.Context, t *template.Template)

// reformatExecErrorMsg is what the engine makes of an error of an execution.
//
//go:linkname reformatExecErrorMsg helm.sh/helm/v4/pkg/engine.reformatExecErrorMsg
func reformatExecErrorMsg(filename string, err error) error

// cleanupParseError is what the engine makes of an error of a parse.
//
//go:linkname cleanupParseError helm.sh/helm/v4/pkg/engine.cleanupParseError
func cleanupParseError(filename string, err error) error
