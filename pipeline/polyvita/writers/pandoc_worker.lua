-- Pandoc as a worker: answers one request after another, so that it starts and loads its data only once.
--
-- A request is a line of JSON with `to`, `options` and `size`, then `size` bytes: the document as Pandoc's JSON AST.
-- An answer is a line `ok SIZE` or `failed SIZE`, then SIZE bytes: the file or the error message.
-- The worker ends at the end of its standard input.

local function answer(status, content)
  io.stdout:write(status, ' ', #content, '\n', content)
  io.stdout:flush()
end

for line in io.stdin:lines('L') do
  local request = pandoc.json.decode(line, false)
  local tree = io.stdin:read(request.size)
  local done, content = pcall(function()
    local options = pandoc.WriterOptions(request.options)
    return pandoc.write(pandoc.read(tree, 'json'), request.to, options)
  end)
  answer(done and 'ok' or 'failed', done and content or tostring(content))
end
