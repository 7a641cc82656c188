#!/usr/bin/env bash
# The story that the guide tells, with nothing but curl and jq: a tracker, a task, a route with three checkpoints, a
# form, a drive, and what came of it. Every step checks what it was answered.
#
#   story.sh URL KEY IMEI DRIVE...    DRIVE is the command that drives the device IMEI past the three stops, now
#
# Prints a line for each step; exits with 1 at the first that is not as it should be.
set -euo pipefail

url="$1" key="$2" imei="$3"
shift 3

# The three stops of the drive, and when somebody should be there.
stops="$(jq -n '
  def date: strftime("%Y-%m-%d %H:%M:%S");
  {from: (now - 60 | date), to: (now + 3600 | date), radius: 80, address: ""} as $common
  | [[50.03865, 14.43338], [50.05294, 14.42584], [50.05957, 14.44580]]
  | map($common + {lat: .[0], lng: .[1]})')"

# navixy CALL JSON [FILTER]: what is answered, or a part of it.
navixy() {
  jq -cn --arg hash "$key" --argjson parameters "$2" '{hash: $hash} + $parameters' |
    curl -sS -H 'content-type: application/json' --data-binary @- "$url/v2/$1" |
    jq -c "${3:-.}"
}

# own PATH [JSON]: Milepost's own API; with JSON a POST.
own() {
  curl -sS -H "authorization: Bearer $key" -H 'content-type: application/json' \
    ${2:+--data-binary "$2"} "$url$1"
}

# step NAME FILTER ANSWER: the filter must hold for the answer.
step() {
  if jq -e "$2" >/dev/null <<<"$3"; then
    echo "ok   $1"
  else
    printf 'FAIL %s\n  expected: %s\n  answered: %s\n' "$1" "$2" "$3"
    exit 1
  fi
}

# is_served CALL: whether the gateway knows it; 111 and 112 say that it does not.
is_served() {
  navixy "$1" '{}' '.status.code | . != 111 and . != 112' | grep -qx true
}

# task STOP MEMBERS: a task at one of the stops.
task() {
  jq -cn --argjson stops "$stops" --argjson stop "$1" --argjson members "$2" '
    $stops[$stop] as $at
    | {location: ($at | {lat, lng, radius, address}), from: $at.from, to: $at.to, description: ""} + $members'
}

# A tracker, which the device with this IMEI will be.
tracker="$(own /api/trackers "$(jq -cn --arg imei "$imei" '{label: "Van 1", imei: $imei}')" | jq .id)"
step 'the tracker is there' ".list | any(.id == $tracker and .label == \"Van 1\")" "$(navixy tracker/list '{}')"

# A task for whoever may do it, then for this tracker.
parcel="$(task 1 '{"label": "Deliver parcels", "external_id": "order-17", "min_stay_duration": 1}')"
id="$(navixy task/create "{\"task\": $parcel}" .id)"
step 'the task waits for somebody' '.value | .status == "unassigned" and .tracker_id == null' \
  "$(navixy task/read "{\"task_id\": $id}")"
step 'it is given to the tracker' '. == {success: true}' \
  "$(navixy task/assign "{\"task_id\": $id, \"tracker_id\": $tracker}")"
step 'it is among the tasks of the tracker' ".count == 1 and .list[0].id == $id and .list[0].status == \"assigned\"" \
  "$(navixy task/list "{\"trackers\": [$tracker], \"statuses\": [\"assigned\"]}")"
step 'a mistake is told by its name' '.status.code == 7 and .errors[0].parameter == "task.to"' \
  "$(navixy task/create "{\"task\": $(jq -c '.to = "2026-02-31 08:00:00"' <<<"$parcel")}")"

