-- Verbs are said to the record of a rollout, while it runs; retry to one that did not succeed. A person's wish takes none.
local outcome = obj.status ~= nil and obj.status.outcome or nil
local isRollout = obj.spec.rollout ~= nil
local runs = isRollout and outcome == nil
local isPaused = obj.spec.pause ~= nil
-- Each table is its own: one that is there twice is refused as nested in itself.
local function ask(...)
    local params = {}
    for _, name in ipairs({...}) do table.insert(params, {name = name}) end
    return params
end
return {
    approve = {disabled = not runs, params = ask("wave", "reason"), iconClass = "fa fa-fw fa-check", displayName = "Approve a wave"},
    pause = {disabled = not runs or isPaused, params = ask("reason"), iconClass = "fa fa-fw fa-pause-circle", displayName = "Pause"},
    resume = {disabled = not runs or not isPaused, iconClass = "fa fa-fw fa-play-circle", displayName = "Resume"},
    promote = {disabled = not runs, params = ask("wave", "reason"), iconClass = "fa fa-fw fa-forward", displayName = "Promote up to a wave, or all"},
    abort = {disabled = not runs, params = ask("reason"), iconClass = "fa fa-fw fa-undo", displayName = "Abort: back to stable"},
    retry = {
        disabled = not isRollout or outcome == "Succeeded",
        params = ask("reason"),
        iconClass = "fa fa-fw fa-redo",
        displayName = "Retry what failed",
    },
}
