"""Stand between a client and its hook: pass both ways, and write down what each said.

python record_hook.py LOG COMMAND...
"""

import json
import subprocess
import sys

event = sys.stdin.buffer.read()
done = subprocess.run(sys.argv[2:], input=event, capture_output=True, timeout=60, check=False)
with open(sys.argv[1], "a", encoding="utf-8") as log:
    heard, said = event.decode("utf-8", "replace"), done.stdout.decode("utf-8", "replace")
    log.write(json.dumps({"heard": heard, "said": said, "code": done.returncode}) + "\n")
sys.stdout.buffer.write(done.stdout)
sys.stderr.buffer.write(done.stderr)
sys.exit(done.returncode)
