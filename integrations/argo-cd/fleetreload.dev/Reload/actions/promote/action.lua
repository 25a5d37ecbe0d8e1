local given = actionParams or {}
local wave = given["wave"]
if wave == "" then wave = nil end
if wave ~= nil then
    wave = tonumber(wave)
    if wave == nil then error("a wave is a number, such as 2; without one, all of them open", 0) end
end

local reason = given["reason"]
if reason == nil or reason == "" then reason = "promoted in Argo CD" end
-- A verb is heard once. Said again, it needs other words.
local last = obj.spec.promote
if last ~= nil and last.wave == wave and last.reason == reason then reason = reason .. ", again" end
obj.spec.promote = {wave = wave, reason = reason}
return obj
