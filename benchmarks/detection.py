"""All protocols of detection, one after the other: every detector, and BioSPPy where it is installed.

    python benchmarks/detection.py [--method hmm ...]

writes the pages detection_protocol, motor_unit_protocol and gait_burst_labels of docs/validation.
"""

from __future__ import annotations

import sys

import detection_protocol
import gait_burst_labels
import motor_unit_protocol

if __name__ == "__main__":
    for protocol in (detection_protocol, motor_unit_protocol, gait_burst_labels):
        protocol.main(sys.argv[1:])
