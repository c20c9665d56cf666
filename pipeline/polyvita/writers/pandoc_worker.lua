-- Pandoc as a worker: it answers one request after another, so that its start and its own data are paid for once.
--
-- A request is a line of JSON (`to`, `options`, and `size`, the bytes of the tree) and the tree as Pandoc's JSON. The
-- answer is a line `ok SIZE` or `failed SIZE`, and so many bytes. The worker ends when there is nothing more to read.

local function answer(word, content)
  io.stdout:write(word, ' ', #content, '\n', content)
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