# A route through all three.
route=
if is_served task/route/list; then
  checkpoints="$(jq -cn --argjson a "$(task 0 '{"label": "First stop"}')" --argjson b "$(task 1 '{"label": "Second stop"}')" \
    --argjson c "$(task 2 '{"label": "Third stop"}')" '[$a, $b, $c]')"
  made="$(navixy task/route/create "{\"route\": {\"tracker_id\": $tracker, \"label\": \"Round\", \"description\": \"\"}, \"checkpoints\": $checkpoints}")"
  step 'the route has three checkpoints' '.success and .result.type == "route" and (.result.checkpoint_ids | length) == 3' "$made"
  route="$(jq .result.id <<<"$made")"
  step 'they are in order and go with the tracker' \
    "[.checkpoints[].label] == [\"First stop\", \"Second stop\", \"Third stop\"] and all(.checkpoints[]; .tracker_id == $tracker)" \
    "$(navixy task/read "{\"task_id\": $route}")"
else
  echo 'skip the route: this gateway does not serve task/route/*'
fi

# A form that is to be filled in before its task is done.
signed=
if is_served form/template/list && is_served task/form/submit; then
  template="$(navixy form/template/create '{"template": {"label": "Receipt", "description": "Who took it", "submit_in_zone": false, "default": false,
    "fields": [{"id": "who", "label": "Received by", "description": "Name", "required": true, "type": "text", "min_length": 1, "max_length": 100}]}}' .id)"
  signed="$(navixy task/create "{\"task\": $(task 1 "{\"label\": \"With receipt\", \"tracker_id\": $tracker}")}" .id)"
  step 'the task gets a form' '.success' "$(navixy task/form/create "{\"task_id\": $signed, \"template_id\": $template}")"
  step 'the form is empty' '.value.label == "Receipt" and .value.submitted == null' \
    "$(navixy task/form/read "{\"task_id\": $signed}")"
else
  echo 'skip the form: this gateway does not serve form/template/* and task/form/submit'
fi

# The drive.
"$@"
step 'its positions are there' '.fixes | length == 25' "$(own "/api/trackers/$tracker/fixes")"

# What came of it.
step 'the task is done, on the clock of the device' \
  '.value | .status == "done" and .arrival_date > .from and .status_change_date > .arrival_date and .stay_duration >= 60' \
  "$(navixy task/read "{\"task_id\": $id}")"
step 'its history tells how' \
  '[.list[] | .operation][0:2] == ["create", "assign"]
   and [.list[] | select(.operation == "status_change") | .payload.status][-2:] == ["arrived", "done"]' \
  "$(navixy task/history/list "{\"task_id\": $id}")"
step 'it says why' '.words | length > 0' "$(own "/api/tasks/$id/explain")"
step 'a task that is done is not given away' '.status.code == 255' "$(navixy task/assign "{\"task_id\": $id}")"
if [[ -n "$route" ]]; then
  step 'the route is done, every checkpoint in its turn' \
    '.value.status == "done" and [.checkpoints[].status] == ["done", "done", "done"]
     and ([.checkpoints[].arrival_date] | . == sort)' \
    "$(navixy task/read "{\"task_id\": $route}")"
fi
if [[ -n "$signed" ]]; then
  step 'without its form the task has only arrived' '.value.status == "arrived"' "$(navixy task/read "{\"task_id\": $signed}")"
  step 'the form is submitted' '.success' "$(navixy task/form/submit "{\"task_id\": $signed,
    \"values\": {\"who\": {\"type\": \"text\", \"value\": \"Anna\"}}}")"
  step 'and the task is done' '.value.status == "done"' "$(navixy task/read "{\"task_id\": $signed}")"
  step 'the form says what was filled in' '.value.values.who.value == "Anna" and .value.submitted != null' \
    "$(navixy task/form/read "{\"task_id\": $signed}")"
fi

# And away with it.
step 'the task is deleted' '. == {success: true}' "$(navixy task/delete "{\"task_id\": $id}")"
step 'and gone' '.status.code == 201' "$(navixy task/read "{\"task_id\": $id}")"
echo 'the story is told'
