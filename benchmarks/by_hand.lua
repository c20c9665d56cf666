-- A filter as a user could write it without polyvita. Keep sections and list items that have one of the wanted classes,
-- and remove the attributes that Pandoc does not read from the text: `pandoc -M keep=core,award --lua-filter=by_hand.lua`

local wanted, title = {}, nil

local function trailing(block)
  -- Return the classes in `{.a .b key=value}` at the end of a paragraph, and remove the braces.
  local inlines, classes, at = block.content, {}, nil
  for i = #inlines, 1, -1 do
    if inlines[i].t == "Str" and inlines[i].text:sub(1, 1) == "{" then at = i break end
  end
  if not at then return classes end
  for i = at, #inlines do
    if inlines[i].t == "Str" then
      for class in inlines[i].text:gmatch("%.([%w-]+)") do classes[class] = true end
    end
  end
  for _ = at, #inlines do inlines:remove() end
  while #inlines > 0 and (inlines[#inlines].t == "Space" or inlines[#inlines].t == "SoftBreak") do inlines:remove() end
  return classes
end

local function any(classes)
  if next(wanted) == nil then return true end
  for class in pairs(classes) do if wanted[class] then return true end end
  return false
end

local function items(list, inherited)
  local kept = {}
  for _, item in ipairs(list.content) do
    local classes = {}
    for class in pairs(inherited) do classes[class] = true end
    if item[1] and item[1].content then
      for class in pairs(trailing(item[1])) do classes[class] = true end
    end
    if any(classes) then table.insert(kept, item) end
  end
  return kept
end

function Pandoc(doc)
  if doc.meta.keep then
    for class in pandoc.utils.stringify(doc.meta.keep):gmatch("[%w-]+") do wanted[class] = true end
  end
  local out, open, inherited = {}, {}, {}
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" then
      for level = block.level, 6 do open[level] = nil end
      open[block.level] = block
      inherited = {}
      for level = 1, 6 do
        if open[level] then for _, class in ipairs(open[level].classes) do inherited[class] = true end end
      end
    else
      local keep = block
      if block.t == "OrderedList" or block.t == "BulletList" then
        local kept = items(block, inherited)
        block.content = kept
        if #kept == 0 then keep = nil end
      elseif block.t == "Para" then
        local classes = trailing(block)
        for class in pairs(inherited) do classes[class] = true end
        if not any(classes) then keep = nil end
      end
      if keep then
        for level = 1, 6 do
          if open[level] and not open[level].attributes.done then
            open[level].attributes.done = "1"
            table.insert(out, open[level])
          end
        end
        table.insert(out, keep)
      end
    end
  end
  return pandoc.Pandoc(out, doc.meta)
end
