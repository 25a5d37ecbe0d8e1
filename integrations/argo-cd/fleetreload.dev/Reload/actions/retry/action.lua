local reason = (actionParams or {})["reason"]
if reason == nil or reason == "" then reason = "retried in Argo CD" end
-- A retry is heard once. Said again, it needs other words.
local last = obj.spec.retry
if last ~= nil and last.reason == reason then reason = reason .. ", again" end
obj.spec.retry = {reason = reason}
return obj
