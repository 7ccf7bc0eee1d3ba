-- One step of one process in the rate window that all processes of a workspace share.
--
-- KEYS[1]  the workspace's state, as JSON
-- ARGV[1]  what the process tells and wants, as JSON; see Ask in shared.py
--
-- Returns the seconds until it is worth asking again, the end of this window, that of the window
-- before, and how many turns are given for each want.
--
-- Moments of the window are in the server's unix seconds. `low` is the least by which the server's
-- clock is ahead of Redis's, so that a window begins here once it has certainly begun there.

local PATIENCE = 6        -- seconds after which a process that tells nothing is forgotten
local LONGEST = 120       -- seconds; a window's end further away is not believed
local USUAL_LENGTH = 10   -- seconds of a window, until two ends have told it
local DRIFT = 1e-4        -- seconds per second that two clocks may drift apart
local TRANSIT = 0.25      -- seconds that a step may be on its way
local SOON = 0.02         -- seconds until a process asks for the rest of what it wants
local LAG_STEP, LONGEST_LAG = 0.5, 2
local UNSEEN, DECAY = 0.25, 0.75 -- of other apps' requests; as in core/rate_window.py
local HUSH = 0.3          -- seconds in which all tell what is under way, once that was forgotten
local KEPT = 600          -- seconds without a step after which all is forgotten

local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local ask = cjson.decode(ARGV[1])
local is_there, w = pcall(cjson.decode, redis.pcall('GET', KEYS[1]))
if not is_there or type(w) ~= 'table' or type(w.processes) ~= 'table' then
  w = {
    processes = {}, begun = now, used = 0, others = 0, rate = 0, lag = 0, ceiling = 10,
    paused = ask.limit and now + HUSH or 0, -- flushed or restarted, if the process knows of a window
  }
end
-- Redis's clock may be set back, or another host's take its place.
w.begun, w.reported = math.min(w.begun, now), w.reported and math.min(w.reported, now)
if now >= w.paused or w.paused - now > LONGEST then w.paused = 0 end

-- Who is there, and how many requests are under way.
local wants = ask.wants or {}
local shares = {}
for place, want in ipairs(wants) do shares[place] = want[1] end
w.processes[ask.me] = {ask.flying, now, shares}
local flying = 0
for name, process in pairs(w.processes) do
  if math.abs(now - process[2]) > PATIENCE then
    w.processes[name] = nil
  else
    flying = flying + process[1]
  end
end

-- The server's clock.
if ask.clock then
  local low, high = ask.clock[1] - now, ask.clock[2] - now + TRANSIT
  local known = w.low and w.low - DRIFT * math.max(now - w.seen, 0)
  -- Beyond what can be, one of the clocks was set.
  w.low = (known and known <= high) and math.max(known, low) or low
  w.seen = now
end
local server = now + (w.low or 0)
if w.reset and w.reset - server > LONGEST then w.reset, w.last, w.told = nil, nil, nil end

-- A new window; what is under way may count in it, until its answer tells otherwise.
local has_begun = false
local function begin(reset, last, counted)
  -- What other apps drew of the one before says what they may draw unseen in this one.
  local seconds = math.max((w.reported or w.begun) - w.begun, 0) + 2 * UNSEEN
  local rate = math.max(w.others / seconds, DECAY * w.rate)
  w.rate = rate * USUAL_LENGTH >= 1 and rate or 0
  w.reset, w.last, w.begun, w.reported = reset, last, now, nil
  w.used, w.others, has_begun = flying + counted, 0, true
end

if ask.early then w.lag = math.min(w.lag + LAG_STEP, LONGEST_LAG) end
if ask.limit then
  w.limit = ask.limit
  local counted, reset = math.max(ask.limit - (ask.remaining or 0), 0), ask.reset
  if reset and reset - server <= LONGEST then
    local apart = w.told and reset - w.told or 0
    if apart > 0 and apart <= LONGEST then w.length = math.min(w.length or apart, apart) end
    w.told = math.max(w.told or reset, reset)
    if not w.reset or reset > w.reset then
      begin(reset, w.reset, counted)
    elseif w.presumed and reset < w.reset and reset > server and reset > (w.last or 0) then
      w.reset = reset
    end
    if reset == w.reset then
      w.presumed = false
      w.reported = math.max(w.reported or 0, now - ask.age)
      w.others = math.max(w.others, counted - w.used)
    end
  elseif not reset and not w.reset then
    begin(server + USUAL_LENGTH, nil, counted)
    w.presumed = true
  end
end
if w.reset and server >= w.reset + w.lag then
  local length = w.length or USUAL_LENGTH
  local over = math.floor((server - w.lag - w.reset) / length)
  begin(w.reset + (over + 1) * length, w.reset + over * length, 0)
  w.presumed = true
end

-- What was counted in a window before, refused or never sent takes no place in this one.
local function give_back(number) w.used = math.max(w.used - number, 0) end
if w.reset and not has_begun then
  for reset, number in pairs(ask.ended or {}) do
    if tonumber(reset) < w.reset then give_back(number) end
  end
  for reset, number in pairs(ask.refused or {}) do
    if tonumber(reset) <= w.reset then give_back(number) end
    if tonumber(reset) == w.reset then w.others = math.max(w.others, w.limit - w.used) end
  end
  if ask.window == w.reset then give_back(ask.unused or 0) end
end
if ask.pause then w.paused = math.max(w.paused, now + ask.pause) end
if not w.limit then -- more and more at once, until one is refused
  w.ceiling = w.ceiling + (ask.untold or 0) / (w.cut and w.ceiling or 1)
  if ask.pause then w.ceiling, w.cut = math.max(w.ceiling / 2, 1), true end
end

-- Turns: an equal part of what is free for each process and budget that waits and may take more.
local waiting = 0
for _, process in pairs(w.processes) do
  for _, share in ipairs(process[3]) do
    if not w.limit or math.floor(w.limit * share) > w.used + w.others then
      waiting = waiting + 1
    end
  end
end
local gives, given, wait, unmet = {}, 0, LONGEST, {}
for place, want in ipairs(wants) do
  local share, wanted, room = want[1], want[2], 0
  local again = LONGEST
  if now < w.paused then
    again = w.paused - now
  elseif not w.limit then
    room, again = math.floor(w.ceiling) - flying - given, SOON
  else
    local reserve = 0
    if w.rate > 0 then
      local expected = w.rate * (now - math.max(w.reported or 0, w.begun) + UNSEEN)
      reserve = 1 + expected + 3 * math.sqrt(expected)
    end
    room = math.floor(math.floor(w.limit * share + 1e-9) - w.used - w.others - reserve)
    if w.used == 0 then room = math.max(room, 1) end -- only an answer tells of a new window
    again = math.min(w.reset and w.reset + w.lag - server or SOON, reserve > 0 and 1 or LONGEST)
  end
  local give = math.min(wanted, math.ceil(math.max(room, 0) / math.max(waiting, 1)))
  if give < wanted then
    wait = math.min(wait, give < room and SOON or again)
    table.insert(unmet, share)
  end
  w.used, given, gives[place] = w.used + give, given + give, give
end

local mine = ask.flying + given
w.processes[ask.me] = (mine > 0 or #wants > 0) and {mine, now, unmet} or nil
redis.call('SET', KEYS[1], cjson.encode(w), 'EX', KEPT)
local function text(number) return string.format('%.6f', number or 0) end
return {text(wait), text(w.reset), text(w.last), unpack(gives)}
