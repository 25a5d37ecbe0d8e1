local given = actionParams or {}
local wave = tonumber(given["wave"])
if wave == nil then error("say which wave may open, such as 2: its policy says which one waits for approval", 0) end

local reason = given["reason"]
if reason == nil or reason == "" then reason = "approved in Argo CD" end
-- A verb is heard once. Said again, it needs other words.
local last = obj.spec.approve
if last ~= nil and last.wave == wave and last.reason == reason then reason = reason .. ", again" end
obj.spec.approve = {wave = wave, reason = reason}
return obj
