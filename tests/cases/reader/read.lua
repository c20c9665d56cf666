-- Reads each of a list of texts (JSON on standard input) in the format given as argument, and prints each tree on
-- a line of its own, or `null` where Pandoc cannot read it. One run of Pandoc serves many texts.
for _, text in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local read, document = pcall(pandoc.read, text .. "\n", arg[1])
  print(read and (pandoc.write(document, "json")) or "null")
end
