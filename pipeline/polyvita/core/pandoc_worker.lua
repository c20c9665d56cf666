-- Pandoc as a worker: answers one request after another, so that it starts and loads its data only once.
--
-- A request is a line of JSON with `from`, `to`, `options` and `size`, then `size` bytes: the text to convert.
-- An answer is a line `ok SIZE` or `failed SIZE`, then SIZE bytes: the result or the error message.
-- Text of any format but `json` is read in a sandbox: it opens no file and fetches nothing.
-- The worker ends at the end of its standard input.

local function answer(status, content)
  io.stdout:write(status, ' ', #content, '\n', content)
  io.stdout:flush()
end

local INTERRUPTED = 4 -- the number of the error EINTR: the process was stopped and continued, by Ctrl-Z and fg

while true do
  local line, _, code
  repeat
    line, _, code = io.stdin:read('L')
  until line or code ~= INTERRUPTED
  if not line then
    break
  end
  local request = pandoc.json.decode(line, false)
  local text = request.size > 0 and io.stdin:read(request.size) or '' -- read(0) would wait for the next request
  local done, content = pcall(function()
    local sandbox = request.from ~= 'json' and {} or nil
    local document = pandoc.read(text, request.from, pandoc.ReaderOptions({}), sandbox)
    return pandoc.write(document, request.to, pandoc.WriterOptions(request.options))
  end)
  answer(done and 'ok' or 'failed', done and content or tostring(content))
end
