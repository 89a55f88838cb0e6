"""The first array from an engine arrives while the window imports numpy itself."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np

_SCRIPT = """
import sys, threading, time
from multiprocessing import Pipe
from workbench.engine.client import EngineClient
assert "numpy" not in sys.modules, "the window is to paint without it"
half_way = threading.Event()

class Slowly:
    def find_spec(self, name, path, target=None):
        if name == "numpy._core" and not half_way.is_set():
            half_way.set()
            time.sleep(0.5)

sys.meta_path.insert(0, Slowly())
ours, theirs = Pipe()
theirs.send_bytes(bytes.fromhex(sys.argv[1]))
client = EngineClient("made up")
client._connection = ours
found = []

def receive():
    half_way.wait()
    found.append(client.receive(1.0))

listener = threading.Thread(target=receive)
listener.start()
import numpy
listener.join()
assert found[0].sum() == 6, found
"""


def test_two_threads_that_come_upon_numpy_together_both_get_it() -> None:
    array = pickle.dumps(np.arange(4), protocol=5).hex()
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, array], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
