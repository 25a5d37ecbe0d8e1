-- ReloadPolicy is in kstatus format: observedGeneration, Ready, Reconciling, Stalled. Its phase also tells who waits for a person, or for a window.
local health = {Healthy = "Healthy", Progressing = "Progressing", Paused = "Suspended", Degraded = "Degraded"}
local status = obj.status
if status == nil or status.phase == nil or status.observedGeneration ~= obj.metadata.generation then
    return {status = "Progressing", message = "the operator has not looked at it yet"}
end

local message = status.because
for _, condition in ipairs(status.conditions or {}) do
    if condition.type == "Ready" then message = condition.message end
end
return {status = health[status.phase] or "Progressing", message = message}
