local reason = (actionParams or {})["reason"]
if reason == nil or reason == "" then reason = "paused in Argo CD" end
-- Not an empty table: Lua has one for {} and [] alike.
obj.spec.pause = {reason = reason}
return obj
