-- These change the spec, which is Git's: where Argo CD heals by itself, it takes them back. Of one rollout, pause its Reload.
local isPaused = obj.spec.paused == true
return {
    pause = {disabled = isPaused, iconClass = "fa fa-fw fa-pause-circle", displayName = "Pause all rollouts"},
    resume = {disabled = not isPaused, iconClass = "fa fa-fw fa-play-circle", displayName = "Resume rollouts"},
}
