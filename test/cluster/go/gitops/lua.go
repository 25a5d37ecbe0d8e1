package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

// Of Lua's libraries, scripts of argocd-cm have these. There is `os` as well, of which only time and date are left: ours need neither.
var libraries = []struct {
	name string
	open lua.LGFunction
}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}}

// run gives the script `obj` and `actionParams`, a second of time, and answers what it returns, as JSON has it.
func run(script string, object map[string]any, parameters map[string]string) (any, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, it := range libraries {
		state.Push(state.NewFunction(it.open))
		state.Push(lua.LString(it.name))
		state.Call(1, 0)
	}
	within, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(within)

	given := state.NewTable()
	for name, value := range parameters {
		given.RawSetString(name, lua.LString(value))
	}
	state.SetGlobal("actionParams", given)
	state.SetGlobal("obj", luajson.DecodeValue(state, object))
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	returned := state.Get(-1)
	if returned.Type() != lua.LTTable {
		return nil, fmt.Errorf("a table is to be returned, not %s", returned.Type())
	}
	text, err := luajson.Encode(returned)
	if err != nil {
		return nil, err
	}
	var value any
	return value, json.Unmarshal(text, &value)
}

// Lua has one empty table for [] and {}: what was an object before is one still.
func withoutLuasArrays(value, before any) any {
	switch value := value.(type) {
	case map[string]any:
		was, _ := before.(map[string]any)
		for key, its := range value {
			value[key] = withoutLuasArrays(its, was[key])
		}
	case []any:
		if _, wasObject := before.(map[string]any); wasObject && len(value) == 0 {
			return map[string]any{}
		}
		was, _ := before.([]any)
		for i, its := range value {
			if i < len(was) {
				value[i] = withoutLuasArrays(its, was[i])
			}
		}
	}
	return value
}
