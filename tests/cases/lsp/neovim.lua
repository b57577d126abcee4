-- Neovim with its own client, without any plugin: what the person sees goes into a file, as JSON.
local root, out, binary = vim.env.LSP_ROOT, vim.env.LSP_OUT, vim.env.LSP_BINARY
local seen = {}

local function wait(what, condition)
  if not vim.wait(20000, condition, 10) then
    error('nothing came of ' .. what)
  end
end

local function ask(method, params)
  local answers, problem = vim.lsp.buf_request_sync(0, method, params, 20000)
  assert(not problem, problem)
  for _, answer in pairs(answers) do
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
end

local function codes()
  local out = {}
  for _, found in ipairs(vim.diagnostic.get(0)) do
    table.insert(out, { code = found.code, line = found.lnum, column = found.col, severity = found.severity })
  end
  return out
end

local function run()
  vim.cmd('edit ' .. root .. '/source.yaml')
  local id = vim.lsp.start_client({ name = 'kubectl-oci', cmd = { binary, 'lsp' }, root_dir = root })
  assert(vim.lsp.buf_attach_client(0, id), 'not attached')
  wait('the findings', function() return #vim.diagnostic.get(0) > 0 end)
  seen.findings = codes()

  vim.api.nvim_win_set_cursor(0, { 7, 10 })
  local hover = ask('textDocument/hover', vim.lsp.util.make_position_params())
  seen.hover = table.concat(vim.lsp.util.convert_input_to_markdown_lines(hover.contents), '\n')

  vim.api.nvim_win_set_cursor(0, { 9, 12 })
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  local actions = ask('textDocument/codeAction', params)
  seen.action = actions[1].title
  local encoding = vim.lsp.get_client_by_id(id).offset_encoding
  vim.lsp.util.apply_workspace_edit(actions[1].edit, encoding)
  seen.fixed = vim.api.nvim_buf_get_lines(0, 7, -1, false)
  wait('the fix', function()
    return not vim.tbl_contains(vim.tbl_map(function(it) return it.code end, codes()), 'ref-tag-contains-digest')
  end)
  seen.left = codes()

  vim.api.nvim_buf_set_lines(0, 8, -1, false, { '    sem' })
  vim.api.nvim_win_set_cursor(0, { 9, 7 })
  vim.cmd('startinsert')
  local list = ask('textDocument/completion', {
    textDocument = vim.lsp.util.make_text_document_params(), position = { line = 8, character = 7 },
  })
  seen.completions = {}
  for _, item in ipairs(vim.lsp.util.text_document_completion_list_to_complete_items(list, 'sem')) do
    table.insert(seen.completions, item.word)
  end

  vim.lsp.stop_client(id)
  wait('its end', function() return vim.lsp.get_client_by_id(id) == nil end)
  seen.ended = true
end

local fine, problem = pcall(run)
seen.problem = not fine and tostring(problem) or nil
vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
vim.cmd('qall!')
