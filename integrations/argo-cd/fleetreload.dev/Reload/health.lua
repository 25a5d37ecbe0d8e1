-- The record of one rollout, or a person's wish for one. What was aborted, or went back, stays Degraded: it did not arrive.
local health = {Succeeded = "Healthy", Superseded = "Healthy", RolledBack = "Degraded", RollbackFailed = "Degraded", Aborted = "Degraded"}
local status = obj.status or {}
if status.outcome ~= nil then
    return {status = health[status.outcome] or "Unknown", message = status.because}
end

for _, heard in ipairs(status.heard or {}) do
    if heard.verb == "pause" and heard.refused == nil and obj.spec.pause ~= nil then
        return {status = "Suspended", message = "paused by " .. heard.by .. (heard.reason and ": " .. heard.reason or "")}
    end
end
return {status = "Progressing", message = obj.spec.because}
