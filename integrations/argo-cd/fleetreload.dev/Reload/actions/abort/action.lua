local reason = (actionParams or {})["reason"]
if reason == nil or reason == "" then reason = "aborted in Argo CD" end
-- Not an empty table: Lua has one for {} and [] alike.
obj.spec.abort = {reason = reason}
return obj
